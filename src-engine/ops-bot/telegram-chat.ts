/**
 * Telegram by long polling: no port is open for it. Its rules are of core.telegram.org/bots/api, “getMe”, “getUpdates” and “sendMessage”: an update
 * is confirmed by asking for those behind it, `from` is who typed, and a refusal has `parameters.retry_after` in seconds.
 */
import { z } from 'zod';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { Post } from '../notifying/post.ts';
import { askedMs, Backoff, type Chat, type ChatEars, cutAnswer } from './chat.ts';

export const TELEGRAM = 'https://api.telegram.org';
/** Seconds that Telegram holds a question open. */
const HOLD_S = 25;
const ANSWER_MS = 10_000;
/** Updates of one answer: with the longest texts they stay far below the bytes that are read of one. */
const MOST = 10;
const MAX_BYTES = 1_048_576;
/** A bot may not write first to a person. */
const NOT_HERE = 'The answer is for you alone. Write to this bot in private once, then ask again.';
/** Behind a week without an update the next id is chosen at random, and may be a lower one: an older offset is not asked with. */
const OFFSET_HOLDS_US = 3 * 86_400 * US_PER_SECOND;
/** An answer without a row that comes sooner was not held open. */
const EMPTY_US = US_PER_SECOND;
/** Ids of updates that are remembered: many times what one answer holds. */
const MAX_TAKEN = 1_000;

const answer = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().optional() }).optional(),
});
const me = z.object({ username: z.string() });
const update = z.object({ update_id: z.number().int().nonnegative() });
const typed = z.object({
  message: z.object({
    message_id: z.number().int(),
    date: z.number().int(),
    from: z.object({ id: z.number().int().positive(), is_bot: z.boolean() }),
    chat: z.object({ id: z.number().int(), type: z.string() }),
    text: z.string(),
    // Words of another person, or of another bot.
    forward_origin: z.undefined().optional(),
    via_bot: z.undefined().optional(),
  }),
});
type Typed = z.infer<typeof typed>['message'];

export type TelegramParts = {
  readonly clock: Clock;
  readonly post: Post;
  readonly token: string;
  readonly ears: ChatEars;
  /** Another one in tests, of this machine. */
  readonly address?: string | undefined;
};

export class TelegramChat implements Chat {
  readonly #parts: TelegramParts;
  readonly #backoff: Backoff;
  /** The first update that was not heard. */
  #offset = 0;
  #takenAtUs: TimeUs = 0;
  /** In the order in which they came. */
  readonly #taken = new Set<number>();
  /** Its own, in lower case; undefined until Telegram has given it. */
  #name: string | undefined;
  #isStopped = false;
  /** Ends a question that is held: a bot that begins anew with other settings would meet this one there. */
  readonly #stop = new AbortController();

