/** Telegram and Slack as far as their documents say how they speak to a bot: the test says what they answer. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export type Got = { readonly method: string; readonly body: Record<string, unknown> };
type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: object };

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** The Bot API: a question for updates is held until there are some. */
export class ScriptedTelegram {
  readonly got: Got[] = [];
  /** Instead of the next answers, in order. */
  readonly next: Answer[] = [];
  /** People who never wrote to the bot in private: it may not write to them. */
  readonly closed = new Set<number>();
  address = '';
  readonly #token: string;
  #updates: { readonly update_id: number; readonly [field: string]: unknown }[] = [];
  #wake: () => void = () => undefined;
  readonly #server = createServer((request, response) => {
    void (async () => {
      const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
      const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
      this.got.push({ method, body });
      const { status = 200, body: answer } = await this.#answer(token, method, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    })();
  });

  constructor(token: string) {
    this.#token = token;
  }

  async start(): Promise<this> {
    this.address = await listening(this.#server);
    return this;
  }

  stop(): Promise<void> {
    this.#wake();
    return closed(this.#server);
  }

  /** @param more fields of the message. */
  type(updateId: number, from: number, text: string, more: object = {}): void {
    const date = Math.floor(Date.now() / 1_000);
    const message = {
      message_id: updateId,
      date,
      from: { id: from, is_bot: false, first_name: 'x' },
      chat: { id: 7, type: 'private' },
      text,
      ...more,
    };
    this.#updates.push({ update_id: updateId, message });
    this.#wake();
  }

  of(method: string): Record<string, unknown>[] {
    return this.got.flatMap((one) => (one.method === method ? [one.body] : []));
  }

  async #answer(token: string, method: string, body: Record<string, unknown>): Promise<Answer> {
    const scripted = this.next.shift();
    if (scripted !== undefined) return scripted;
    if (token !== this.#token)
      return { status: 401, body: { ok: false, error_code: 401, description: 'Unauthorized' } };
    if (method === 'getMe')
      return { body: { ok: true, result: { id: 1, is_bot: true, username: 'Desk_Bot' } } };
    if (this.closed.has(Number(body['chat_id'])))
      return { status: 403, body: { ok: false, error_code: 403, description: 'Forbidden' } };
    if (method !== 'getUpdates') return { body: { ok: true, result: { message_id: 1 } } };
    const offset = Number(body['offset']);
    this.#updates = this.#updates.filter((update) => update.update_id >= offset);
    if (this.#updates.length === 0)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return { body: { ok: true, result: this.#updates.filter((update) => update.update_id >= offset) } };
  }
}

/** Socket Mode: an address by `apps.connections.open`, and envelopes over its socket. */
export class ScriptedSlack {
  /** What the app sent over its sockets. */
  readonly got: Record<string, unknown>[] = [];
  /** What it posted to addresses for later answers. */
  readonly later: Record<string, unknown>[] = [];
  readonly nextOpen: Answer[] = [];
  address = '';
  opened = 0;
  readonly #token: string;
  #socket: WebSocket | undefined;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #server = createServer((request, response) => {
    void (async () => {
      const text = await textOf(request);
      const reply = ({ status = 200, headers = {}, body }: Answer): void => {
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(body));
      };
      if (request.url?.startsWith('/later') === true) {
        this.later.push(JSON.parse(text) as Record<string, unknown>);
        return reply({ body: { ok: true } });
      }
      this.opened++;
      const isKnown = request.headers.authorization === `Bearer ${this.#token}`;
      const url = `${this.address.replace('http', 'ws')}/link`;
      reply(
        this.nextOpen.shift() ?? { body: isKnown ? { ok: true, url } : { ok: false, error: 'invalid_auth' } },
      );
    })();
  });

  constructor(token: string) {
    this.#token = token;
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (connected) => {
        this.#socket = connected;
        connected.on('message', (bytes) =>
          this.got.push(JSON.parse((bytes as Buffer).toString()) as Record<string, unknown>),
        );
        this.say({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' } });
      });
    });
  }

  async start(): Promise<this> {
    this.address = await listening(this.#server);
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    await closed(this.#server);
  }

  say(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  /** A slash command of the app. */
  type(envelope: string, user: string, text: string, command = '/parallax'): void {
    const payload = {
      command,
      text,
      user_id: user,
      user_name: 'x',
      team_id: 'T1',
      channel_id: 'C1',
      response_url: `${this.address}/later/${envelope}`,
      trigger_id: `t-${envelope}`,
    };
    this.say({ type: 'slash_commands', envelope_id: envelope, accepts_response_payload: true, payload });
  }
}
