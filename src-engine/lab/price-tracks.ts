/** Best prices of every instrument over a run, thinned as they come. Floats: they are drawn, never booked. */
import type { OrderBook } from '../books/order-book.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';

export type PricePoint = readonly [atUs: TimeUs, bid: number | null, ask: number | null];

/** Points of one instrument at an even pace; those at orders come on top. */
const POINTS = 3_000;
/** Closest pace of points: finer than a chart can show. */
const FINEST_US = 20_000;
/** Most points of one instrument. */
const MAX_POINTS = 20_000;
/** Instruments whose prices are kept: the most traded. */
export const KEPT_SYMBOLS = 12;

export class PriceTracks {
  readonly #paceUs: DurationUs;
  readonly #points = new Map<string, PricePoint[]>();
  readonly #traded = new Map<string, number>();

  constructor(spanUs: DurationUs) {
    this.#paceUs = Math.max(FINEST_US, spanUs / POINTS);
  }

  /** A book changed: kept when the last point is old enough. */
  see(instrument: Instrument, book: OrderBook, atUs: TimeUs): void {
    const last = this.#points.get(instrument.symbol)?.at(-1);
    if (last === undefined || atUs - last[0] >= this.#paceUs) this.keep(instrument, book, atUs);
  }

  /** Keeps the prices of this moment. */
  keep({ symbol, priceDecimals }: Instrument, book: OrderBook, atUs: TimeUs): void {
    const points = this.#points.get(symbol) ?? [];
    if (points.length === 0) this.#points.set(symbol, points);
    if (points.length >= MAX_POINTS) return;
    const unit = 10 ** -priceDecimals;
    const at = (price: number | undefined): number | null =>
      price === undefined ? null : Number((price * unit).toFixed(priceDecimals));
    const bid = book.bidCount === 0 ? null : at(book.bidPrices[0]);
    const ask = book.askCount === 0 ? null : at(book.askPrices[0]);
    if (points.at(-1)?.[0] === atUs) points.pop();
    points.push([atUs, bid, ask]);
  }

  /** An order of the instrument was told of. */
  traded(symbol: string): void {
    this.#traded.set(symbol, (this.#traded.get(symbol) ?? 0) + 1);
  }

  /** The most traded instruments, most first; of a run without trades, some that there were. */
  kept(): { readonly symbol: string; readonly points: readonly PricePoint[] }[] {
    const byTrades = [...this.#points.keys()].sort(
      (a, b) => (this.#traded.get(b) ?? 0) - (this.#traded.get(a) ?? 0) || (a < b ? -1 : 1),
    );
    return byTrades
      .slice(0, KEPT_SYMBOLS)
      .map((symbol) => ({ symbol, points: this.#points.get(symbol) ?? [] }));
  }
}
