/** Best prices of every instrument over a run, thinned as they come. Floats: they are drawn, never booked. */
import type { OrderBook } from '../books/order-book.ts';
import type { InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';

export type PricePoint = readonly [atUs: TimeUs, bid: number | null, ask: number | null];

/** Points of one instrument at an even pace; those at orders come on top. */
const POINTS = 3_000;
/** Closest pace of points: finer than a chart can show. */
const FINEST_US = 20_000;
/** Most points of one instrument. */
const MAX_POINTS = 20_000;
/** Instruments whose prices are kept: those that were traded, the most traded first, and else some that there were. */
export const KEPT_TRADED = 200;
export const KEPT_UNTRADED = 12;

export type PriceTrack = { readonly symbol: string; readonly points: readonly PricePoint[] };

export class PriceTracks {
  readonly #paceUs: DurationUs;
  readonly #tracks = new Map<
    InstrumentId,
    { readonly instrument: Instrument; readonly points: PricePoint[] }
  >();
  readonly #traded = new Map<InstrumentId, number>();

  constructor(spanUs: DurationUs) {
    this.#paceUs = Math.max(FINEST_US, spanUs / POINTS);
  }

  /** A book changed: kept when the last point is old enough. */
  see(instrument: Instrument, book: OrderBook, atUs: TimeUs): void {
    const last = this.#tracks.get(instrument.id)?.points.at(-1);
    if (last === undefined || atUs - last[0] >= this.#paceUs) this.keep(instrument, book, atUs);
  }

  /** Keeps the prices of this moment. */
  keep(instrument: Instrument, book: OrderBook, atUs: TimeUs): void {
    const { id, priceDecimals } = instrument;
    const track = this.#tracks.get(id) ?? { instrument, points: [] };
    const { points } = track;
    if (points.length === 0) this.#tracks.set(id, track);
    if (points.length >= MAX_POINTS) return;
    const unit = 10 ** -priceDecimals;
    const at = (price: number | undefined): number | null =>
      price === undefined ? null : Number((price * unit).toFixed(priceDecimals));
    const bid = book.bidCount === 0 ? null : at(book.bidPrices[0]);
    const ask = book.askCount === 0 ? null : at(book.askPrices[0]);
    if (points.at(-1)?.[0] === atUs) points.pop();
    points.push([atUs, bid, ask]);
  }

  /** An order of the instrument was reported. */
  traded(id: InstrumentId): void {
    this.#traded.set(id, (this.#traded.get(id) ?? 0) + 1);
  }

  /** Instruments that were traded, the most traded first; of a run without trades, some that there were. */
  kept(): PriceTrack[] {
    const count = (id: InstrumentId): number => this.#traded.get(id) ?? 0;
    const tracks = [...this.#tracks.values()];
    const isOneVenue = new Set(tracks.map(({ instrument }) => instrument.venue)).size < 2;
    return tracks
      .map(({ instrument: { id, symbol, venue }, points }) => ({
        id,
        symbol: isOneVenue ? symbol : symbolAt(symbol, venue),
        points,
      }))
      .sort((a, b) => count(b.id) - count(a.id) || (a.symbol < b.symbol ? -1 : 1))
      .filter(({ id }, at) => at < (count(id) > 0 ? KEPT_TRADED : KEPT_UNTRADED))
      .map(({ symbol, points }) => ({ symbol, points }));
  }
}

/** The name of an instrument in a run of several venues: `BTC/USD@VENUE`. */
export function symbolAt(symbol: string, venue: VenueName): string {
  return `${symbol}@${venue}`;
}
