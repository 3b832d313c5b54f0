import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { SessionOpener } from './wire.ts';

/** Largest frame from a client. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** Most connections at a time. */
const MAX_CONNECTIONS = 500;

/** WebSockets on an HTTP server's port, served by the sessions of a protocol. */
export class SocketServer {
  readonly #sessions: SessionOpener;
  readonly #isBanned: () => boolean;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });

  /** @param isBanned whether no connection is taken at the moment. */
  constructor(sessions: SessionOpener, isBanned: () => boolean = () => false) {
    this.#sessions = sessions;
    this.#isBanned = isBanned;
    this.#server.on('connection', (socket: WebSocket, request: IncomingMessage) =>
      this.#serve(socket, request.url ?? '/'),
    );
  }

  /** Takes over an HTTP connection that asks to be upgraded. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = new URL(request.url ?? '/', 'http://local').pathname;
    if (!this.#sessions.accepts(path)) return refuse(socket, '404 Not Found');
    if (this.#isBanned()) return refuse(socket, "418 I'm a teapot");
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
    this.#sessions.stop();
    this.dropAll();
    this.#server.close();
  }

  #serve(socket: WebSocket, target: string): void {
    const session = this.#sessions.open(socket, target);
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (!isBinary) session.receive(textOf(data));
    });
    socket.on('pong', () => session.pong?.());
    socket.on('close', () => session.closed());
    // A broken frame ends the connection; `close` follows and cleans up.
    socket.on('error', () => socket.terminate());
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
