/**
 * The HTTP server below the framework: what every request meets first, whatever is wrong with it. A connection that has not
 * shown a token gives way to a new one, and viewers have few beside their windows, so that neither strangers nor viewers who hold
 * connections open shut anybody out.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { windowHeaders } from '../contract/window-policy.ts';
import type { Role } from '../contract/operations.ts';
import type { Problem } from '../domain/errors.ts';
import { isOwnOrigin, KEY_HEADER } from './web-guards.ts';

/** Connections at a time, those of WebSockets counted. A process has 1,024 descriptors by default. */
export const MAX_CONNECTIONS = 192;
/** Of them, those of viewers that are not windows: the oldest gives way to the next. */
const MAX_VIEWER_CONNECTIONS = 32;
/** A request's head, and all of it, must be here in this time; what says nothing for longer is closed. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
const CHECK_MS = 1_000;
const KEEP_ALIVE_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 64;

export type Refusal = { readonly status: number; readonly error: Problem };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;
/** Takes a connection over after its guards. */
export type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export class GuardedServer {
  readonly server: Server;
  /** Connections without a token so far, the oldest first. */
  readonly #strangers = new Set<Socket>();
  /** Of viewers, without their windows; the oldest first. */
  readonly #viewers = new Set<Socket>();
  #connections = 0;

  /** @param hosts the names that are ours; empty: none yet. */
  constructor(handler: Handler, hosts: () => ReadonlySet<string>, onUpgrade: OnUpgrade) {
    this.server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: CHECK_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      (request, response) => {
        const refusal = foreignness(request, hosts());
        if (refusal === undefined) handler(request, response);
        else refuseResponse(response, refusal);
      },
    );
    this.server.maxHeadersCount = MAX_HEADERS;
    this.server.setTimeout(IDLE_TIMEOUT_MS);
    this.server.on('connection', (socket) => this.#admit(socket));
    this.server.on('upgrade', (request, socket, head) => {
      // Nothing listens to it until a WebSocket does: an error without a listener would end the engine.
      socket.on('error', () => socket.destroy());
      const refusal = foreignness(request, hosts());
      if (refusal === undefined) onUpgrade(request, socket, head);
      else refuseUpgrade(socket, refusal);
    });
    this.server.on('clientError', (_error, socket) => {
      if (!socket.writable) socket.destroy();
      else refuseUpgrade(socket, { status: 400, error: BAD_REQUEST });
    });
  }

  /** This connection has shown a token: it no longer gives way to strangers, and one of a viewer only to other viewers. */
  known(socket: Duplex, role: Role): void {
    this.#forget(socket);
    if (role !== 'viewer') return;
    this.#viewers.add(socket as Socket);
    if (this.#viewers.size <= MAX_VIEWER_CONNECTIONS) return;
    const [oldest] = this.#viewers;
    oldest?.destroy();
  }

  /** This connection is a window, of which there are only so many: it gives way to none. */
  window(socket: Duplex): void {
    this.#forget(socket);
  }

  #forget(socket: Duplex): void {
    this.#strangers.delete(socket as Socket);
    this.#viewers.delete(socket as Socket);
  }

  #admit(socket: Socket): void {
    this.#connections++;
    this.#strangers.add(socket);
    socket.once('close', () => {
      this.#connections--;
      this.#forget(socket);
    });
    if (this.#connections <= MAX_CONNECTIONS) return;
    const [oldest] = this.#strangers;
    oldest?.destroy();
  }
}

export const FOREIGN_ORIGIN: Problem = {
  code: 'foreign-origin',
  field: 'Origin',
  message: 'is not the window of this server',
};
const BAD_REQUEST: Problem = { code: 'bad-request', message: 'The request cannot be read' };

/** Why a request is none of ours: by its form, by the name that it calls, or by the page that it comes from. */
function foreignness(request: IncomingMessage, hosts: ReadonlySet<string>) {
  const { url, method, headers } = request;
  const twice = repeated(request);
  if (twice !== undefined) {
    return { status: 400, error: { ...BAD_REQUEST, field: twice, message: 'is given more than once' } };
  }
  if (!hosts.has(headers.host ?? '')) {
    const error = { code: 'foreign-host', field: 'Host', message: 'is not a name of this server' };
    return { status: 421, error } satisfies Refusal;
  }
  if (url?.startsWith('/') !== true || !isReadable(url)) {
    return { status: 400, error: { ...BAD_REQUEST, field: 'path', message: 'cannot be read' } };
  }
  const fromPage = method !== 'GET' || headers.upgrade !== undefined;
  if (fromPage && !isOwnOrigin(headers.origin, hosts)) {
    return { status: 403, error: FOREIGN_ORIGIN } satisfies Refusal;
  }
  return undefined;
}

/** Headers that say who asks, and of which the platform takes the first one in silence; what stands before the engine may take another. */
const ONCE: ReadonlySet<string> = new Set(['host', 'origin', 'authorization', KEY_HEADER, 'content-length']);

/** The name of such a header that a request has twice. */
function repeated({ rawHeaders }: IncomingMessage): string | undefined {
  const seen = new Set<string>();
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = rawHeaders[n]?.toLowerCase() ?? '';
    if (ONCE.has(name) && seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

const bodyOf = ({ error }: Refusal): string => JSON.stringify({ ok: false, error });
const headersOf = (body: string): Record<string, string> => ({
  ...windowHeaders([]),
  'content-type': 'application/json; charset=utf-8',
  'content-length': String(Buffer.byteLength(body)),
  'cache-control': 'no-store',
  connection: 'close',
});

function refuseResponse(response: ServerResponse, refusal: Refusal): void {
  const body = bodyOf(refusal);
  response.writeHead(refusal.status, headersOf(body)).end(body);
}

/** The same on a connection that has no response: an upgrade, or what could not be read. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = bodyOf(refusal);
  const headers = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}`);
  socket.once('finish', () => socket.destroy());
  socket.end([`HTTP/1.1 ${refusal.status} Refused`, ...headers, '', body].join('\r\n'));
}
