/** Calls of ccxt's class: markets, what is traded most, and the venue's time. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject } from '../toolkit/json.ts';
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
import { ccxtAddress } from './address.ts';
import { instrumentsFromMarkets, needsPrices } from './instruments.ts';

/** ccxt does not say how long a venue wants to be left alone. */
const PAUSE_MS = 10_000;

export class CcxtRest {
  readonly #rest: PublicRest;

  /** @param options.baseUrl another place than the class's own. */
  constructor(id: string, { baseUrl, ...options }: RestOptions) {
    this.#rest = new PublicRest({ ...options, baseUrl: ccxtAddress(id, baseUrl), throttlingOf, resultOf });
  }

  /** All spot markets. @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromMarkets(await this.#markets());
  }

  /** The same, with what was traded of each. @throws as PublicRest. */
  async active(): Promise<{ readonly listing: InstrumentListing; readonly tickers: Map<string, DayTicker> }> {
    const file = await this.#markets();
    const tickers = tickersOf(file.tickers ?? (await this.#rest.result('tickers', '/tickers')));
    return { listing: instrumentsFromMarkets(file), tickers };
  }

  /** @throws as PublicRest. */
  async time(): Promise<{ readonly timeUs: TimeUs; readonly stepUs: number }> {
    const time = await this.#rest.result('time', '/time');
    const { ms, stepMs } = isObject(time) ? time : {};
    if (typeof ms === 'number' && typeof stepMs === 'number' && ms > 0)
      return { timeUs: ms * US_PER_MS, stepUs: stepMs * US_PER_MS };
    throw new VenueUnreachable('time', 'the answer is no time');
  }

  /** Prices are asked for where the step of a market depends on its price. */
  async #markets(): Promise<{ readonly markets: unknown; readonly tickers?: unknown }> {
    const markets = await this.#rest.result('markets', '/markets');
    return needsPrices(markets)
      ? { markets, tickers: await this.#rest.result('tickers', '/tickers') }
      : { markets };
  }
}

export function tickersOf(rows: unknown): Map<string, DayTicker> {
  const tickers = new Map<string, DayTicker>();
  for (const row of Array.isArray(rows) ? (rows as readonly unknown[]) : []) {
    if (!isObject(row) || typeof row['symbol'] !== 'string') continue;
    const { symbol, last, turnover } = row;
    tickers.set(symbol, { turnover: Number(turnover ?? Number.NaN), lastPrice: Number(last ?? 0) });
  }
  return tickers;
}

/** @throws VenueUnreachable, in ccxt's words, where it got no answer of the venue. */
function throttlingOf(call: string, { status, retryAfterMs, body }: HttpAnswer): Throttled | undefined {
  if (status === 503) throw new VenueUnreachable(call, wordsOf(body));
  return status === 429 ? throttled(call, false, retryAfterMs, PAUSE_MS) : undefined;
}

function wordsOf(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    if (isObject(json) && typeof json['text'] === 'string') return json['text'];
  } catch {
    // It says nothing.
  }
  return 'ccxt gives no reason';
}

function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  const { name, text } = isObject(json) ? json : {};
  throw new VenueRefused(
    call,
    typeof name === 'string' ? name : String(status),
    typeof text === 'string' ? text : '',
  );
}
