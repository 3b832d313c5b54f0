/** The windows of the web server: a WebSocket each, and a bounded number of them by role. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_CLIENT_MESSAGE } from '../contract/codec.ts';
import type { Role } from '../contract/operations.ts';
import { admitWindow, type RolePaces, tooOften } from './client-pace.ts';
import type { GatewayHost } from './host.ts';
import { type GuardedServer, type Refusal, refuseUpgrade } from './http-server.ts';
import { UNAUTHORIZED } from './api-clients.ts';
import { ClientConnection } from './client-connection.ts';
import { roleOfToken, type Tokens, websocketToken, WS_PROTOCOL } from './web-guards.ts';
import { answerPings, webSocketChannel } from './web-socket-channel.ts';

/** Windows by role: however many viewers look, an operator has a place. */
export const MAX_WINDOWS: Readonly<Record<Role, number>> = { viewer: 12, operator: 16 };
/** Fragments of one message that are kept: a client has no reason to send any. */
const MAX_FRAGMENTS = 64;

export class WebClients {
  readonly #host: GatewayHost;
  readonly #tokens: Tokens;
  readonly #paces: RolePaces;
  readonly #clients: Readonly<Record<Role, Set<ClientConnection>>> = {
    viewer: new Set(),
    operator: new Set(),
  };
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_CLIENT_MESSAGE,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: false,
    autoPong: false,
    handleProtocols: () => WS_PROTOCOL,
  });

  /** @param paces what all clients of the server share. */
  constructor(host: GatewayHost, tokens: Tokens, paces: RolePaces) {
    this.#host = host;
    this.#paces = paces;
    this.#tokens = tokens;
  }

  /** Takes an upgrade over, or refuses it in HTTP: before the first frame. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, guarded: GuardedServer): void {
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== '/ws') {
      const error = { code: 'not-found', field: 'path', value: path?.slice(0, 100), message: 'is not here' };
      refuseUpgrade(socket, { status: 404, error });
      return;
    }
    const role = roleOfToken(this.#tokens, websocketToken(request.headers['sec-websocket-protocol']));
    const refusal = role === undefined ? { status: 401, error: UNAUTHORIZED } : this.#noPlace(role);
    if (refusal !== undefined || role === undefined) {
      refuseUpgrade(socket, refusal ?? { status: 401, error: UNAUTHORIZED });
      return;
    }
    guarded.window(socket);
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, socket, role));
  }

  close(): void {
    for (const clients of Object.values(this.#clients)) for (const client of clients) client.close();
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #noPlace(role: Role): Refusal | undefined {
    const most = MAX_WINDOWS[role];
    if (this.#clients[role].size < most) {
      const retryMs = admitWindow(this.#paces, role, this.#host.clock.nowUs());
      return retryMs === 0 ? undefined : { status: 429, error: tooOften(retryMs) };
    }
    const message = `${most} windows of this role are open already`;
    const remedy = 'Close one of them.';
    return { status: 503, error: { code: 'too-many-windows', field: 'role', value: role, message, remedy } };
  }

  #open(socket: WebSocket, stream: Duplex, role: Role): void {
    // A frame that cannot be read is reported as an error and closes the socket; nothing else follows from it.
    socket.on('error', () => socket.terminate());
    answerPings(socket, this.#host.clock);
    const client = new ClientConnection({
      host: this.#host,
      channel: webSocketChannel(socket, stream),
      caller: { role, via: 'web' },
      paces: this.#paces,
    });
    const own = this.#clients[role];
    own.add(client);
    socket.on('close', () => own.delete(client));
  }
}
