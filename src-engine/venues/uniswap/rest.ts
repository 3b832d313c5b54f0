/** Calls of the process that reads pools: what is listed, and when the newest block was made. */
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { PublicRest, type RestOptions, VenueRefused } from '../toolkit/public-rest.ts';
import { throttlingOf, timeOf, wordsOf } from '../toolkit/side-lines.ts';
import type { DayTicker } from '../toolkit/turnover.ts';
import type { InstrumentListing } from '../venue-adapter.ts';
import { chainAddress } from './address.ts';
import { instrumentsFromPools } from './instruments.ts';

export class PoolRest {
  readonly #rest: PublicRest;

  constructor(version: 'v2' | 'v3', { baseUrl, ...options }: RestOptions) {
    this.#rest = new PublicRest({
      ...options,
      baseUrl: baseUrl ?? chainAddress(version),
      throttlingOf,
      resultOf,
    });
  }

  /** @throws UserError when the list cannot be read, else as PublicRest. */
  async instruments(): Promise<InstrumentListing> {
    return instrumentsFromPools(await this.#pools());
  }

  /** The same, with what lies in each pool: it stands for what is traded in it. @throws as PublicRest. */
  async active(): Promise<{ readonly listing: InstrumentListing; readonly depths: Map<string, DayTicker> }> {
    const file = await this.#pools();
    return { listing: instrumentsFromPools(file), depths: depthsOf(file['rows']) };
  }

  /** @throws as PublicRest. */
  async time(): Promise<{ readonly timeUs: TimeUs; readonly stepUs: DurationUs }> {
    return timeOf('time', await this.#rest.result('time', '/time'));
  }

  async #pools(): Promise<Json> {
    const file = await this.#rest.result('markets', '/markets');
    return isObject(file) ? file : {};
  }
}

function depthsOf(rows: unknown): Map<string, DayTicker> {
  const depths = new Map<string, DayTicker>();
  for (const row of Array.isArray(rows) ? (rows as readonly unknown[]) : []) {
    if (!isObject(row) || typeof row['symbol'] !== 'string') continue;
    depths.set(row['symbol'], { turnover: Number(row['depth']), lastPrice: Number(row['price']) });
  }
  return depths;
}

function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  throw new VenueRefused(call, String(status), wordsOf(json));
}
