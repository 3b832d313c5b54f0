/** HTX's public REST calls (HTX spot API, "Reference Data" and "Market Data"): symbols, what is traded most, status, time. */
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
import { instrumentsFromSymbols } from './instruments.ts';

const HTX_REST_URL = 'https://api.huobi.pro';
export const SYMBOLS = '/v1/settings/common/market-symbols';

/** 10 calls a second are allowed. */
const PAUSE_MS = 1_000;
const STATUSES: ReadonlyMap<unknown, string> = new Map([
  [1, 'online'],
  [2, 'maintenance'],
  [3, 'cancel_only'],
]);

export class HtxRest implements MarketCalls {
  readonly #rest: PublicRest;

  constructor({ baseUrl = HTX_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All symbols of the spot market. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromSymbols(await this.#rest.result('market symbols', SYMBOLS));
  }

  /** @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const rows = await this.#rest.result('tickers', '/market/tickers');
    if (!Array.isArray(rows)) throw new VenueUnreachable('tickers', 'the answer is not a list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row) || typeof row['symbol'] !== 'string') continue;
      // `vol` counts the quote, `amount` the base.
      tickers.set(row['symbol'], { turnover: numericOf(row['vol']), lastPrice: numericOf(row['close']) });
    }
    return tickers;
  }

  /** @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    const time = await this.#rest.result('time', '/v1/common/timestamp');
    if (typeof time === 'number' && Number.isSafeInteger(time) && time > 0) return time * US_PER_MS;
    throw new VenueUnreachable('time', 'the answer is not a time in ms');
  }

  /** `online`, `maintenance` or `cancel_only`. @throws as PublicRest. */
  async status(): Promise<string> {
    const result = await this.#rest.result('market status', '/v2/market-status');
    const status = STATUSES.get(isObject(result) ? result['marketStatus'] : undefined);
    if (status !== undefined) return status;
    throw new VenueUnreachable('market status', 'the answer has no marketStatus that is known');
  }
}

function throttlingOf(call: string, { status, retryAfterMs }: HttpAnswer): Throttled | undefined {
  return status === 429 ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

/** Success is the status "ok", or the code 200 of the newer calls. */
function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  const {
    status: own,
    code,
    data,
    'err-code': name,
    'err-msg': text,
    message,
  }: Json = isObject(json) ? json : {};
  if (own === undefined && code === undefined)
    throw new VenueUnreachable(call, `status ${status} without a status of the venue`);
  if (own === 'ok' || code === 200) return data;
  const words = text ?? message;
  throw new VenueRefused(call, wordOf(name ?? code), typeof words === 'string' ? words : '');
}
