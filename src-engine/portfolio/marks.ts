/** What an asset is worth in the home currency: at mid prices, over the shortest way through the pairs. */
import type { OrderBook } from '../books/order-book.ts';
import { Decimal, ONE } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';

type Hop = { readonly instrument: Instrument; readonly sells: boolean };

/** Places of a mark that is not exact (an inverted price). */
const MARK_DECIMALS = 18;

export class Marks {
  readonly #routes = new Map<Asset, readonly Hop[]>();
  readonly #books: readonly OrderBook[];
  readonly #last = new Map<Asset, Decimal>();
  readonly homeAsset: Asset;

  constructor(instruments: readonly Instrument[], books: readonly OrderBook[], homeAsset: Asset) {
    this.#books = books;
    this.homeAsset = homeAsset;
    // Breadth first from home: the first way found to an asset is a shortest one.
    this.#routes.set(homeAsset, []);
    for (const [asset, route] of this.#routes) {
      for (const instrument of instruments) {
        const other = instrument.base === asset ? instrument.quote : instrument.base;
        if ((instrument.base !== asset && instrument.quote !== asset) || this.#routes.has(other)) continue;
        this.#routes.set(other, [{ instrument, sells: instrument.base === other }, ...route]);
      }
    }
  }

  /**
   * Home currency per unit of `asset`. A book that is empty now leaves the last known mark standing; undefined
   * when the asset was never worth anything known, or no pair leads home.
   */
  price(asset: Asset): Decimal | undefined {
    const route = this.#routes.get(asset);
    if (route === undefined) return undefined;
    let price: Decimal | undefined = ONE;
    for (const hop of route) {
      const mid = this.#mid(hop.instrument);
      if (mid === undefined) return this.#last.get(asset);
      price = hop.sells ? price.times(mid) : price.div(mid);
    }
    price = price.toDecimalPlaces(MARK_DECIMALS);
    this.#last.set(asset, price);
    return price;
  }

  /** True when some chain of pairs leads from the asset to the home currency, priced or not. */
  hasRoute(asset: Asset): boolean {
    return this.#routes.has(asset);
  }

  #mid(instrument: Instrument): Decimal | undefined {
    const book = this.#books[instrument.id];
    if (book === undefined || book.bidCount === 0 || book.askCount === 0) return undefined;
    const units = new Decimal(book.bidPrices[0] ?? 0).plus(book.askPrices[0] ?? 0);
    return units.times(Decimal.pow(10, -instrument.priceDecimals)).div(2);
  }
}
