/** The last reading of each coin's perpetuals, as commands brought it. What does not fit its bounds is not taken: a replay meets the same. */
import {
  type FundingReading,
  fundingReading,
  MAX_FUNDED_COINS,
  MOST_FUNDING_SECONDS,
} from '../../domain/funding-reading.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';

export class FundingReadings {
  readonly #readings = new Map<string, FundingReading>();

  /** @returns whether it was taken. */
  take(reading: FundingReading, nowUs: TimeUs): boolean {
    const { about, readUs, validUntilUs } = reading;
    const fits =
      fundingReading.safeParse(reading).success &&
      readUs <= nowUs &&
      validUntilUs > readUs &&
      validUntilUs - readUs <= MOST_FUNDING_SECONDS * US_PER_SECOND;
    const lastUs = this.#readings.get(about)?.readUs ?? 0;
    // One of a time to come was read before the clock was set back: it keeps no newer one out.
    if (!fits || (readUs <= lastUs && lastUs <= nowUs)) return false;
    if (!this.#readings.has(about) && this.#readings.size >= MAX_FUNDED_COINS) return false;
    this.#readings.set(about, { ...reading });
    return true;
  }

  /** Of this coin; one that is over as well, so that it can be shown as late. Undefined: there was none. */
  of(base: string): FundingReading | undefined {
    return this.#readings.get(assetName(base));
  }
}
