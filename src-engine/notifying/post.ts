/**
 * One POST to a channel's service: over TLS, to no address of this machine or its network unless that is allowed, following no
 * redirect, within a bounded time and few bytes. The address is checked as it is resolved, so that a name cannot point elsewhere later.
 */
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Message } from './messages.ts';
import { isOwnName, PRIVATE_REFUSED, publicLookup } from './own-network.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024;

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

export const systemPost: Post = (
  { url, headers, body },
  { allowsPrivate, timeoutMs = TIMEOUT_MS, maxBytes = MAX_ANSWER_BYTES, stop },
) => {
  const address = new URL(url);
  const isSecure = address.protocol === 'https:';
  const name = address.hostname.replace(/^\[|\]$/g, '');
  if (!isSecure && !allowsPrivate) return Promise.reject(new Error('the address has no TLS (https)'));
  // A number is not looked up.
  if (!allowsPrivate && isOwnName(name)) return Promise.reject(new Error(PRIVATE_REFUSED));
  return new Promise((resolve, reject) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
    const send = isSecure ? secureRequest : plainRequest;
    const sent = send(address, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'Parallax' },
      signal,
      agent: false,
      lookup: allowsPrivate ? undefined : publicLookup,
    });
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new Error(timeout.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(error)));
    sent.on('error', fail);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > maxBytes) response.destroy(new Error('the answer is too long'));
      });
      response.on('error', fail);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: text,
          retryAfter: response.headers['retry-after'],
          date: response.headers.date,
        }),
      );
    });
    sent.end(body);
  });
};

/** By its code where it has one: messages of the system may name the address. */
function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.message === PRIVATE_REFUSED || error.message === 'the answer is too long') return error.message;
  return error.code === undefined ? 'the connection failed' : `the connection failed (${error.code})`;
}
