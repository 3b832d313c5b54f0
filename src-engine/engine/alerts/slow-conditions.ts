/** What goes on for long before it is worth a word: a deep drawdown, and a market in which nothing pays. */
import type { Conditions } from '../../alerting/alert-desk.ts';
import { MINUTE_US } from '../../slo/slo-book.ts';

/** Over so much of the highest equity it is said; it is over once below the second figure, so that it comes once. */
const DRAWDOWN_PCT = 10;
const DRAWDOWN_OVER_PCT = 9;
/** So long without an opportunity while books are live: a feed that shows stale prices, or settings that nothing meets. */
const SILENT_US = 30 * MINUTE_US;

export type SlowFacts = {
  /** Below the highest equity, in percent; 0 where it is not known. */
  readonly drawdownPct: number;
  /** Found since the session began. */
  readonly opportunities: number;
  readonly booksLive: number;
  /** Of the session. */
  readonly startedUs: number;
};

export class SlowConditions {
  #isDeep = false;
  #seen = { startedUs: -1, opportunities: 0, sinceUs: 0 };

  look(facts: SlowFacts, nowUs: number): Pick<Conditions, 'drawdown' | 'signals'> {
    const { drawdownPct, opportunities, booksLive, startedUs } = facts;
    this.#isDeep = drawdownPct > (this.#isDeep ? DRAWDOWN_OVER_PCT : DRAWDOWN_PCT);
    const isOther = startedUs !== this.#seen.startedUs || opportunities !== this.#seen.opportunities;
    // Where no book is live another alert says so, and silence means nothing.
    if (isOther || booksLive === 0) this.#seen = { startedUs, opportunities, sinceUs: nowUs };
    const isSilent = nowUs - this.#seen.sinceUs >= SILENT_US;
    return {
      drawdown: this.#isDeep ? `the equity is more than ${DRAWDOWN_PCT} % below its highest` : '',
      signals: isSilent
        ? 'books are live and nothing pays: check the least edge, the fees and the books'
        : '',
    };
  }
}
