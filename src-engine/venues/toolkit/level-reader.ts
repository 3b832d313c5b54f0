/** Prices and quantities as venues write them in JSON, `"61737.63"`, as exact counts of an instrument's units. */
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import { FrameError } from './frame-error.ts';
import { Scanner } from './scanner.ts';

const PLAIN = /^\d+(\.\d+)?$/;

export class LevelReader {
  readonly #scanner = new Scanner();

  /** Decimal text as a count of 10^-decimals. @throws FrameError as Scanner.units. */
  units(text: unknown, decimals: number): number {
    return this.#read(text, decimals, false);
  }

  /**
   * A quantity of a level, cut to its decimals and to what a book can count: the book never shows more than there is.
   * @throws FrameError as Scanner.quantity.
   */
  qty(text: unknown, decimals: number): number {
    try {
      return this.#read(text, decimals, true);
    } catch (error) {
      if (!(error instanceof FrameError) || typeof text !== 'string' || !PLAIN.test(text)) throw error;
      if (error.code !== 'too-many-decimals') throw error;
      return this.#read(text.slice(0, text.indexOf('.') + 1 + decimals).replace(/\.$/, ''), decimals, true);
    }
  }

  /** Takes rows of price and quantity into one side. @throws FrameError naming what cannot be read; RangeError for too many rows. */
  levels(
    update: BookUpdate,
    { priceDecimals, qtyDecimals }: Instrument,
    rows: unknown,
    areBids: boolean,
  ): void {
    if (!Array.isArray(rows)) throw new FrameError('bad-layout', 'a book without its levels');
    for (const row of rows as readonly unknown[]) {
      const [price, qty] = Array.isArray(row) ? (row as unknown[]) : [];
      const priceUnits = this.units(price, priceDecimals);
      const qtyUnits = this.qty(qty, qtyDecimals);
      if (priceUnits <= 0) throw new FrameError('bad-number', 'a level whose price is zero');
      if (areBids) update.pushBid(priceUnits, qtyUnits);
      else update.pushAsk(priceUnits, qtyUnits);
    }
  }

  #read(text: unknown, decimals: number, isQuantity: boolean): number {
    if (typeof text !== 'string')
      throw new FrameError('bad-number', `${JSON.stringify(text) ?? 'nothing'} is not decimal text`);
    this.#scanner.reset(text);
    const units = isQuantity ? this.#scanner.quantity(decimals) : this.#scanner.units(decimals);
    if (this.#scanner.at !== text.length)
      throw new FrameError('bad-number', `"${text.slice(0, 24)}" is not a number`);
    return units;
  }
}
