/** The headless host's server on loopback: the window's files, the WebSocket, and the REST API. */
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { MAX_CLIENT_MESSAGE } from '../contract/codec.ts';
import { windowHeaders } from '../contract/window-policy.ts';
import { UserError } from '../domain/errors.ts';
import { ApiClients } from './api-clients.ts';
import { rolePaces } from './client-pace.ts';
import type { GatewayHost } from './host.ts';
import { FOREIGN_ORIGIN, GuardedServer } from './http-server.ts';
import { OneTimeDoor } from './one-time-door.ts';
import { registerMetrics } from './metrics-page.ts';
import { readReadiness } from './readiness.ts';
import { registerRest } from './rest.ts';
import { isForV1, isForWindow } from './routes.ts';
import { sendProblem } from './v1/problem-answer.ts';
import { registerV1 } from './v1/rest-v1.ts';
import { isOwnPage, ownHosts, type Tokens } from './web-guards.ts';
import { WebClients } from './web-clients.ts';

const RATE_WINDOW_MS = 60_000;
const MAX_REQUESTS_PER_MINUTE = 600;

/** The page of an engine whose window was not built. */
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
  /** The handler of the REST API, for another way to it than the port: it asks for the same token. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** An address without a token that leads to the window once, within a minute: for arguments of a browser's process. */
  openingAddress(): string;
  close(): Promise<void>;
};

const USED_UP =
  'This address was already used, or has expired. Open the address that serve printed. If you did not open this one yourself, restart the engine: another person may have its token.\n';

/** The address a person opens. The token is in the fragment, which a browser keeps to itself. */
export function windowAddress(url: string, token: string): string {
  return `${url}/#token=${token}`;
}

/** Starts to listen. @throws UserError when the port cannot be had. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { host, tokens, address = '127.0.0.1' } = options;
  let hosts: ReadonlySet<string> = new Set();
  const paces = rolePaces();
  const windows = new WebClients(host, tokens, paces);
  let guarded: GuardedServer | undefined;
  const app = fastify({
    bodyLimit: MAX_CLIENT_MESSAGE,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
    serverFactory: (handler) => {
      guarded = new GuardedServer(
        handler,
        () => hosts,
        (request, socket, head) => {
          if (guarded !== undefined) windows.take(request, socket, head, guarded);
        },
      );
      return guarded.server;
    },
  });
  // Only JSON is read, so that a foreign page cannot post a form past the checks of its browser.
  app.removeContentTypeParser('text/plain');

  const clients = new ApiClients(host, tokens, paces);
  app.addHook('onRequest', async (request, reply) => {
    const called = request.headers.host ?? '';
    reply.headers(windowHeaders(hosts.has(called) ? [`ws://${called}`] : []));
    const access = await clients.meet(request);
    if (access !== undefined) guarded?.known(request.raw.socket, access.role);
  });
  // Before the limit: a page of another site must not use up what strangers have, nor make the engine work.
  app.addHook('onRequest', async (request, reply) => {
    if (isForWindow(request) || isOwnPage(request.headers, hosts)) return;
    if (isForV1(request)) await sendProblem(reply, FOREIGN_ORIGIN, 403);
    else await reply.code(403).send({ ok: false, error: FOREIGN_ORIGIN });
  });
  // An answer of the engine is for the client that asked, and for this moment. The window's files have a rule of their own.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  answerProblems(app);
  await app.register(rateLimit, {
    max: options.maxRequestsPerMinute ?? MAX_REQUESTS_PER_MINUTE,
    timeWindow: RATE_WINDOW_MS,
    // All clients are on this machine: they are distinguished by role and by way in.
    keyGenerator: (request) => clients.groupOf(request),
    // A window that loads has no token yet: strangers who ask for other things must not keep it from loading.
    allowList: isForWindow,
  });
  // Before the routes, whose answers it times.
  const stopCounting = registerMetrics(app, host, clients, () => streams.count);
  registerRest(app, host, clients);
  const streams = registerV1(app, host, clients);
  const door = new OneTimeDoor(() => performance.now());
  app.get<{ Params: { code: string } }>('/open/:code', { exposeHeadRoute: false }, (request, reply) => {
    const target = door.take(request.params.code);
    reply.header('cache-control', 'no-store');
    if (target !== undefined) return reply.redirect(target, 303);
    return reply.code(410).type('text/plain; charset=utf-8').send(USED_UP);
  });
  app.get('/healthz', () => ({ ok: true, version: host.version }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await readReadiness(host);
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  // Asked for without an upgrade, which never comes here.
  app.get('/ws', (_request, reply) => {
    const error = {
      code: 'bad-request',
      field: 'Upgrade',
      message: 'is missing: this address serves WebSocket only',
    };
    return reply.code(426).send({ ok: false, error });
  });
  if (options.windowDir !== undefined) {
    await app.register(fastifyStatic, { root: options.windowDir, index: 'index.html', dotfiles: 'deny' });
  } else app.get('/', (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(NO_WINDOW));

  const port = await listen(app, address, options.port);
  hosts = ownHosts(port);
  const name = address === '::1' ? '[::1]' : address;
  const url = `http://${name}:${port}`;
  return {
    address,
    port,
    url,
    openingAddress: () => `${url}/open/${door.issue(windowAddress('', tokens.operator))}`,
    handle: (request, response) => app.routing(request, response),
    close: () => {
      windows.close();
      stopCounting();
      streams.close();
      return app.close();
    },
  };
}

/** Errors of the framework (body too large, not JSON, too many requests) as the same refusals as ours. */
function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    const code = status === 429 ? 'too-many-requests' : status < 500 ? 'bad-request' : 'internal';
    const problem = { code, message: error.message };
    if (isForV1(request)) return sendProblem(reply, problem, status);
    return reply.code(status).send({ ok: false, error: problem });
  });
  app.setNotFoundHandler((request, reply) => {
    const error = {
      code: 'not-found',
      field: 'path',
      value: request.url.slice(0, 100),
      message: 'is not here',
    };
    if (isForV1(request)) return sendProblem(reply, error, 404);
    return reply.code(404).send({ ok: false, error });
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
