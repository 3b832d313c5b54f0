/**
 * Parameters of a signed request, in the two forms that Binance checks: REST signs the query as it is sent, percent-encoded;
 * the WebSocket API signs the parameters sorted by name, in plain UTF-8 (Binance spot API, "SIGNED request examples").
 */
import type { BinanceCredentials } from './credentials.ts';

export type Params = Readonly<Record<string, string | number | boolean>>;

/** When a request was made, by the venue's clock, and how long it may be carried out. */
export type Timing = {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Milliseconds from then on; at most 60,000. */
  readonly recvWindow: number;
};

/** A query with its signature. */
export function signedQuery(credentials: BinanceCredentials, params: Params, timing: Timing): string {
  const query = Object.entries({ ...params, ...timing })
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
  return `${query}&signature=${encodeURIComponent(credentials.sign(query))}`;
}

/** Parameters of one request of the WebSocket API with the key and the signature. */
export function signedParams(credentials: BinanceCredentials, params: Params, timing: Timing): Params {
  const all: Params = { ...params, ...timing, apiKey: credentials.apiKey };
  const payload = Object.keys(all)
    .sort()
    .map((name) => `${name}=${String(all[name])}`)
    .join('&');
  return { ...all, signature: credentials.sign(payload) };
}
