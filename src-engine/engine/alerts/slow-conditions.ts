/** What goes on for long before it is worth a word: a deep drawdown, and a market in which nothing pays. */
import type { Conditions } from '../../alerting/alert-desk.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import { MINUTE_US } from '../../slo/slo-book.ts';

/** Over so much of the highest equity it is said; it is over once below the second figure, so that it comes once. */
const DRAWDOWN_PCT = 10;
const DRAWDOWN_OVER_PCT = 9;
/** So long without an opportunity while books are live: a feed that shows stale prices, or settings that nothing meets. */
const SILENT_US = 30 * MINUTE_US;
/** Most that counts as silence between two looks: while the machine sleeps, nothing is looked at. */
const LOOKED_US = 10 * US_PER_SECOND;

export type SlowFacts = {
  /** Below the highest equity, in percent; 0 where it is not known. */
  readonly drawdownPct: number;
  /** Found since the session began. */
  readonly opportunities: number;
  readonly booksLive: number;
  /** Markets are quoted, or strategies run: a profile that earns so may wait for cycles in vain, and well. */
  readonly hasOtherTrade: boolean;
  /** Of the session. */
  readonly startedUs: number;
};

export class SlowConditions {
  #isDeep = false;
  #seen = { startedUs: -1, opportunities: 0, silentUs: 0, lookedUs: 0 };

  look(facts: SlowFacts, nowUs: number): Pick<Conditions, 'drawdown' | 'signals'> {
    const { drawdownPct, opportunities, booksLive, hasOtherTrade, startedUs } = facts;
    this.#isDeep = drawdownPct > (this.#isDeep ? DRAWDOWN_OVER_PCT : DRAWDOWN_PCT);
    const { silentUs, lookedUs } = this.#seen;
    const isOther = startedUs !== this.#seen.startedUs || opportunities !== this.#seen.opportunities;
    // Where no book is live another alert says so, and silence means nothing.
    const countsAnew = isOther || booksLive === 0 || hasOtherTrade;
    const passedUs = Math.min(LOOKED_US, Math.max(0, nowUs - lookedUs));
    this.#seen = {
      startedUs,
      opportunities,
      silentUs: countsAnew ? 0 : silentUs + passedUs,
      lookedUs: nowUs,
    };
    const isSilent = this.#seen.silentUs >= SILENT_US;
    return {
      drawdown: this.#isDeep ? `the equity is more than ${DRAWDOWN_PCT} % below its highest` : '',
      signals: isSilent
        ? 'books are live and nothing pays: check the least edge, the fees and the books'
        : '',
    };
  }
}
