/** HTTP of the local exchange: reads a request whole, and marks every answer as simulated. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SIMULATED_HEADER } from '../core/simulated-mark.ts';

/** Largest request body. */
const MAX_BODY_BYTES = 1024 * 1024;

export type ExchangeRequest = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
};

export type ExchangeResponse = {
  readonly status: number;
  /** JSON; empty where the call failed below what the venue's errors say. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Answers a request by `answer`, which never throws, once `beforeAnswer` has resolved. A body that is too large is answered with status 413. */
export async function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: ExchangeRequest) => ExchangeResponse,
  beforeAnswer: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { method = '', url = '/', headers } = request;
  const body = await readBody(request);
  const answered = body === undefined ? { status: 413, body: '' } : answer({ method, url, headers, body });
  await beforeAnswer();
  response.writeHead(answered.status, {
    'content-type': answered.body === '' ? 'text/plain' : 'application/json',
    ...answered.headers,
    [SIMULATED_HEADER]: 'true',
  });
  response.end(answered.body);
}

/** The body as text; undefined when it is too large, or breaks off. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}
