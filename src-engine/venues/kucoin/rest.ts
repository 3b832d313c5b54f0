/** KuCoin's public REST calls: instruments, the order books behind books, the address of the socket, status, time. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, type Json, numericOf, wordIn } from '../toolkit/json.ts';
import {
  PublicRest,
  type RestOptions,
  throttled,
  VenueRefused,
  VenueUnreachable,
} from '../toolkit/public-rest.ts';
import type { Throttled } from '../toolkit/throttled.ts';
import type { DayTicker } from '../toolkit/turnover.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { instrumentsFromSymbols } from './instruments.ts';

export const KUCOIN_REST_URL = 'https://api.kucoin.com';

/** Where a connection is made, with a token that is good for one, and how often the server wants a ping of ours. */
export type SocketTicket = { readonly endpoint: string; readonly token: string; readonly pingMs: number };

/** Public calls: weights of 2,000 in 30 s of an address without VIP level (KuCoin, "Rate Limit"). */
export const WEIGHT_PER_MINUTE = 4_000;
/** Of the order book of 100 levels a side, which needs no key. */
export const BOOK_WEIGHT = 4;
export const BOOK_LEVELS = 100;
/** A window of the limits, and where a 429 does not say how much of it is left. */
const WINDOW_MS = 30_000;
const SUCCESS = '200000';
const TOO_MANY = '429000';
/** Bounds of what is believed of a ping interval; 18 s is what is seen. */
const [MIN_PING_MS, MAX_PING_MS, USUAL_PING_MS] = [2_000, 50_000, 18_000];

const STATUSES: Readonly<Record<string, string>> = {
  open: 'online',
  close: 'maintenance',
  cancelonly: 'cancel_only',
};

export class KucoinRest {
  readonly #rest: PublicRest;

  constructor({ baseUrl = KUCOIN_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All instruments of the spot market. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromSymbols(await this.#rest.result('symbols', '/api/v2/symbols'));
  }

  /** What was traded in the last 24 hours, by symbol. @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const result = await this.#rest.result('allTickers', '/api/v1/market/allTickers');
    const rows = isObject(result) ? result['ticker'] : undefined;
    if (!Array.isArray(rows)) throw new VenueUnreachable('allTickers', 'the answer is not a list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row) || typeof row['symbol'] !== 'string') continue;
      // A pair that has not been traded has null for its last price.
      const { symbol, volValue, last } = row;
      tickers.set(symbol, { turnover: numericOf(volValue), lastPrice: numericOf(last) });
    }
    return tickers;
  }

  /** The venue's time. @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    const result = await this.#rest.result('timestamp', '/api/v1/timestamp');
    if (typeof result === 'number' && Number.isSafeInteger(result) && result > 0) return result * US_PER_MS;
    throw new VenueUnreachable('timestamp', 'the answer is not a time in ms');
  }

  /** `online`, `maintenance` or `cancel_only`; another word as the venue says it. @throws as PublicRest. */
  async status(): Promise<string> {
    const result = await this.#rest.result('status', '/api/v1/status');
    const status: unknown = isObject(result) ? result['status'] : undefined;
    if (typeof status === 'string') return wordIn(STATUSES, status) ?? status;
    throw new VenueUnreachable('status', 'the answer has no status');
  }

  /** An order book of 100 levels a side, word for word: it is recorded as it came. @throws as PublicRest. */
  async bookBody(symbol: string): Promise<string> {
    const call = `order book of ${symbol}`;
    const path = `/api/v1/market/orderbook/level2_${BOOK_LEVELS}?symbol=${encodeURIComponent(symbol)}`;
    const { result, body } = await this.#rest.answer(call, path);
    // An unknown symbol is answered with success and without levels.
    if (!isObject(result) || !Array.isArray(result['bids']) || !Array.isArray(result['asks']))
      throw new VenueUnreachable(call, 'the answer has no levels');
    return body;
  }

  /** A new token with each call: one that was used is refused after a day. @throws as PublicRest. */
  async socketTicket(): Promise<SocketTicket> {
    const call = 'bullet-public';
    const { result } = await this.#rest.answer(call, '/api/v1/bullet-public', 'POST');
    return ticketOf(call, result);
  }
}

/** The token and the address of a socket, public or private. @throws VenueUnreachable for an answer without them. */
export function ticketOf(call: string, result: unknown): SocketTicket {
  const { token, instanceServers }: Json = isObject(result) ? result : {};
  const servers = Array.isArray(instanceServers) ? (instanceServers as unknown[]) : [];
  const server = servers.filter(isObject).find(({ protocol }) => protocol === 'websocket');
  const { endpoint, pingInterval }: Json = server ?? {};
  if (
    typeof token !== 'string' ||
    token === '' ||
    typeof endpoint !== 'string' ||
    !/^wss?:\/\//.test(endpoint)
  )
    throw new VenueUnreachable(call, 'the answer has no token or no websocket server');
  const asked = typeof pingInterval === 'number' && pingInterval > 0 ? pingInterval : USUAL_PING_MS;
  return { endpoint, token, pingMs: Math.min(MAX_PING_MS, Math.max(MIN_PING_MS, asked)) };
}

/** The answer's own code, which stands before all else of it; empty: it has none. */
export function codeOf({ body }: HttpAnswer): string {
  return /"code"\s*:\s*"(\d+)"/.exec(body.slice(0, 200))?.[1] ?? '';
}

/** `gw-ratelimit-reset`: ms until the limit is full again. */
export function throttlingOf(call: string, answer: HttpAnswer): Throttled | undefined {
  const { status, retryAfterMs, headers } = answer;
  if (status !== 429 && codeOf(answer) !== TOO_MANY) return undefined;
  const reset = headers?.['gw-ratelimit-reset'];
  return throttled(call, false, reset === undefined ? retryAfterMs : Number(reset), WINDOW_MS);
}

/** Success is the code "200000"; an answer with status 200 may carry another one. */
export function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  const { code, msg, data }: Json = isObject(json) ? json : {};
  if (typeof code !== 'string') throw new VenueUnreachable(call, `status ${status} without a code`);
  if (code !== SUCCESS) throw new VenueRefused(call, code, typeof msg === 'string' ? msg : '');
  return data;
}
