/** Crypto.com's public REST calls (Crypto.com Exchange v1): instruments, what is traded most, and the time of an answer. */
import type { TimeUs } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
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
import { instrumentsFromResult } from './instruments.ts';

const CRYPTOCOM_REST_URL = 'https://api.crypto.com';
export const INSTRUMENTS = '/exchange/v1/public/get-instruments';

/** 100 calls of one kind a second are allowed. */
const PAUSE_MS = 1_000;
const TOO_MANY = 42_901;

export class CryptoComRest implements MarketCalls {
  readonly #rest: PublicRest;

  constructor({ baseUrl = CRYPTOCOM_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All instruments of the spot market. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromResult(await this.#rest.result('instruments', INSTRUMENTS));
  }

  /** @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const result = await this.#rest.result('tickers', '/exchange/v1/public/get-tickers');
    const rows = isObject(result) ? result['data'] : undefined;
    if (!Array.isArray(rows)) throw new VenueUnreachable('tickers', 'the answer has no list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row) || typeof row['i'] !== 'string') continue;
      // `v` counts the base; a pair that was not traded has null for its last price.
      const lastPrice = numericOf(row['a']);
      tickers.set(row['i'], { turnover: numericOf(row['v']) * lastPrice, lastPrice });
    }
    return tickers;
  }

  /** The venue has no call for its time: it is that of the answer, in whole seconds. @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    return await this.#rest.date('time', INSTRUMENTS);
  }
}

function throttlingOf(call: string, { status, body, retryAfterMs }: HttpAnswer): Throttled | undefined {
  const isLimit = status === 429 || new RegExp(`"code"\\s*:\\s*${TOO_MANY}\\b`).test(body.slice(0, 200));
  return isLimit ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

/** 0 is success. */
function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  const { code, message, result }: Json = isObject(json) ? json : {};
  if (typeof code !== 'number') throw new VenueUnreachable(call, `status ${status} without a code`);
  if (code !== 0) throw new VenueRefused(call, String(code), typeof message === 'string' ? message : '');
  return result;
}
