/** Gate's public REST calls (Gate API v4, "Spot"): currency pairs, what is traded most, time. */
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
import { instrumentsFromPairs } from './instruments.ts';

export const GATE_REST_URL = 'https://api.gateio.ws';
export const PAIRS = '/api/v4/spot/currency_pairs';

/** 200 calls of one kind in 10 s are allowed. */
const PAUSE_MS = 10_000;

export class GateRest implements MarketCalls {
  readonly #rest: PublicRest;

  constructor({ baseUrl = GATE_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All pairs of the spot market. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromPairs(await this.#rest.result('currency pairs', PAIRS));
  }

  /** @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const rows = await this.#rest.result('tickers', '/api/v4/spot/tickers');
    if (!Array.isArray(rows)) throw new VenueUnreachable('tickers', 'the answer is not a list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row) || typeof row['currency_pair'] !== 'string') continue;
      const { currency_pair: pair, quote_volume: turnover, last } = row;
      tickers.set(pair, { turnover: numericOf(turnover), lastPrice: numericOf(last) });
    }
    return tickers;
  }

  /** @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    const result = await this.#rest.result('time', '/api/v4/spot/time');
    const time: unknown = isObject(result) ? result['server_time'] : undefined;
    if (typeof time === 'number' && Number.isSafeInteger(time) && time > 0) return time * US_PER_MS;
    throw new VenueUnreachable('time', 'the answer has no server_time');
  }
}

export function throttlingOf(call: string, { status, retryAfterMs }: HttpAnswer): Throttled | undefined {
  return status === 429 ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

/** Errors have a label and a message. */
export function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  const { label, message }: Json = isObject(json) ? json : {};
  throw new VenueRefused(
    call,
    typeof label === 'string' ? label : String(status),
    typeof message === 'string' ? message : '',
  );
}
