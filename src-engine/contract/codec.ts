/** The messages between a window (or any client) and the engine, the same over MessagePort and WebSocket. */
import { z } from 'zod';
import type { Problem } from '../domain/errors.ts';
import { excessOf } from './message-bounds.ts';
import type { Role } from './operations.ts';
import type { Fact } from './topics.ts';

export const PROTOCOL_VERSION = 1;
/** Longest message a client may send, in characters. */
export const MAX_CLIENT_MESSAGE = 64 * 1024;
/** Longest account of what does not fit in a message, in characters. */
const MAX_FAULT = 300;

const clientMessage = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('call'),
    id: z.number().int().nonnegative(),
    op: z.string().max(64),
    input: z.unknown(),
  }),
  /** Facts from now on; the answer to getSnapshot says from which number. */
  z.strictObject({ t: z.literal('facts'), on: z.boolean() }),
  z.strictObject({ t: z.literal('subscribe'), topic: z.string().max(64), params: z.unknown() }),
  z.strictObject({ t: z.literal('unsubscribe'), topic: z.string().max(64), params: z.unknown() }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** One conflated view: `key` is topicKey(topic, params). */
export type ViewMessage = { readonly key: string; readonly data: unknown };

export type EngineMessage =
  | { readonly t: 'hello'; readonly protocol: number; readonly role: Role; readonly version: string }
  | { readonly t: 'result'; readonly id: number; readonly ok: true; readonly data: unknown }
  | { readonly t: 'result'; readonly id: number; readonly ok: false; readonly error: Problem }
  | { readonly t: 'facts'; readonly facts: readonly Fact[] }
  /** The facts lane overflowed for this client and has stopped: it goes on when a fresh snapshot is asked for. */
  | { readonly t: 'gap' }
  /** A message that was no call did not fit. After one that could not be read, the engine closes the channel. */
  | { readonly t: 'refused'; readonly error: Problem }
  | { readonly t: 'views'; readonly atUs: number; readonly views: readonly ViewMessage[] };

export function encode(message: ClientMessage | EngineMessage): string {
  return JSON.stringify(message);
}

/** A client's message, checked; or what is wrong with it. Never throws. */
export function decodeClientMessage(
  text: string,
): { readonly ok: true; readonly message: ClientMessage } | { readonly ok: false; readonly error: Problem } {
  if (text.length > MAX_CLIENT_MESSAGE) return bad(`is longer than ${MAX_CLIENT_MESSAGE} characters`);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return bad('is not JSON');
  }
  const excess = excessOf(raw);
  if (excess !== undefined) return bad(excess);
  const parsed = clientMessage.safeParse(raw);
  if (!parsed.success) {
    const fault = z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, MAX_FAULT);
    return bad(`does not fit: ${fault}`);
  }
  return { ok: true, message: parsed.data };
}

function bad(message: string): { ok: false; error: Problem } {
  return { ok: false, error: { code: 'bad-message', field: 'message', message } };
}

/** The engine's message. The engine is trusted by its window: shape checks happen where views are used. */
export function decodeEngineMessage(text: string): EngineMessage {
  return JSON.parse(text) as EngineMessage;
}
