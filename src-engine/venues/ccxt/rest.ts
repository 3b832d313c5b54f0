/** Calls of ccxt's class: markets, what is traded most, and the venue's time. */
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject } from '../toolkit/json.ts';
import { PublicRest, type RestOptions, VenueRefused } from '../toolkit/public-rest.ts';
import { throttlingOf, timeOf } from '../toolkit/side-lines.ts';
import type { DayTicker } from '../toolkit/turnover.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { ccxtAddress } from './address.ts';
import { instrumentsFromMarkets, needsPrices } from './instruments.ts';

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
  async time(): Promise<{ readonly timeUs: TimeUs; readonly stepUs: DurationUs }> {
    return timeOf('time', await this.#rest.result('time', '/time'));
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

function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  const { name, text } = isObject(json) ? json : {};
  throw new VenueRefused(
    call,
    typeof name === 'string' ? name : String(status),
    typeof text === 'string' ? text : '',
  );
}
