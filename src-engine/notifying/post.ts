/** One POST to a channel's service: over TLS, to no address of this machine or its network unless that is allowed. */
import { isOwnName, PRIVATE_ADDRESS, publicLookup } from '../lib/own-network.ts';
import { callWeb, WebFault } from '../lib/web-call.ts';
import type { Message } from './messages.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024;

export const PRIVATE_REFUSED = `${PRIVATE_ADDRESS}, which this channel does not allow`;

export type PostAnswer = {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
  /** When it was made, by the clock of the service. */
  readonly date?: string | undefined;
};
export type PostOptions = {
  readonly allowsPrivate: boolean;
  /** Ten seconds when left out: a service may hold a question open. */
  readonly timeoutMs?: number | undefined;
  /** Ends it before. */
  readonly stop?: AbortSignal | undefined;
  /** 16 KB when left out. */
  readonly maxBytes?: number | undefined;
};
/** @throws Error with a reason that holds no part of the address. */
export type Post = (message: Message, options: PostOptions) => Promise<PostAnswer>;

export const systemPost: Post = async (
  message,
  { allowsPrivate, timeoutMs = TIMEOUT_MS, maxBytes = MAX_ANSWER_BYTES, stop },
) => {
  const { protocol, hostname } = new URL(message.url);
  if (protocol !== 'https:' && !allowsPrivate) throw new Error('the address has no TLS (https)');
  if (!allowsPrivate && isOwnName(hostname)) throw new Error(PRIVATE_REFUSED);
  try {
    const bounds = { timeoutMs, maxBytes, stop, lookup: allowsPrivate ? undefined : publicLookup };
    const { status, headers, body } = await callWeb({ ...message, ...bounds });
    return { status, body: body.toString(), retryAfter: headers['retry-after'], date: headers.date };
  } catch (error) {
    throw new Error(error instanceof WebFault ? wordsOf(error, timeoutMs) : 'the connection failed', {
      cause: error,
    });
  }
};

function wordsOf({ code }: WebFault, timeoutMs: number): string {
  if (code === 'timeout') return `no answer within ${timeoutMs / 1_000} s`;
  if (code === 'too-long') return 'the answer is too long';
  if (code === 'private-address') return PRIVATE_REFUSED;
  return code === '' ? 'the connection failed' : `the connection failed (${code})`;
}
