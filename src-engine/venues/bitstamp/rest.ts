/** Bitstamp's public REST calls (Bitstamp API v2): markets, what is traded most, and the time of an answer. */
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
import { instrumentsFromMarkets } from './instruments.ts';

const BITSTAMP_REST_URL = 'https://www.bitstamp.net';
export const MARKETS = '/api/v2/markets/';

/** 400 calls a second are allowed. */
const PAUSE_MS = 1_000;
/** The code of too many calls. */
const TOO_MANY = '400.002';

export class BitstampRest implements MarketCalls {
  readonly #rest: PublicRest;

  constructor({ baseUrl = BITSTAMP_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All spot markets. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromMarkets(await this.#rest.result('markets', MARKETS));
  }

  /** @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const rows = await this.#rest.result('tickers', '/api/v2/ticker/');
    if (!Array.isArray(rows)) throw new VenueUnreachable('tickers', 'the answer is not a list');
    const tickers = new Map<string, DayTicker>();
    for (const row of rows as readonly unknown[]) {
      if (!isObject(row) || typeof row['pair'] !== 'string') continue;
      const { pair, volume, last } = row;
      const lastPrice = numericOf(last);
      // The volume counts the base; `BTC/USD` is the market `btcusd`.
      const turnover = numericOf(volume) * lastPrice;
      tickers.set(pair.replace('/', '').toLowerCase(), { turnover, lastPrice });
    }
    return tickers;
  }

  /** The venue has no call for its time: it is that of the answer, in whole seconds. @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    return await this.#rest.date('time', MARKETS);
  }
}

function throttlingOf(call: string, { status, body, retryAfterMs }: HttpAnswer): Throttled | undefined {
  const isLimit = status === 429 || (status >= 400 && body.slice(0, 300).includes(TOO_MANY));
  return isLimit ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  const { code, response_code: newer, reason, message }: Json = isObject(json) ? json : {};
  const name = code ?? newer;
  const text = reason ?? message;
  throw new VenueRefused(
    call,
    typeof name === 'string' ? name : String(status),
    typeof text === 'string' ? text : '',
  );
}
