/** The last reading of each coin's perpetuals. */
import {
  type FundingReading,
  fundingReading,
  MAX_FUNDED_COINS,
  MOST_FUNDING_SECONDS,
} from '../../domain/funding-reading.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';
import { LatestReadings } from './latest-readings.ts';

export class FundingReadings {
  readonly #readings = new LatestReadings<FundingReading>({
    timeOf: ({ readUs }) => readUs,
    fits: (reading) => fundingReading.safeParse(reading).success,
    longestUs: MOST_FUNDING_SECONDS * US_PER_SECOND,
    mostSubjects: MAX_FUNDED_COINS,
    givesWay: false,
  });

  /** @returns whether it was taken. */
  take(reading: FundingReading, nowUs: TimeUs): boolean {
    return this.#readings.take(reading, nowUs);
  }

  /** Of this coin; one that is over as well, so that it can be shown as late. Undefined: there was none. */
  of(base: string): FundingReading | undefined {
    return this.#readings.get(assetName(base));
  }
}
