/**
 * How fast trading moves each asset: the net of booked fills over the last 24 hours, in buckets of an hour. What is not a fill (transfers,
 * deposits) is none of it. Floating point: a rate to plan by, never booked. Reads no clock.
 */
import type { Asset } from '../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';

const HOUR_US: DurationUs = 3_600 * US_PER_SECOND;
const HOURS = 24;
/** With less seen than this a rate says nothing. */
const LEAST_US: DurationUs = 120 * US_PER_SECOND;

type Buckets = { readonly sums: Float64Array; readonly hours: Float64Array };

export class DriftMeter {
  readonly #assets = new Map<Asset, Buckets>();
  /** Since when fills are known. */
  #sinceUs: TimeUs;

  constructor(sinceUs: TimeUs) {
    this.#sinceUs = sinceUs;
  }

  /** A fill moved so much of an asset; below zero: it left. Those of earlier runs come with their own times. */
  add(asset: Asset, amount: number, atUs: TimeUs): void {
    this.#sinceUs = Math.min(this.#sinceUs, atUs);
    let buckets = this.#assets.get(asset);
    if (buckets === undefined) {
      buckets = { sums: new Float64Array(HOURS), hours: new Float64Array(HOURS) };
      this.#assets.set(asset, buckets);
    }
    const hour = Math.floor(atUs / HOUR_US);
    const slot = hour % HOURS;
    const known = buckets.hours[slot] as number;
    if (known > hour) return;
    buckets.sums[slot] = (known === hour ? (buckets.sums[slot] as number) : 0) + amount;
    buckets.hours[slot] = hour;
  }

  /** Units a day; undefined while less than two minutes were seen. */
  perDay(asset: Asset, nowUs: TimeUs): number | undefined {
    const spanUs = Math.min(nowUs - this.#sinceUs, HOURS * HOUR_US);
    if (spanUs < LEAST_US) return undefined;
    const buckets = this.#assets.get(asset);
    if (buckets === undefined) return 0;
    const oldest = Math.floor(nowUs / HOUR_US) - HOURS;
    let total = 0;
    for (let slot = 0; slot < HOURS; slot++)
      if ((buckets.hours[slot] as number) > oldest) total += buckets.sums[slot] as number;
    return (total / spanUs) * HOURS * HOUR_US;
  }
}
