/** OKX's public REST calls (OKX API v5, "Public data", "Market data", "Status"): instruments, what is traded most, books, status, time. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
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
import { instrumentsFromRows } from './instruments.ts';

export const OKX_REST_URL = 'https://www.okx.com';

/** Limits are counted over 2 s. */
const PAUSE_MS = 2_000;
/** "Too many requests", and that of a sub-account. */
const TOO_MANY: ReadonlySet<string> = new Set(['50011', '50061']);
/** Services whose maintenance stops what is watched here: WebSocket, spot, trading. */
const SERVICES: ReadonlySet<unknown> = new Set(['0', '1', '5']);
const DEMO = '2';

export class OkxRest {
  readonly #rest: PublicRest;

  constructor({ baseUrl = OKX_REST_URL, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl, throttlingOf, resultOf });
  }

  /** All instruments of the spot market. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromRows(
      await this.#rest.result('instruments', '/api/v5/public/instruments?instType=SPOT'),
    );
  }

  /** What was traded in the last 24 hours, by symbol. @throws as PublicRest. */
  async dayTickers(): Promise<Map<string, DayTicker>> {
    const tickers = new Map<string, DayTicker>();
    for (const row of await this.#rows('tickers', '/api/v5/market/tickers?instType=SPOT')) {
      const { instId, volCcy24h, last } = row;
      // `volCcy24h` of the spot market counts the quote.
      if (typeof instId === 'string')
        tickers.set(instId, { turnover: numericOf(volCcy24h), lastPrice: numericOf(last) });
    }
    return tickers;
  }

  /** The body of a book, word for word: it is recorded as it came. @param depth levels a side, at most 400. @throws as PublicRest. */
  async bookBody(symbol: string, depth: number): Promise<string> {
    const path = `/api/v5/market/books?instId=${encodeURIComponent(symbol)}&sz=${depth}&source=0`;
    return (await this.#rest.answer(`book of ${symbol}`, path)).body;
  }

  /** The venue's time. @throws as PublicRest. */
  async time(): Promise<TimeUs> {
    const [row] = await this.#rows('time', '/api/v5/public/time');
    const ts: unknown = row?.['ts'];
    if (typeof ts === 'string' && /^\d{13}$/.test(ts)) return Number(ts) * US_PER_MS;
    throw new VenueUnreachable('time', 'the answer has no ts');
  }

  /** `online`, or `maintenance` while one of the spot market, the trading service or the streams goes on. @throws as PublicRest. */
  async status(): Promise<string> {
    const rows = await this.#rows('system status', '/api/v5/system/status');
    const isOngoing = ({ state, serviceType, env }: Json): boolean =>
      (state === 'ongoing' || state === 'pre_open') && SERVICES.has(serviceType) && env !== DEMO;
    return rows.some(isOngoing) ? 'maintenance' : 'online';
  }

  async #rows(call: string, path: string): Promise<readonly Json[]> {
    const result = await this.#rest.result(call, path);
    if (Array.isArray(result)) return (result as unknown[]).filter(isObject);
    throw new VenueUnreachable(call, 'the answer is not a list');
  }
}

export function throttlingOf(
  call: string,
  { status, body, retryAfterMs }: HttpAnswer,
): Throttled | undefined {
  const code = /"code"\s*:\s*"(\d+)"/.exec(body.slice(0, 200))?.[1] ?? '';
  return status === 429 || TOO_MANY.has(code) ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

/** OKX answers with a `code` of its own, "0" where it was carried out. */
export function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  const { code, msg, data }: Json = isObject(json) ? json : {};
  if (typeof code !== 'string') throw new VenueUnreachable(call, `status ${status} without a code`);
  if (code !== '0') throw new VenueRefused(call, code, typeof msg === 'string' ? msg : '');
  return data;
}
