/** Bitfinex's public REST calls (Bitfinex, "Configs", "Tickers", "Platform Status"): pairs, what is traded most, status, time. */
import type { TimeUs } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
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
import { instrumentsFromConf } from './instruments.ts';
import { numericOf, wordOf } from '../toolkit/json.ts';

const BITFINEX_REST_URL = 'https://api-pub.bitfinex.com';
export const PAIRS = '/v2/conf/pub:info:pair,pub:list:pair:exchange,pub:map:currency:sym';
export const TICKERS = '/v2/tickers?symbols=ALL';

/** Limits are counted by the minute, 10 to 90 calls of a kind. */
const PAUSE_MS = 60_000;
const RATE_LIMIT = '11010';

export class BitfinexRest implements MarketCalls {
  readonly #rest: PublicRest;

  constructor({ baseUrl = BITFINEX_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All pairs of the spot market. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    const [conf, tickers] = [await this.#rest.result('pairs', PAIRS), await this.dayTickers()];
    return instrumentsFromConf({ conf, priceOf: (symbol) => tickers.get(symbol)?.lastPrice });
  }

  /** @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const rows = await this.#rest.result('tickers', TICKERS);
    if (!Array.isArray(rows)) throw new VenueUnreachable('tickers', 'the answer is not a list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!Array.isArray(row) || typeof row[0] !== 'string') continue;
      // The volume counts the base.
      const [lastPrice, volume] = [numericOf(row[7]), numericOf(row[8])];
      tickers.set(row[0], { turnover: volume * lastPrice, lastPrice });
    }
    return tickers;
  }

  /** The venue has no call for its time: when it answered, in whole seconds. @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    return await this.#rest.date('time', '/v2/platform/status');
  }

  /** `online` or `maintenance`. @throws as PublicRest. */
  async status(): Promise<string> {
    const result = await this.#rest.result('platform status', '/v2/platform/status');
    const status: unknown = Array.isArray(result) ? result[0] : undefined;
    if (status === 1 || status === 0) return status === 1 ? 'online' : 'maintenance';
    throw new VenueUnreachable('platform status', 'the answer has no status');
  }
}

/** A refusal is `["error", code, text]`. */
function throttlingOf(call: string, { status, body, retryAfterMs }: HttpAnswer): Throttled | undefined {
  const isLimit = status === 429 || (body.startsWith('["error"') && body.includes(RATE_LIMIT));
  return isLimit ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  const [mark, code, text] = Array.isArray(json) ? (json as unknown[]) : [];
  if (mark === 'error')
    throw new VenueRefused(call, wordOf(code ?? status), typeof text === 'string' ? text : '');
  if (status < 200 || status > 299) throw new VenueRefused(call, String(status), '');
  return json;
}
