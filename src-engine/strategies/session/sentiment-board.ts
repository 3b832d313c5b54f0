/** The last reading of each subject, as commands brought it. What does not fit its bounds is not taken: a replay meets the same. */
import {
  MAX_SUBJECTS,
  MOST_SENTIMENT_HOURS,
  type SentimentReading,
  SUBJECT,
} from '../../domain/sentiment.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';

const MOST_US = MOST_SENTIMENT_HOURS * 3_600 * US_PER_SECOND;

export class SentimentBoard {
  readonly #readings = new Map<string, SentimentReading>();

  /** @returns whether it was taken. One of a restart is older than the command that brings it. */
  take(reading: SentimentReading, nowUs: TimeUs): boolean {
    const { about, score, confidence, answeredUs, validUntilUs } = reading;
    const fits =
      SUBJECT.test(about) &&
      Math.abs(score) <= 1 &&
      confidence >= 0 &&
      confidence <= 1 &&
      answeredUs <= nowUs &&
      validUntilUs > answeredUs &&
      validUntilUs - answeredUs <= MOST_US;
    const lastUs = this.#readings.get(about)?.answeredUs ?? 0;
    // One of a time to come was read before the clock was set back: it keeps no newer one out.
    if (!fits || (answeredUs <= lastUs && lastUs <= nowUs)) return false;
    if (!this.#readings.has(about) && this.#readings.size >= MAX_SUBJECTS) this.#forgetOne();
    this.#readings.set(about, { about, score, confidence, answeredUs, validUntilUs });
    return true;
  }

  /** The one that is over first gives way: subjects are changed by the trader. */
  #forgetOne(): void {
    const [first] = [...this.#readings.values()].sort((a, b) => a.validUntilUs - b.validUntilUs);
    if (first !== undefined) this.#readings.delete(first.about);
  }

  /** Of this coin, else of the market as a whole; one that is over as well, so that it can be shown as late. Undefined: there was none. */
  of(base: string, nowUs: TimeUs): SentimentReading | undefined {
    const own = this.#readings.get(assetName(base));
    if (own !== undefined && own.validUntilUs >= nowUs) return own;
    const market = this.#readings.get('');
    return market !== undefined && (own === undefined || market.validUntilUs >= nowUs) ? market : own;
  }
}
