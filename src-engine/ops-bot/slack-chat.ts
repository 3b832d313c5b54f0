/**
 * Slack in Socket Mode: a connection that this engine opens, so that no port is open for it. Its rules are of
 * docs.slack.dev/apis/events-api/using-socket-mode: an address for one use by `apps.connections.open`, `hello`, envelopes that are
 * acknowledged within three seconds, and `disconnect` before the connection is renewed.
 */
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { publicLookup } from '../lib/own-network.ts';
import { retryAfterMs } from '../lib/retry-after.ts';
import type { Post } from '../notifying/post.ts';
import { Backoff, type Chat, type ChatAnswer, type ChatEars, cutAnswer } from './chat.ts';

export const SLACK = 'https://slack.com';
/** Where an answer may go that comes later than its acknowledgement. */
const LATER = 'https://hooks.slack.com/';
const ANSWER_MS = 10_000;
const MAX_BYTES = 65_536;
/** The acknowledgement carries the answer if it is there by then; Slack waits for 3 s. */
const ACK_MS = 2_000;
/** A connection over which nothing came for two of these is over: Slack answers every ping. */
const PING_MS = 30_000;
/** One that held for so long was a good one. */
const GOOD_US = 10_000_000;

const opened = z.object({
  ok: z.boolean(),
  url: z.string().max(2_000).optional(),
  error: z.string().optional(),
});
const frame = z.object({
  type: z.string(),
  reason: z.string().optional(),
  envelope_id: z.string().min(1).max(100).optional(),
  payload: z.unknown().optional(),
});
const slash = z.object({
  command: z.string().max(100),
  user_id: z.string().max(40),
  text: z.string().max(4_000).default(''),
  response_url: z.string().max(2_000).optional(),
});

export type SlackParts = {
  readonly clock: Clock;
  readonly post: Post;
  readonly token: string;
  readonly ears: ChatEars;
  /** The slash command of the app that is the bot's; others of the app are none of its. */
  readonly command: string;
  /** Another one in tests, of this machine: http://…, with its sockets and later answers beside it. */
  readonly address?: string | undefined;
};

export class SlackChat implements Chat {
  readonly #parts: SlackParts;
  readonly #backoff: Backoff;
  #socket: WebSocket | undefined;
  #isStopped = false;
  #cancelPing: () => void = () => undefined;

