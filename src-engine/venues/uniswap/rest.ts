/** Calls of the process that reads pools: what is listed, and when the newest block was made. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, type Json } from '../toolkit/json.ts';
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
import { chainAddress } from './address.ts';
import { instrumentsFromPools } from './instruments.ts';

/** Where the endpoint does not say how long it wants to be left alone. */
const PAUSE_MS = 10_000;

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
  async time(): Promise<{ readonly timeUs: TimeUs; readonly stepUs: number }> {
    const time = await this.#rest.result('time', '/time');
    const { ms, stepMs } = isObject(time) ? time : {};
    if (typeof ms === 'number' && typeof stepMs === 'number' && ms > 0)
      return { timeUs: ms * US_PER_MS, stepUs: stepMs * US_PER_MS };
    throw new VenueUnreachable('time', 'the answer is no time');
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
  return 'no reason is given';
}

function resultOf(call: string, json: unknown, { status }: HttpAnswer): unknown {
  if (status >= 200 && status <= 299) return json;
  throw new VenueRefused(call, String(status), wordsOf(JSON.stringify(json)));
}
