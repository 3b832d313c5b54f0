/** Bitget's public REST calls (Bitget v2, "Spot, Market" and "Get Server Time"): instruments, what is traded most, time. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
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
import { instrumentsFromSymbols } from './instruments.ts';

export const BITGET_REST_URL = 'https://api.bitget.com';
export const SYMBOLS = '/api/v2/spot/public/symbols';

/** Calls are counted over a second. */
const PAUSE_MS = 1_000;
const SUCCESS = '00000';
const TOO_MANY = '429';
/** Quotes whose price in USDT is asked for: their pairs have a smallest value in USDT. */
const AGAINST = 'USDT';

export class BitgetRest implements MarketCalls {
  readonly #rest: PublicRest;

  constructor({ baseUrl = BITGET_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All instruments of the spot market. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    const [rows, tickers] = [await this.#rest.result('symbols', SYMBOLS), await this.dayTickers()];
    return instrumentsFromSymbols(rows, (coin) => tickers.get(coin + AGAINST)?.lastPrice);
  }

  /** @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const rows = await this.#rest.result('tickers', '/api/v2/spot/market/tickers');
    if (!Array.isArray(rows)) throw new VenueUnreachable('tickers', 'the answer is not a list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row) || typeof row['symbol'] !== 'string') continue;
      const { symbol, quoteVolume, lastPr } = row;
      tickers.set(symbol, { turnover: numericOf(quoteVolume), lastPrice: numericOf(lastPr) });
    }
    return tickers;
  }

  /** @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    const result = await this.#rest.result('time', '/api/v2/public/time');
    const time: unknown = isObject(result) ? result['serverTime'] : undefined;
    if (typeof time === 'string' && /^\d{13}$/.test(time)) return Number(time) * US_PER_MS;
    throw new VenueUnreachable('time', 'the answer has no serverTime');
  }
}

export function throttlingOf(
  call: string,
  { status, body, retryAfterMs }: HttpAnswer,
): Throttled | undefined {
  const isLimit = status === 429 || body.slice(0, 200).includes(`"code":"${TOO_MANY}"`);
  return isLimit ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

/** Success is the code "00000"; an answer with status 200 may carry another one. */
export function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  const { code, msg, data }: Json = isObject(json) ? json : {};
  if (typeof code !== 'string') throw new VenueUnreachable(call, `status ${status} without a code`);
  if (code !== SUCCESS) throw new VenueRefused(call, code, typeof msg === 'string' ? msg : '');
  return data;
}