  constructor(parts: TelegramParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.clock);
  }

  start(): void {
    void this.#poll();
  }

  stop(): void {
    this.#isStopped = true;
    this.#backoff.stop();
    this.#stop.abort();
  }

  async #poll(): Promise<void> {
    const { ears } = this.#parts;
    if (this.#name === undefined) {
      const {
        result: own,
        error: fault,
        waitMs: pauseMs,
      } = await this.#ask('getMe', {}, ANSWER_MS, this.#stop.signal);
      this.#name = me.safeParse(own).data?.username.toLowerCase();
      if (this.#isStopped) return;
      if (this.#name === undefined) return this.#failed(fault, pauseMs);
    }
    if (this.#parts.clock.nowUs() - this.#takenAtUs > OFFSET_HOLDS_US) this.#offset = 0;
    const asked = {
      offset: this.#offset,
      limit: MOST,
      timeout: HOLD_S,
      allowed_updates: ['message'],
    };
    const { clock } = this.#parts;
    const askedUs = clock.nowUs();
    const { result, error, waitMs, serviceUs } = await this.#ask(
      'getUpdates',
      asked,
      HOLD_S * 1_000 + ANSWER_MS,
      this.#stop.signal,
    );
    if (this.#isStopped) return;
    const rows = Array.isArray(result) ? (result as unknown[]) : undefined;
    if (rows === undefined) return this.#failed(error, waitMs);
    ears.standing(true, '');
    const before = this.#offset;
    for (const row of rows) this.#take(row, serviceUs);
    if (this.#offset !== before || clock.nowUs() - askedUs >= EMPTY_US) this.#backoff.held();
    // A service that gives the same rows again and again is asked ever later.
    if (rows.length > 0 && this.#offset === before) this.#backoff.again(() => void this.#poll());
    // A proxy on the way may not hold a question open.
    else if (rows.length === 0 && clock.nowUs() - askedUs < EMPTY_US)
      this.#backoff.again(() => void this.#poll());
    else void this.#poll();
  }

  #failed(error: string, waitMs: number): void {
    this.#parts.ears.standing(false, error === '' ? 'the answer cannot be read' : error);
    this.#backoff.again(() => void this.#poll(), waitMs);
  }

  /** In a room of several only what begins with a slash is a command, and what names a bot is for that one. */
  #isMeant({ chat, text }: Typed): boolean {
    const [, other] = /^\/\w+@(\w+)/.exec(text.trim()) ?? [];
    if (other !== undefined) return other.toLowerCase() === this.#name;
    return chat.type === 'private' || text.trim().startsWith('/');
  }

  /** @param serviceUs now by Telegram's clock; undefined: it did not say. */
  #take(row: unknown, serviceUs: TimeUs | undefined): void {
    const { ears } = this.#parts;
    const numbered = update.safeParse(row);
    if (!numbered.success) return ears.ignored();
    const id = numbered.data.update_id;
    this.#offset = id + 1;
    this.#takenAtUs = this.#parts.clock.nowUs();
    // By the ids themselves: a lower one may be a new one.
    if (this.#taken.has(id)) return;
    this.#taken.add(id);
    if (this.#taken.size > MAX_TAKEN) {
      const [oldest = 0] = this.#taken;
      this.#taken.delete(oldest);
    }
    const said = typed.safeParse(row);
    if (!said.success || said.data.message.from.is_bot || !this.#isMeant(said.data.message))
      return ears.ignored();
    void this.#answer(String(id), said.data.message, serviceUs);
  }

  async #answer(
    id: string,
    { from, chat, date, text, message_id }: Typed,
    serviceUs: TimeUs | undefined,
  ): Promise<void> {
    const sentUs = date * US_PER_SECOND;
    const ageUs = (serviceUs ?? this.#parts.clock.nowUs()) - sentUs;
    const message = { id, from: String(from.id), text, ageUs };
    const given = await this.#parts.ears.heard(message);
    if (given === undefined || this.#isStopped) return;
    const inRoom = {
      chat_id: chat.id,
      text: cutAnswer(given.text),
      link_preview_options: { is_disabled: true },
      reply_parameters: { message_id, allow_sending_without_reply: true },
    };
    // Telegram hides nothing from the others of a room: what one asked to see goes to that person alone.
    const isAside = !given.isForAll && chat.type !== 'private';
    const { reply_parameters: _, ...plain } = inRoom;
    const body = isAside ? { ...plain, chat_id: from.id } : inRoom;
    const { waitMs, error } = await this.#ask('sendMessage', body, ANSWER_MS);
    if (this.#isStopped) return;
    if (isAside && error !== '' && waitMs === 0)
      return void (await this.#ask('sendMessage', { ...inRoom, text: NOT_HERE }, ANSWER_MS));
    if (waitMs === 0) return;
    const { clock } = this.#parts;
    clock.schedule(clock.nowUs() + Math.min(waitMs, 60_000) * 1_000, () => {
      if (!this.#isStopped) void this.#ask('sendMessage', body, ANSWER_MS);
    });
  }

  /** Never rejects. The token is in the address, and in no error. */
  async #ask(
    method: string,
    body: object,
    timeoutMs: number,
    stop?: AbortSignal,
  ): Promise<{
    readonly result?: unknown;
    readonly error: string;
    readonly waitMs: number;
    readonly serviceUs?: TimeUs | undefined;
  }> {
    const { post, token, address } = this.#parts;
    const url = `${address ?? TELEGRAM}/bot${token}/${method}`;
    const message = { url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    try {
      const bounds = { allowsPrivate: address !== undefined, timeoutMs, maxBytes: MAX_BYTES, stop };
      const { status, body: text, date = '' } = await post(message, bounds);
      const read = answer.safeParse(parsed(text));
      if (!read.success) return { error: `it answered ${status} in no known form`, waitMs: 0 };
      const { ok, result, description = '', parameters } = read.data;
      const serviceMs = Date.parse(date);
      const serviceUs = Number.isNaN(serviceMs) ? undefined : serviceMs * 1_000;
      if (ok) return { result, error: '', waitMs: 0, serviceUs };
      const waitMs = askedMs(parameters?.retry_after);
      return { error: refusalOf(status, description.slice(0, 200).replaceAll(token, '…')), waitMs };
    } catch (error) {
      return { error: error instanceof Error ? error.message : 'the connection failed', waitMs: 0 };
    }
  }
}

function refusalOf(status: number, description: string): string {
  if (status === 401 || status === 404) return 'it does not know the token';
  if (status === 409) return 'another program asks for this bot’s messages, or a webhook is set for it';
  return `it answered ${status}: ${description}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
