/** What an asset is worth in the home currency: at mid prices, over the shortest way through the pairs. */
import type { OrderBook } from '../books/order-book.ts';
import { Decimal, ONE } from '../domain/decimal.ts';
import type { Asset, InstrumentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { Universe } from '../domain/universe.ts';
import type { CoinDoubt } from '../domain/risk.ts';
import { assetName } from '../domain/venue-asset.ts';

type Hop = { readonly instrument: Instrument; readonly sells: boolean };

/** Places of a mark that is not exact (an inverted price). */
const MARK_DECIMALS = 18;

/** Half of 10^-n, exactly, for all decimals that a book may have: a mid is so many of them as bid and ask have units together. */
const HALF_UNITS = Array.from({ length: 19 }, (_, n) => Decimal.pow(10, -n).div(2));

/** A price and the mids that it was made of, in the order of the route. */
type Priced = { readonly mids: readonly Decimal[]; readonly price: Decimal };

export class Marks {
  readonly #routes = new Map<Asset, readonly Hop[]>();
  /** Coins at which a route goes over to another venue, taking the coin there for the same. */
  readonly #crossings = new Map<Asset, readonly string[]>();
  /** Codes that may stand for two coins, by code: none of these is worth what it is elsewhere. The guard fills it. */
  readonly doubted = new Map<string, CoinDoubt>();
  /** Assets with a route, by their codes. */
  readonly #byCoin = new Map<string, readonly Asset[]>();
  readonly #books: readonly OrderBook[];
  readonly #last = new Map<Asset, Priced>();
  /** The mid of each book, and the best prices that it was made of: most books are as they were at the last look. */
  readonly #mids: (Decimal | undefined)[] = [];
  readonly #bids: Float64Array;
  readonly #asks: Float64Array;
  readonly homeAsset: Asset;
  readonly universe: Universe;

  constructor(instruments: readonly Instrument[], books: readonly OrderBook[], homeAsset: Asset) {
    this.#books = books;
    this.#bids = new Float64Array(books.length);
    this.#asks = new Float64Array(books.length);
    this.homeAsset = homeAsset;
    this.universe = new Universe(instruments, homeAsset);
    this.#routes.set(homeAsset, []);
    // Home at another venue is as good as home; any other asset is first valued where it lies.
    this.#alike(instruments);
    do this.#follow(instruments);
    while (this.#alike(instruments));
    for (const asset of this.#routes.keys()) {
      const coin = assetName(asset);
      this.#byCoin.set(coin, [...(this.#byCoin.get(coin) ?? []), asset]);
    }
  }

  /** Breadth first from home: the first way found to an asset is a shortest one. */
  #follow(instruments: readonly Instrument[]): void {
    for (const [asset, route] of this.#routes) {
      for (const instrument of instruments) {
        const other = instrument.base === asset ? instrument.quote : instrument.base;
        if ((instrument.base !== asset && instrument.quote !== asset) || this.#routes.has(other)) continue;
        this.#routes.set(other, [{ instrument, sells: instrument.base === other }, ...route]);
        this.#crossings.set(other, this.#crossings.get(asset) ?? []);
      }
    }
  }

  /** What no way leads to and lies at another venue too is worth what it is there. @returns false where there is none. */
  #alike(instruments: readonly Instrument[]): boolean {
    const known = new Map<Asset, Asset>();
    for (const asset of this.#routes.keys()) {
      if (!known.has(assetName(asset))) known.set(assetName(asset), asset);
    }
    const before = this.#routes.size;
    const apart = instruments
      .flatMap(({ base, quote }) => [base, quote])
      .filter((asset) => !this.#routes.has(asset) && known.has(assetName(asset)));
    // The cash of a venue first: with it its other coins have a price of their own there.
    const cash = apart.filter((asset) => this.universe.isCash(asset));
    for (const asset of cash.length > 0 ? cash : apart) {
      const coin = assetName(asset);
      const other = known.get(coin) ?? '';
      this.#routes.set(asset, this.#routes.get(other) ?? []);
      this.#crossings.set(asset, [coin, ...(this.#crossings.get(other) ?? [])]);
    }
    return this.#routes.size > before;
  }

  /**
   * Home currency per unit of `asset`. A book that is empty now leaves the last known mark standing; undefined
   * when the asset was never worth anything known, or no pair leads home.
   */
  price(asset: Asset): Decimal | undefined {
    const own = this.#ownPrice(asset);
    if (own !== undefined || this.isDoubted(asset)) return own;
    // Where its own venue shows no price yet, or is not part of the run, a coin is worth what it is worth elsewhere.
    for (const other of this.#byCoin.get(assetName(asset)) ?? []) {
      const price = other === asset ? undefined : this.#ownPrice(other);
      if (price !== undefined) return price;
    }
    return undefined;
  }

  /** True for a coin that is not taken for the one of the same code at another venue. */
  isDoubted(asset: Asset): boolean {
    return this.doubted.size > 0 && this.doubted.has(assetName(asset));
  }

  #ownPrice(asset: Asset): Decimal | undefined {
    const route = this.#routes.get(asset);
    if (route === undefined || this.#crossesDoubt(asset)) return undefined;
    const last = this.#last.get(asset);
    let isSame = last !== undefined;
    for (let hop = 0; hop < route.length; hop++) {
      const mid = this.#mid((route[hop] as Hop).instrument);
      if (mid === undefined) return last?.price;
      isSame &&= mid === last?.mids[hop];
    }
    return isSame ? last?.price : this.#price(asset, route);
  }

  #crossesDoubt(asset: Asset): boolean {
    return (
      this.doubted.size > 0 && this.#crossings.get(asset)?.some((coin) => this.doubted.has(coin)) === true
    );
  }

  #price(asset: Asset, route: readonly Hop[]): Decimal {
    const mids = route.map(({ instrument }) => this.#mids[instrument.id] ?? ONE);
    let price = ONE;
    for (const [hop, { sells }] of route.entries()) {
      const mid = mids[hop] ?? ONE;
      if (!sells) price = price.div(mid);
      else price = price === ONE ? mid : price.times(mid);
    }
    price = price.toDecimalPlaces(MARK_DECIMALS);
    this.#last.set(asset, { mids, price });
    return price;
  }

  /** The instruments whose books the mark of an asset rests on; none for the home currency. */
  booksOf(asset: Asset): InstrumentId[] {
    const [other = asset] = this.#byCoin.get(assetName(asset)) ?? [];
    const route = this.#routes.get(this.#routes.has(asset) ? asset : other) ?? [];
    return route.map(({ instrument }) => instrument.id);
  }

  /** True when some chain of pairs leads from the coin to the home currency, at whichever venue, priced or not. */
  hasRoute(asset: Asset): boolean {
    return this.#routes.has(asset) || this.#byCoin.has(assetName(asset));
  }

  #mid({ id, priceDecimals }: Instrument): Decimal | undefined {
    const book = this.#books[id];
    if (book === undefined || book.bidCount === 0 || book.askCount === 0) return undefined;
    const bid = book.bidPrices[0] ?? 0;
    const ask = book.askPrices[0] ?? 0;
    const known = this.#mids[id];
    if (known !== undefined && bid === this.#bids[id] && ask === this.#asks[id]) return known;
    // A sum beyond 2^53 would round.
    const units = bid + ask <= Number.MAX_SAFE_INTEGER ? new Decimal(bid + ask) : new Decimal(bid).plus(ask);
    const mid = units.times(HALF_UNITS[priceDecimals] as Decimal);
    this.#mids[id] = mid;
    this.#bids[id] = bid;
    this.#asks[id] = ask;
    return mid;
  }
}