  constructor(parts: SlackParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.clock);
  }

  start(): void {
    void this.#open();
  }

  stop(): void {
    this.#isStopped = true;
    this.#backoff.stop();
    this.#cancelPing();
    this.#socket?.terminate();
  }

  async #open(): Promise<void> {
    const { url, error, waitMs } = await this.#ask();
    if (this.#isStopped) return;
    if (url === undefined) {
      this.#parts.ears.standing(false, error);
      this.#backoff.again(() => void this.#open(), waitMs);
    } else this.#connect(url);
  }

  /** Never rejects. */
  async #ask(): Promise<{ readonly url?: string; readonly error: string; readonly waitMs: number }> {
    const { post, token, address } = this.#parts;
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
    try {
      const message = { url: `${address ?? SLACK}/api/apps.connections.open`, headers, body: '' };
      const bounds = { allowsPrivate: address !== undefined, timeoutMs: ANSWER_MS };
      const { status, body, retryAfter } = await post(message, bounds);
      const read = opened.safeParse(parsed(body));
      const waitMs = retryAfterMs(retryAfter) ?? 0;
      if (!read.success) return { error: `it answered ${status} in no known form`, waitMs };
      const { ok, url = '', error = '' } = read.data;
      if (!ok) return { error: `it refused: ${error.slice(0, 100)}`, waitMs };
      return isSocketAddress(url, address !== undefined)
        ? { url, error: '', waitMs: 0 }
        : { error: 'it gave no address of a socket with TLS', waitMs };
    } catch (error) {
      return { error: error instanceof Error ? error.message : 'the connection failed', waitMs: 0 };
    }
  }

  #connect(url: string): void {
    const { clock, ears, address } = this.#parts;
    const socket = new WebSocket(url, {
      handshakeTimeout: ANSWER_MS,
      maxPayload: MAX_BYTES,
      ...(address === undefined && { lookup: publicLookup }),
    });
    this.#socket = socket;
    const sinceUs = clock.nowUs();
    let error = 'the connection ended';
    socket.on('message', (bytes, isBinary) => {
      if (!isBinary && Buffer.isBuffer(bytes)) this.#take(socket, bytes.toString('utf8'));
    });
    socket.on('error', (fault: NodeJS.ErrnoException) => {
      error = `the connection failed${fault.code === undefined ? '' : ` (${fault.code})`}`;
    });
    this.#watch(socket);
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#cancelPing();
      if (this.#isStopped) return;
      const wasGood = clock.nowUs() - sinceUs >= GOOD_US;
      if (wasGood) this.#backoff.held();
      ears.standing(false, error);
      this.#backoff.again(() => void this.#open());
    });
  }

  /** Ends a connection that is silent. */
  #watch(socket: WebSocket): void {
    const { clock } = this.#parts;
    let isAlive = true;
    for (const sign of ['message', 'ping', 'pong'] as const)
      socket.on(sign, () => {
        isAlive = true;
      });
    const look = (): void => {
      if (!isAlive) return socket.terminate();
      isAlive = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
      this.#cancelPing = clock.schedule(clock.nowUs() + PING_MS * 1_000, look);
    };
    look();
  }

  #take(socket: WebSocket, text: string): void {
    const { ears } = this.#parts;
    const read = frame.safeParse(parsed(text));
    if (!read.success) return ears.ignored();
    const { type, envelope_id: id, payload } = read.data;
    if (type === 'hello') return ears.standing(true, '');
    // Another one is opened; what was not acknowledged comes again over that.
    if (type === 'disconnect') return socket.close();
    if (id === undefined) return ears.ignored();
    const command = type === 'slash_commands' ? slash.safeParse(payload) : undefined;
    if (command?.success !== true || command.data.command !== this.#parts.command) {
      ears.ignored();
      return send(socket, { envelope_id: id });
    }
    void this.#answer(socket, id, command.data);
  }

  /** With the acknowledgement, or behind it where that cannot wait. */
  async #answer(
    socket: WebSocket,
    id: string,
    { user_id: from, text, response_url: later }: z.infer<typeof slash>,
  ): Promise<void> {
    const { clock, ears } = this.#parts;
    let isAcknowledged = false;
    const cancel = clock.schedule(clock.nowUs() + ACK_MS * 1_000, () => {
      isAcknowledged = true;
      send(socket, { envelope_id: id });
    });
    const given = await ears.heard({ id, from, text, ageUs: undefined });
    cancel();
    // What was asked over a connection that is renewed meanwhile is answered at the address for later.
    if (!isAcknowledged && socket.readyState === WebSocket.OPEN)
      return send(socket, { envelope_id: id, ...(given !== undefined && { payload: formOf(given) }) });
    if (given !== undefined && later !== undefined) await this.#sendLater(later, given);
  }

  async #sendLater(url: string, given: ChatAnswer): Promise<void> {
    const { post, address } = this.#parts;
    if (!url.startsWith(address ?? LATER)) return;
    const message = {
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(formOf(given)),
    };
    await post(message, { allowsPrivate: address !== undefined }).catch(() => undefined);
  }
}

/** A socket without TLS is one of a test on this machine. */
function isSocketAddress(text: string, isTest: boolean): boolean {
  const url = URL.parse(text);
  return url !== null && url.hash === '' && (url.protocol === 'wss:' || (isTest && url.protocol === 'ws:'));
}

/** No text of ours becomes a link or a mention. */
function formOf({ text, isForAll }: ChatAnswer): object {
  const plain = cutAnswer(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { response_type: isForAll ? 'in_channel' : 'ephemeral', text: plain };
}

function send(socket: WebSocket, message: object): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
