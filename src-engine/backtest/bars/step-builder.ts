/** Makes steps of what a file says, in the order of its times: open, high, low, close, volumes, and the book at the end where there is one. */
import { UserError } from '../../domain/errors.ts';
import { type DurationUs, formatTimeUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { StepColumns } from '../../features/market-step.ts';
import { type StepBook, StepMaker } from '../../features/step-maker.ts';
import type { CsvEntry } from '../import/csv-entries.ts';

/** Bounds memory: 17 numbers each, 68 MB in all. */
export const MAX_STEPS = 500_000;

export class StepBuilder {
  readonly steps = new StepColumns(MAX_STEPS);
  readonly #name: string;
  readonly #barUs: DurationUs;
  readonly #hasBooks: boolean;
  readonly #maker = new StepMaker();
  #endUs = 0;
  #lastUs = 0;

  /** @param name in errors. @param hasBooks a step is what `endWithBook` ends, and nothing else. */
  constructor(name: string, barUs: DurationUs, hasBooks: boolean) {
    this.#hasBooks = hasBooks;
    this.#name = name;
    this.#barUs = barUs;
  }

  /** A row of a CSV file: a bar, a quote or a trade. @throws UserError for a price that is not above zero, and for too many steps. */
  takeEntry({ atUs, trade, bar, bids, asks }: CsvEntry): void {
    const [bid, ask] = [Number(bids[0]?.[0]), Number(asks[0]?.[0])];
    const price = trade === undefined ? (bid + ask) / 2 : Number(trade.price);
    this.#roll(atUs);
    const { step } = this.#maker;
    if (bar === undefined) this.price(atUs, price);
    else {
      for (const each of [bar.open, bar.high, bar.low, trade?.price]) this.price(atUs, Number(each));
    }
    const qty = Number(trade?.qty ?? 0);
    if (bar !== undefined) step.volume += qty;
    else if (trade !== undefined) this.trade(atUs, qty, trade.side);
    else {
      step.bid = bid;
      step.ask = ask;
      [step.bidQty, step.askQty] = [Number(bids[0]?.[1]), Number(asks[0]?.[1])];
    }
    // A file of bars does not say who took, one of quotes not what was traded.
    if (bar !== undefined || trade === undefined) step.buyVolume = step.sellVolume = step.trades = Number.NaN;
    if (trade === undefined) step.volume = Number.NaN;
  }

  price(atUs: TimeUs, price: number): void {
    if (!(price > 0 && price < Number.POSITIVE_INFINITY)) {
      throw new UserError({
        code: 'bad-price',
        field: this.#name,
        value: String(price),
        message: `is not a price above zero, at ${formatTimeUs(atUs)}`,
        remedy: 'Correct it, or leave that row out.',
      });
    }
    this.#roll(atUs);
    this.#maker.price(price);
  }

  trade(atUs: TimeUs, qty: number, side: 'buy' | 'sell'): void {
    this.#roll(atUs);
    this.#maker.trade(qty, side);
  }

  /** The stretch that ends at `endUs` is over, with this book. */
  endWithBook(endUs: TimeUs, book: StepBook, unit: number, lot: number): void {
    if (this.#endUs !== endUs) this.#begin(endUs);
    this.#maker.book(book, unit, lot);
    this.#push(endUs);
  }

  /** There is nothing more: what ended with the very last row is closed. */
  finish(): StepColumns {
    if (this.#lastUs === this.#endUs) this.#close();
    return this.steps;
  }

  /** To the stretch of this time; the one before is over. */
  #roll(atUs: TimeUs): void {
    const endUs = Math.ceil(atUs / this.#barUs) * this.#barUs;
    this.#lastUs = atUs;
    if (endUs === this.#endUs) return;
    this.#close();
    this.#begin(endUs);
  }

  #begin(endUs: TimeUs): void {
    this.#endUs = endUs;
    this.#maker.clear();
  }

  /** A stretch of a CSV file; one of a log is pushed with the book at its end, or not at all. */
  #close(): void {
    if (!this.#hasBooks && this.#endUs > 0 && !Number.isNaN(this.#maker.step.close)) this.#push(this.#endUs);
  }

  #push(endUs: TimeUs): void {
    if (this.steps.isFull) {
      const seconds = this.#barUs / US_PER_SECOND;
      throw new UserError({
        code: 'too-many-bars',
        field: this.#name,
        message: `has more than ${MAX_STEPS} bars of ${seconds} s`,
        remedy: `Take longer bars, such as --bar ${seconds * 5}.`,
      });
    }
    this.#maker.step.endUs = endUs;
    this.steps.push(this.#maker.step);
  }
}
