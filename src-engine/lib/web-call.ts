/** One call over HTTP: with TLS or as its address says, without redirects and without a connection that is kept, within a time and so many bytes. */
import { request as plainRequest, type IncomingHttpHeaders } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { PRIVATE_ADDRESS } from './own-network.ts';

export type WebCall = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Left out: it is a GET. */
  readonly body?: string;
  /** Of all of it, a slow answer included. */
  readonly timeoutMs: number;
  /** Of the answer. */
  readonly maxBytes: number;
  /** Of names; left out: the system's. */
  readonly lookup?: LookupFunction | undefined;
  /** Ends it before. */
  readonly stop?: AbortSignal | undefined;
};
export type WebAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** Why a call has no answer. No text of the system, which may name the address, goes further. */
export class WebFault extends Error {
  /** `timeout`, `too-long`, `private-address`, or a code of the system such as ECONNREFUSED; empty: it has none. */
  readonly code: string;

  constructor(code: string) {
    super(`the call failed (${code})`);
    this.code = code;
  }
}

/** @throws WebFault */
export function callWeb({
  url,
  headers,
  body,
  timeoutMs,
  maxBytes,
  lookup,
  stop,
}: WebCall): Promise<WebAnswer> {
  const address = new URL(url);
  const send = address.protocol === 'https:' ? secureRequest : plainRequest;
  const timeout = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(new WebFault(timeout.aborted ? 'timeout' : codeOf(error)));
    const sent = send(address, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        'user-agent': 'Parallax',
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      signal: stop === undefined ? timeout : AbortSignal.any([timeout, stop]),
      agent: false,
      ...(lookup === undefined ? {} : { lookup }),
    });
    sent.on('error', fail);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > maxBytes) response.destroy(new WebFault('too-long'));
        else parts.push(part);
      });
      response.on('error', fail);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.end(body);
  });
}

function codeOf(error: unknown): string {
  if (error instanceof Error && error.message === PRIVATE_ADDRESS) return 'private-address';
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
