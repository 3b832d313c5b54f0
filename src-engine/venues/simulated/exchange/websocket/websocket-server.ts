import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { ExchangeCore } from '../exchange-core.ts';
import { dispatch } from './dispatch.ts';
import { statusFrame } from './market-frames.ts';
import { Session } from './session.ts';
import { StreamHub } from './stream-hub.ts';

/** Largest frame from a client. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** Most connections at a time. */
const MAX_CONNECTIONS = 500;
const HEARTBEAT_US = 1_000_000;
/** Both serve everything; the second is where Kraken serves the private channels. */
const PATHS: ReadonlySet<string> = new Set(['/v2', '/v2/auth']);

/** WebSocket v2 on an HTTP server's port. */
export class ExchangeWebSockets {
  readonly hub: StreamHub;
  readonly #core: ExchangeCore;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  #connections = 0;
  #stopHeartbeat: () => void = () => undefined;

  constructor(core: ExchangeCore) {
    this.#core = core;
    this.hub = new StreamHub(core);
    core.faults.onDropConnections = () => this.dropAll();
    this.#server.on('connection', (socket: WebSocket) => this.#serve(socket));
    this.#beatLater();
  }

  /** Takes over an HTTP connection that asks to be upgraded. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = new URL(request.url ?? '/', 'http://local').pathname;
    if (!PATHS.has(path)) return refuse(socket, '404 Not Found');
    if (this.#server.clients.size >= MAX_CONNECTIONS) return refuse(socket, '429 Too Many Requests');
    this.#server.handleUpgrade(request, socket, head, (client) =>
      this.#server.emit('connection', client, request),
    );
  }

  /** Cuts every connection without a closing handshake. */
  dropAll(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  stop(): void {
    this.#stopHeartbeat();
    this.dropAll();
    this.#server.close();
  }

  #serve(socket: WebSocket): void {
    const session = new Session(
      ++this.#connections,
      socket,
      this.#core.clock,
      this.#core.faults,
      this.#core.accounts,
    );
    this.hub.sessions.add(session);
    session.send(statusFrame(this.#core.faults.systemStatus, session.id));
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (!isBinary) dispatch(this.#core, this.hub, session, textOf(data));
    });
    socket.on('close', () => this.hub.remove(session));
    // A broken frame ends the connection; `close` follows and cleans up.
    socket.on('error', () => socket.terminate());
  }

  #beatLater(): void {
    this.#stopHeartbeat = this.#core.clock.schedule(this.#core.clock.nowUs() + HEARTBEAT_US, () => {
      this.hub.beat();
      this.#beatLater();
    });
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
