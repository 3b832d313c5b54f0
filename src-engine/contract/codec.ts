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
  /** A message that was not a call did not fit. After one that could not be read, the engine closes the channel. */
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

/** Longest name of a version, in characters. */
const MAX_VERSION = 100;

/**
 * The engine's message. What it carries is trusted, and checked where it is used; the envelope is not, as the engine may be
 * one elsewhere. @throws what is not of a form that the protocol has.
 */
export function decodeEngineMessage(text: string): EngineMessage {
  const message: unknown = JSON.parse(text);
  if (!isRecord(message) || !hasForm(message)) throw new TypeError('the message does not fit the protocol');
  return message as EngineMessage;
}

function hasForm(message: Readonly<Record<string, unknown>>): boolean {
  const { t } = message;
  switch (t) {
    case 'hello': {
      const { protocol, version, role } = message;
      const isNamed = typeof version === 'string' && version.length <= MAX_VERSION;
      return typeof protocol === 'number' && isNamed && (role === 'viewer' || role === 'operator');
    }
    case 'result':
      return typeof message['id'] === 'number' && (message['ok'] === true || isProblem(message['error']));
    case 'facts':
      return isListOf(message['facts'], ({ seq, event }) => typeof seq === 'number' && isRecord(event));
    case 'gap':
      return true;
    case 'refused':
      return isProblem(message['error']);
    case 'views':
      return typeof message['atUs'] === 'number' && isListOf(message['views'], isView);
    default:
      return false;
  }
}

function isView({ key }: Readonly<Record<string, unknown>>): boolean {
  return typeof key === 'string';
}

function isProblem(value: unknown): boolean {
  return isRecord(value) && typeof value['code'] === 'string' && typeof value['message'] === 'string';
}

function isListOf(value: unknown, fits: (item: Readonly<Record<string, unknown>>) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isRecord(item) && fits(item));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
