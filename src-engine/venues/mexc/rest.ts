/** MEXC's public REST calls (MEXC spot v3, "Market Data Endpoints"): symbols, the order books behind books, what is traded most, time. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, type Json, numericOf, wordOf } from '../toolkit/json.ts';
import type { MarketCalls } from '../toolkit/market-calls.ts';
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
import { instrumentsFromInfo } from './instruments.ts';

const MEXC_REST_URL = 'https://api.mexc.com';
export const SYMBOLS = '/api/v3/exchangeInfo';

/** Each endpoint has a weight of 500 in 10 s of an address. */
export const WEIGHT_PER_MINUTE = 3_000;
export const BOOK_WEIGHT = 1;
/** Levels a side of an order book; the most are 5,000. */
export const REST_LEVELS = 1_000;
/** A window of the limits, where a 429 does not say how long to wait. */
const PAUSE_MS = 10_000;

export class MexcRest implements MarketCalls {
  readonly #rest: PublicRest;

  constructor({ baseUrl = MEXC_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All symbols of the spot market, those apart that programs may trade. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    const [info, open] = [
      await this.#rest.result('exchange information', SYMBOLS),
      await this.#rest.result('default symbols', '/api/v3/defaultSymbols'),
    ];
    const symbols: unknown = isObject(open) ? open['data'] : undefined;
    if (!Array.isArray(symbols)) throw new VenueUnreachable('default symbols', 'the answer is not a list');
    return instrumentsFromInfo(info, new Set((symbols as unknown[]).map(wordOf)));
  }

  /** @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const rows = await this.#rest.result('tickers', '/api/v3/ticker/24hr');
    if (!Array.isArray(rows)) throw new VenueUnreachable('tickers', 'the answer is not a list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row) || typeof row['symbol'] !== 'string') continue;
      const { symbol, quoteVolume, volume, lastPrice: last } = row;
      const lastPrice = numericOf(last);
      const turnover = numericOf(quoteVolume);
      // Where the value is left out it is about the quantity at the last price: it only ranks.
      tickers.set(symbol, {
        turnover: Number.isFinite(turnover) ? turnover : numericOf(volume) * lastPrice,
        lastPrice,
      });
    }
    return tickers;
  }

  /** @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    const result = await this.#rest.result('time', '/api/v3/time');
    const time: unknown = isObject(result) ? result['serverTime'] : undefined;
    if (typeof time === 'number' && Number.isSafeInteger(time) && time > 0) return time * US_PER_MS;
    throw new VenueUnreachable('time', 'the answer has no serverTime');
  }

  /** An order book, word for word: it is recorded as it came. @throws as PublicRest. */
  async bookBody(symbol: string): Promise<string> {
    const call = `order book of ${symbol}`;
    const path = `/api/v3/depth?symbol=${encodeURIComponent(symbol)}&limit=${REST_LEVELS}`;
    const { result, body } = await this.#rest.answer(call, path);
    if (!isObject(result) || !Array.isArray(result['bids']) || !Array.isArray(result['asks']))
      throw new VenueUnreachable(call, 'the answer has no levels');
    return body;
  }
}

/** 429, and 418 where an address that went on asking is banned. */
function throttlingOf(call: string, { status, retryAfterMs }: HttpAnswer): Throttled | undefined {
  return status === 429 || status === 418
    ? throttled(call, status === 418, retryAfterMs, PAUSE_MS)
    : undefined;
}

/** Errors have a code and a message. */
function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  const { code, msg }: Json = isObject(json) ? json : {};
  throw new VenueRefused(call, wordOf(code ?? status), typeof msg === 'string' ? msg : '');
}
