/** The headless host's server on loopback: the window's files, the WebSocket, and the REST API. */
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { MAX_CLIENT_MESSAGE } from '../contract/codec.ts';
import type { Role } from '../contract/operations.ts';
import { windowHeaders } from '../contract/window-policy.ts';
import { UserError } from '../domain/errors.ts';
import type { GatewayHost } from './host.ts';
import { registerRest, UNAUTHORIZED } from './rest.ts';
import { Session } from './session.ts';
import {
  bearerToken,
  isOwnOrigin,
  ownHosts,
  roleOfToken,
  type Tokens,
  websocketToken,
  WS_PROTOCOL,
} from './web-guards.ts';
import { webSocketChannel } from './web-socket-channel.ts';

const MAX_SESSIONS = 16;
const RATE_WINDOW_MS = 60_000;
const MAX_REQUESTS_PER_MINUTE = 600;

/** For whoever opens the address of an engine whose window was not built. */
const NO_WINDOW =
  'The engine runs, but its window is not built. Run npm ci && npm run build in the folder of Parallax, and start it again.\n';

export type WebServerOptions = {
  readonly host: GatewayHost;
  /** Loopback only: the token travels in the clear. */
  readonly address?: '127.0.0.1' | '::1';
  /** 0 lets the system choose. */
  readonly port: number;
  readonly tokens: Tokens;
  /** Folder of the built window; without it only the API is served. */
  readonly windowDir?: string | undefined;
  /** Requests a minute, of each role and of all strangers together. */
  readonly maxRequestsPerMinute?: number;
};

export type WebServer = {
  readonly address: string;
  readonly port: number;
  /** `http://127.0.0.1:4777`, without a token. */
  readonly url: string;
  close(): Promise<void>;
};

/** The address a person opens. The token is in the fragment, which a browser keeps to itself. */
export function windowAddress(url: string, token: string): string {
  return `${url}/#token=${token}`;
}

/** Starts to listen. @throws UserError when the port cannot be had. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { host, tokens, address = '127.0.0.1' } = options;
  const app = fastify({
    bodyLimit: MAX_CLIENT_MESSAGE,
    requestTimeout: 10_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
  });
  // Only JSON is read, so that a foreign page cannot post a form past the checks of its browser.
  app.removeContentTypeParser('text/plain');

  const roles = new WeakMap<FastifyRequest, Role>();
  const roleOf = (request: FastifyRequest): Role | undefined => roles.get(request);
  // Before the guards, or the connection of an upgrade that they refuse would stay open.
  await app.register(fastifyWebsocket, {
    options: {
      maxPayload: MAX_CLIENT_MESSAGE,
      handleProtocols: () => WS_PROTOCOL,
    },
    errorHandler: (_error, socket) => socket.close(),
  });
  guard(app, () => hosts);
  app.addHook('onRequest', (request, _reply, done) => {
    const presented =
      bearerToken(request.headers.authorization) ?? websocketToken(request.headers['sec-websocket-protocol']);
    const role = roleOfToken(tokens, presented);
    if (role !== undefined) roles.set(request, role);
    done();
  });
  answerProblems(app);
  await app.register(rateLimit, {
    max: options.maxRequestsPerMinute ?? MAX_REQUESTS_PER_MINUTE,
    timeWindow: RATE_WINDOW_MS,
    // Everyone is on this machine: what tells them apart is who they are.
    keyGenerator: (request) => roleOf(request) ?? 'stranger',
  });
  registerSessions(app, host, roleOf);
  registerRest(app, host, roleOf);
  app.get('/healthz', () => ({ ok: true, version: host.version }));
  if (options.windowDir !== undefined) {
    await app.register(fastifyStatic, { root: options.windowDir, index: 'index.html', dotfiles: 'deny' });
  } else app.get('/', (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(NO_WINDOW));

  let hosts: ReadonlySet<string> = new Set();
  const port = await listen(app, address, options.port);
  hosts = ownHosts(port);
  const name = address === '::1' ? '[::1]' : address;
  return { address, port, url: `http://${name}:${port}`, close: () => app.close() };
}

/** Refuses foreign names and pages, and puts the window's headers on every answer. */
function guard(app: FastifyInstance, hosts: () => ReadonlySet<string>): void {
  app.addHook('onRequest', async (request, reply) => {
    const called = request.headers.host ?? '';
    const known = hosts();
    reply.headers(windowHeaders(known.has(called) ? [`ws://${called}`] : []));
    if (!known.has(called)) {
      const error = { code: 'foreign-host', field: 'Host', message: 'is not a name of this server' };
      return reply.code(421).send({ ok: false, error });
    }
    const fromPage = request.method !== 'GET' || request.headers.upgrade !== undefined;
    if (fromPage && !isOwnOrigin(request.headers.origin, known)) {
      const error = { code: 'foreign-origin', field: 'Origin', message: 'is not the window of this server' };
      return reply.code(403).send({ ok: false, error });
    }
    return undefined;
  });
}

/** Errors of the framework (body too large, not JSON, too many requests) as the same refusals as ours. */
function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const code = status === 429 ? 'too-many-requests' : status < 500 ? 'bad-request' : 'internal';
    return reply.code(status).send({ ok: false, error: { code, message: error.message } });
  });
  app.setNotFoundHandler((request, reply) => {
    const error = {
      code: 'not-found',
      field: 'path',
      value: request.url.slice(0, 100),
      message: 'is not here',
    };
    return reply.code(404).send({ ok: false, error });
  });
}

function registerSessions(
  app: FastifyInstance,
  host: GatewayHost,
  roleOf: (request: FastifyRequest) => Role | undefined,
): void {
  const sessions = new Set<Session>();
  app.route({
    method: 'GET',
    url: '/ws',
    preParsing: async (request, reply) => {
      if (roleOf(request) === undefined) {
        await reply.code(401).send({ ok: false, error: UNAUTHORIZED });
      } else if (sessions.size >= MAX_SESSIONS) {
        const error = { code: 'too-many-sessions', message: `${MAX_SESSIONS} windows are open already` };
        await reply.code(503).send({ ok: false, error });
      }
    },
    handler: (_request, reply) =>
      reply
        .code(426)
        .send({ ok: false, error: { code: 'bad-request', message: 'This address speaks WebSocket' } }),
    wsHandler: (socket, request) => {
      const role = roleOf(request) ?? 'viewer';
      const session = new Session({ host, channel: webSocketChannel(socket), caller: { role, via: 'web' } });
      sessions.add(session);
      socket.on('close', () => sessions.delete(session));
    },
  });
}

async function listen(app: FastifyInstance, address: string, port: number): Promise<number> {
  try {
    await app.listen({ host: address, port });
  } catch (error) {
    await app.close();
    throw listenProblem(error, port);
  }
  const bound = app.server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

function listenProblem(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const value = String(port);
  const remedy = 'Choose another with --port N; --port 0 takes any that is free.';
  if (code === 'EADDRINUSE') {
    return new UserError({ code: 'port-in-use', field: 'port', value, message: 'is in use', remedy });
  }
  if (code === 'EACCES') {
    const message = 'is reserved for the administrator';
    return new UserError({ code: 'port-reserved', field: 'port', value, message, remedy });
  }
  return error;
}
