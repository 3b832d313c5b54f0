/** Coinbase's public REST calls (Advanced Trade, "Public Products" and "Get Server Time"): products, what is traded most, time. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, numericOf } from '../toolkit/json.ts';
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
import { instrumentsFromProducts } from './instruments.ts';

export const COINBASE_REST_URL = 'https://api.coinbase.com';

/** Limits are counted over a second. */
const PAUSE_MS = 2_000;
const PRODUCTS = '/api/v3/brokerage/market/products?product_type=SPOT';

export type ProductList = InstrumentListing & { readonly dayTickers: ReadonlyMap<string, DayTicker> };

export class CoinbaseRest {
  readonly #rest: PublicRest;

  constructor({ baseUrl = COINBASE_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All products of the spot market, with what was traded of each in 24 hours. @throws UserError when the list cannot be read, else as PublicRest. */
  async products(): Promise<ProductList> {
    const result = await this.#rest.result('products', PRODUCTS);
    const rows = isObject(result) ? result['products'] : undefined;
    const dayTickers = new Map<string, DayTicker>();
    for (const row of Array.isArray(rows) ? (rows as readonly unknown[]) : []) {
      if (!isObject(row) || typeof row['product_id'] !== 'string') continue;
      const { product_id: id, approximate_quote_24h_volume: turnover, price } = row;
      dayTickers.set(id, { turnover: numericOf(turnover), lastPrice: numericOf(price) });
    }
    return { ...instrumentsFromProducts(rows), dayTickers };
  }

  /** The venue's time. @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    const result = await this.#rest.result('time', '/api/v3/brokerage/time');
    const millis: unknown = isObject(result) ? result['epochMillis'] : undefined;
    if (typeof millis === 'string' && /^\d{13}$/.test(millis)) return Number(millis) * US_PER_MS;
    throw new VenueUnreachable('time', 'the answer has no epochMillis');
  }
}

function throttlingOf(call: string, { status, retryAfterMs }: HttpAnswer): Throttled | undefined {
  return status === 429 ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  const { error, message } = isObject(json) ? json : {};
  throw new VenueRefused(
    call,
    typeof error === 'string' ? error : String(status),
    typeof message === 'string' ? message : '',
  );
}
