/**
 * What a chart and a tape of trades need of the market's recent past: a mid price a second of every instrument, and the
 * last public trades. Kept beside the kernel, filled from ticks and trades, never from a book update.
 */
import type { BookStore } from '../books/book-store.ts';
import type { InstrumentId } from '../domain/ids.ts';
import type { TradePrint } from '../domain/market-data.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';

/** Seconds of mids that are kept: half an hour. */
export const KEPT_SECONDS = 1_800;
/** Trades that are kept of each instrument. */
export const KEPT_TRADES = 200;

export type TapeTrade = Pick<TradePrint, 'price' | 'qty' | 'side' | 'venueUs'>;

/** Mids in price units (halves included), one a second, oldest first; NaN where the book was not live. */
export type Mids = { readonly fromUs: TimeUs; readonly mids: readonly number[] };

export class MarketTape {
  readonly #mids: Float64Array[];
  readonly #trades: TapeTrade[][];
  /** Seconds since 1970 of the newest sample, and how many there are. */
  #atS = 0;
  #count = 0;

  constructor(instruments: number) {
    this.#mids = Array.from({ length: instruments }, () => new Float64Array(KEPT_SECONDS).fill(Number.NaN));
    this.#trades = Array.from({ length: instruments }, () => []);
  }

  onTrade({ instrumentId, price, qty, side, venueUs }: TradePrint): void {
    const trades = this.#trades[instrumentId];
    if (trades === undefined) return;
    trades.push({ price, qty, side, venueUs });
    if (trades.length > KEPT_TRADES * 2) trades.splice(0, trades.length - KEPT_TRADES);
  }

  /** Takes a sample of every book once a second; calls within the same second do nothing. */
  sample(store: BookStore, nowUs: TimeUs): void {
    const second = Math.floor(nowUs / US_PER_SECOND);
    if (second <= this.#atS) return;
    // Seconds that were slept through have no price.
    const skipped = this.#atS === 0 ? 0 : Math.min(KEPT_SECONDS, second - this.#atS - 1);
    for (let k = 1; k <= skipped; k++) this.#put(this.#atS + k, undefined);
    this.#put(second, store);
    this.#atS = second;
    this.#count = Math.min(KEPT_SECONDS, this.#count + skipped + 1);
  }

  /** Newest first, at most `limit`. */
  trades(instrumentId: InstrumentId, limit: number): TapeTrade[] {
    return (this.#trades[instrumentId] ?? []).slice(-limit).toReversed();
  }

  mids(instrumentId: InstrumentId): Mids {
    const ring = this.#mids[instrumentId];
    const firstS = this.#atS - this.#count + 1;
    const mids =
      ring === undefined
        ? []
        : Array.from({ length: this.#count }, (_, k) => ring[(firstS + k) % KEPT_SECONDS] ?? Number.NaN);
    return { fromUs: firstS * US_PER_SECOND, mids };
  }

  #put(second: number, store: BookStore | undefined): void {
    const place = second % KEPT_SECONDS;
    for (const [id, ring] of this.#mids.entries()) {
      const sync = store?.syncs[id];
      const book = sync?.book;
      ring[place] =
        sync?.state === 'live' && book !== undefined && book.bidCount > 0 && book.askCount > 0
          ? ((book.bidPrices[0] as number) + (book.askPrices[0] as number)) / 2
          : Number.NaN;
    }
  }
}
