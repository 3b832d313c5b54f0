/** The last reading of each subject of the news: of a coin, or of the market as a whole. Subjects are changed by the trader. */
import {
  MAX_SUBJECTS,
  MOST_SENTIMENT_HOURS,
  type SentimentReading,
  SUBJECT,
} from '../../domain/sentiment.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';
import { LatestReadings } from './latest-readings.ts';

export class SentimentBoard {
  readonly #readings = new LatestReadings<SentimentReading>({
    timeOf: ({ answeredUs }) => answeredUs,
    fits: ({ about, score, confidence }) =>
      SUBJECT.test(about) && Math.abs(score) <= 1 && confidence >= 0 && confidence <= 1,
    longestUs: MOST_SENTIMENT_HOURS * 3_600 * US_PER_SECOND,
    mostSubjects: MAX_SUBJECTS,
    givesWay: true,
  });

  /** @returns whether it was taken. */
  take(reading: SentimentReading, nowUs: TimeUs): boolean {
    const { about, score, confidence, answeredUs, validUntilUs } = reading;
    return this.#readings.take({ about, score, confidence, answeredUs, validUntilUs }, nowUs);
  }

  /** Of this coin, else of the market as a whole; one that is over as well, so that it can be shown as late. Undefined: there was none. */
  of(base: string, nowUs: TimeUs): SentimentReading | undefined {
    const own = this.#readings.get(assetName(base));
    if (own !== undefined && own.validUntilUs >= nowUs) return own;
    const market = this.#readings.get('');
    return market !== undefined && (own === undefined || market.validUntilUs >= nowUs) ? market : own;
  }
}
