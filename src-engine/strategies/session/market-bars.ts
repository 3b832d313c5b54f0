/**
 * Closed bars of one market of a session: its book on the grid of ticks, and its trades. Updates of books never come here. A bar ends with the book at the first tick at or
 * after its end, and only if that is live: one that is silent for too long is not, as silence is no price.
 */
import type { BookSync } from '../../books/book-sync.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { MarketStep } from '../../features/market-step.ts';
import { StepMaker } from '../../features/step-maker.ts';

/** A tick that comes so long after a bar's end, or half a bar, does not show the book that stood there. */
const MAX_LATE_US = US_PER_SECOND;

export class MarketBars {
  readonly #barUs: DurationUs;
  readonly #maxLateUs: DurationUs;
  readonly #sync: BookSync;
  readonly #unit: number;
  readonly #lot: number;
  readonly #maker = new StepMaker();
  /** End of the bar under way; 0 before the first tick. */
  #endUs = 0;
  /** The last tick ended a bar: what it left in `step` is still to be read. */
  #isEnded = false;
  #isWhole = false;
  #isNextWhole = false;
  /** Of trades after the end of a bar, until the tick after the one that ends it. */
  #nextBuys = 0;
  #nextSells = 0;
  #nextTrades = 0;

  constructor(instrument: Instrument, sync: BookSync, barUs: DurationUs) {
    this.#sync = sync;
    this.#barUs = barUs;
    this.#maxLateUs = Math.min(MAX_LATE_US, barUs / 2);
    this.#unit = 10 ** -instrument.priceDecimals;
    this.#lot = 10 ** -instrument.qtyDecimals;
  }

  /** Of the bar that `onTick` has ended; valid until the next call of it. */
  get step(): Readonly<MarketStep> {
    return this.#maker.step;
  }

  onTrade({ receivedUs, qty, side }: TradePrint): void {
    if (this.#endUs === 0) return;
    // Until the next tick `step` is still of the bar that has ended.
    if (!this.#isEnded && receivedUs <= this.#endUs) {
      this.#maker.trade(qty * this.#lot, side);
      return;
    }
    if (side === 'buy') this.#nextBuys += qty * this.#lot;
    else this.#nextSells += qty * this.#lot;
    this.#nextTrades++;
  }

  /** True when this tick has ended a bar: `step`. The bar that a session begins in is not whole, and ends without. */
  onTick(nowUs: TimeUs): boolean {
    const { book, state } = this.#sync;
    const isKnown = state === 'live' && !book.isOneSided && !book.isCrossed;
    if (this.#endUs === 0) {
      this.#endUs = Math.ceil((nowUs + 1) / this.#barUs) * this.#barUs;
      return false;
    }
    if (this.#isEnded) this.#begin();
    if (nowUs < this.#endUs) {
      if (isKnown) this.#maker.price(((book.bestBid + book.bestAsk) / 2) * this.#unit);
      return false;
    }
    const isBar = this.#isWhole && isKnown && nowUs - this.#endUs <= this.#maxLateUs;
    if (isBar) {
      this.#maker.book(book, this.#unit, this.#lot);
      this.#maker.step.endUs = this.#endUs;
    }
    this.#endUs = Math.ceil((nowUs + 1) / this.#barUs) * this.#barUs;
    // Of one whose beginning no tick has seen there is no bar.
    this.#isNextWhole = nowUs - (this.#endUs - this.#barUs) <= this.#maxLateUs;
    this.#isEnded = true;
    return isBar;
  }

  #begin(): void {
    this.#isEnded = false;
    this.#isWhole = this.#isNextWhole;
    this.#maker.clear();
    const { step } = this.#maker;
    step.volume = this.#nextBuys + this.#nextSells;
    step.buyVolume = this.#nextBuys;
    step.sellVolume = this.#nextSells;
    step.trades = this.#nextTrades;
    this.#nextBuys = 0;
    this.#nextSells = 0;
    this.#nextTrades = 0;
  }
}
