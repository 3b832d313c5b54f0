/** One call to a feed or to the endpoint: over TLS or to this machine, without redirects, within a time and so many bytes. What fails is a code; no text of the system, which may name an address, goes further. */
import { request as plainRequest, type IncomingHttpHeaders } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { IntelligenceCode } from '../contract/intelligence-operations.ts';
import { RoundFault } from './feed-texts.ts';

/** Errors of a certificate or of TLS itself: nothing of the question was sent. */
const OF_TLS = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|^EPROTO$/;
const TOO_LONG = 'TOO_LONG';

export type WebCall = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Left out: it is a GET. */
  readonly body?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Of names; left out: the system's. */
  readonly lookup?: LookupFunction | undefined;
};
export type WebAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** @throws RoundFault */
export function callWeb({ url, headers, body, timeoutMs, maxBytes, lookup }: WebCall): Promise<WebAnswer> {
  const address = new URL(url);
  const send = address.protocol === 'https:' ? secureRequest : plainRequest;
  // Of all of it, a slow answer included.
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const fail = ({ code = '' }: NodeJS.ErrnoException): void =>
      reject(new RoundFault(signal.aborted ? 'no-answer' : faultOf(code)));
    const sent = send(address, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        'user-agent': 'Parallax',
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      signal,
      agent: false,
      ...(lookup === undefined ? {} : { lookup }),
    });
    sent.on('error', fail);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > maxBytes) response.destroy(Object.assign(new Error(), { code: TOO_LONG }));
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

function faultOf(code: string): IntelligenceCode {
  if (code === TOO_LONG) return 'too-long';
  return OF_TLS.test(code) ? 'tls-refused' : 'unreachable';
}

/** What a status that is not 200 means. */
export function statusFault(status: number): IntelligenceCode {
  if (status >= 300 && status < 400) return 'redirected';
  if (status === 429) return 'rate-limited';
  return status === 401 || status === 403 ? 'key-refused' : 'bad-status';
}

/** Of Retry-After, in ms: seconds, or a date (RFC 9110, 10.2.3). Undefined: it does not say. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
