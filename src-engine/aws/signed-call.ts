/**
 * One call under a signature, tried again a bounded number of times where the service or the way to it is at fault. What is answered
 * is bounded, and no redirect is followed: a signature is for one host.
 */
import { setTimeout as after } from 'node:timers/promises';
import type { AwsKey, Scope, SignedRequest } from './aws-key.ts';

const MAX_ANSWER = 1024 * 1024;
const FIRST_PAUSE_MS = 200;

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };
/** What a call needs of the world, so that a test can replace it. */
export type CallTools = {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970, UTC. */
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
};

export const SYSTEM_TOOLS: CallTools = {
  fetch: (...call) => globalThis.fetch(...call),
  nowMs: Date.now,
  pause: (ms) => after(ms),
};

export type CallPlan = Scope & {
  /** At most, the first one included. */
  readonly tries: number;
  /** Of one try, its answer included. */
  readonly timeoutMs: number;
  /** Beyond statuses of 500 and above and 429: answers that may be another one soon. */
  readonly isForNow?: (answer: Answer) => boolean;
  /** Ends it, without another try. */
  readonly signal?: AbortSignal | undefined;
};

/** The service could not be reached in any try: nothing is known of what it did. Holds no text of the system, which may name an address. */
export class Unreachable extends Error {}

/** @returns the last answer, whatever its status. @throws Unreachable */
export async function signedCall(
  key: AwsKey,
  request: SignedRequest,
  plan: CallPlan,
  tools: CallTools,
): Promise<Answer> {
  for (let tried = 1; ; tried++) {
    const answer = await once(key, request, plan, tools);
    const isForNow =
      answer === undefined ||
      answer.status >= 500 ||
      answer.status === 429 ||
      plan.isForNow?.(answer) === true;
    const isOver = tried >= plan.tries || plan.signal?.aborted === true;
    if (answer !== undefined && (!isForNow || isOver)) return answer;
    if (answer === undefined && isOver) throw new Unreachable('cannot be reached');
    await tools.pause(FIRST_PAUSE_MS * 2 ** (tried - 1));
  }
}

async function once(
  key: AwsKey,
  { method, url, headers, body }: SignedRequest,
  { service, region, timeoutMs, signal }: CallPlan,
  { fetch, nowMs }: CallTools,
): Promise<Answer | undefined> {
  const signed = await key.sign({ method, url, headers, body }, { service, region }, nowMs());
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers: signed,
      ...(body.length === 0 ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      redirect: 'manual',
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    return { status: response.status, headers: response.headers, text: await boundedText(response) };
  } catch {
    return undefined;
  }
}

/** Empty where it is too long: no more than that is ever read. */
async function boundedText({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the connection.
  for await (const part of body ?? []) {
    length += part.byteLength;
    if (length > MAX_ANSWER) return '';
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
