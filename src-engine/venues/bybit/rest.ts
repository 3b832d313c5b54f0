/** Bybit's public REST calls (Bybit v5, "Market" and "System Status"): instruments, what is traded most, status, time. */
import type { TimeUs } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
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

export const BYBIT_REST_URL = 'https://api.bybit.com';

/** A limit of the address (600 calls in 5 s) is a ban for ten minutes; one of calls a second passes sooner. */
const BAN_MS = 10 * 60_000;
const PAUSE_MS = 5_000;
const TOO_MANY = 10_006;
/** "Spot" among the products of a maintenance, and the production environment. */
const SPOT = 2;
const PRODUCTION = 1;

export class BybitRest {
  readonly #rest: PublicRest;

  constructor({ baseUrl = BYBIT_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All instruments of the spot market. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromInfo(
      await this.#rest.result('instruments-info', '/v5/market/instruments-info?category=spot'),
    );
  }

  /** What was traded in the last 24 hours, by symbol. @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const result = await this.#rest.result('tickers', '/v5/market/tickers?category=spot');
    const rows = isObject(result) ? result['list'] : undefined;
    if (!Array.isArray(rows)) throw new VenueUnreachable('tickers', 'the answer is not a list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row) || typeof row['symbol'] !== 'string') continue;
      const { symbol, turnover24h, lastPrice } = row;
      tickers.set(symbol, { turnover: numericOf(turnover24h), lastPrice: numericOf(lastPrice) });
    }
    return tickers;
  }

  /** The venue's time. @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    const result = await this.#rest.result('time', '/v5/market/time');
    const nano: unknown = isObject(result) ? result['timeNano'] : undefined;
    const timeUs = typeof nano === 'string' && /^\d{19}$/.test(nano) ? Number(nano.slice(0, -3)) : 0;
    if (timeUs > 0) return timeUs;
    throw new VenueUnreachable('time', 'the answer has no timeNano');
  }

  /** `online`, or `maintenance` while one of the spot market goes on. @throws as PublicRest. */
  async status(): Promise<string> {
    const result = await this.#rest.result('system status', '/v5/system/status');
    const rows: unknown = isObject(result) ? result['list'] : undefined;
    if (!Array.isArray(rows)) throw new VenueUnreachable('system status', 'the answer is not a list');
    return (rows as readonly unknown[]).some(isOngoing) ? 'maintenance' : 'online';
  }
}

function isOngoing(row: unknown): boolean {
  if (!isObject(row) || row['state'] !== 'ongoing' || numericOf(row['env']) !== PRODUCTION) return false;
  const products = row['product'];
  return Array.isArray(products) && (products as unknown[]).includes(SPOT);
}

/** The venue's limit of the calls a second of an account, in whatever status it comes. */
export function isAccountLimit({ body }: HttpAnswer): boolean {
  return new RegExp(`"retCode"\\s*:\\s*${TOO_MANY}\\b`).test(body.slice(0, 200));
}

/** What an answer asks the address to wait, or the account where `isAccountLimit`; undefined: nothing. A 403 with these words is the limit of the address; any other 403 is a country that Bybit does not serve. */
export function throttlingOf(call: string, answer: HttpAnswer): Throttled | undefined {
  const { status, body, retryAfterMs } = answer;
  if (status === 403 && /too frequent/i.test(body)) return throttled(call, true, retryAfterMs, BAN_MS);
  if (isAccountLimit(answer)) return throttled(call, false, retryAfterMs ?? resetMs(answer), PAUSE_MS);
  return status === 429 ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

/** How long the limit of an account lasts yet, both times by the venue's clock; undefined where the answer does not say, or says more than a pause. */
function resetMs({ body, headers }: HttpAnswer): number | undefined {
  const [, time] = /"time"\s*:\s*(\d{13})\b/.exec(body.slice(0, 4_000)) ?? [];
  const leftMs = Number(headers?.['x-bapi-limit-reset-timestamp'] ?? Number.NaN) - Number(time ?? Number.NaN);
  return leftMs >= 0 && leftMs <= PAUSE_MS ? leftMs : undefined;
}

/** Bybit answers errors with status 200 and a `retCode` other than 0. */
export function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  const { retCode, retMsg, result }: Json = isObject(json) ? json : {};
  if (typeof retCode !== 'number' && status === 403) {
    const reason = 'the venue does not serve this address, as those of countries that it excludes';
    throw new VenueRefused(call, '403', reason);
  }
  if (typeof retCode !== 'number') throw new VenueUnreachable(call, `status ${status} without a retCode`);
  if (retCode !== 0) throw new VenueRefused(call, String(retCode), typeof retMsg === 'string' ? retMsg : '');
  return result;
}
