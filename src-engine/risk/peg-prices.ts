/**
 * What a stablecoin is worth in its peg currency, by live books alone. First its own pairs with that currency; without them what at least
 * three coins say that are traded against both; without these its pairs with another stablecoin of the same currency, which cannot say
 * which of the two is off. Floating point, for comparing and never for booking.
 */
import type { BookSync } from '../books/book-sync.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { assetName } from '../domain/venue-asset.ts';
import { median } from '../lib/median.ts';

/** So many coins must be priced in both before they say what one is worth in the other. */
const LEAST_WITNESSES = 3;

export type PegPrice = {
  readonly price: number;
  /** `USDT/USD`, `BTC, ETH, SOL`, or `USDT/USDC`. */
  readonly source: string;
  /** The stablecoin that it was held against, where it was one; undefined: it was the currency. */
  readonly beside?: Asset | undefined;
};

export class PegPrices {
  /** By coin, in their order: a look costs what the pairs of its coins cost, however many others there are. */
  readonly #pairs = new Map<Asset, Instrument[]>();
  readonly #syncs: readonly BookSync[];

  constructor(instruments: readonly Instrument[], syncs: readonly BookSync[]) {
    this.#syncs = syncs;
    for (const instrument of instruments) {
      for (const coin of new Set([assetName(instrument.base), assetName(instrument.quote)])) {
        const pairs = this.#pairs.get(coin);
        if (pairs === undefined) this.#pairs.set(coin, [instrument]);
        else pairs.push(instrument);
      }
    }
  }

  /** True when any pair of the run has the coin. */
  isTraded(coin: Asset): boolean {
    return this.#pairs.has(coin);
  }

  /** @param others stablecoins of the same currency. Undefined: no live book says so, or it is the currency itself. */
  priceOf(coin: Asset, peg: Asset, others: readonly Asset[]): PegPrice | undefined {
    if (coin === peg) return undefined;
    const direct = this.#between(coin, peg);
    if (direct !== undefined) return { price: direct, source: `${coin}/${peg}` };
    const implied = this.#implied(coin, peg);
    if (implied !== undefined) return implied;
    for (const beside of others) {
      const price = this.#between(coin, beside);
      if (price !== undefined) return { price, source: `${coin}/${beside}`, beside };
    }
    return undefined;
  }

  /** The middle of the mids of all pairs of two coins, either way round. */
  #between(coin: Asset, other: Asset): number | undefined {
    const prices: number[] = [];
    for (const pair of this.#pairs.get(coin) ?? []) {
      const [base, quote] = [assetName(pair.base), assetName(pair.quote)];
      const isUpright = base === coin && quote === other;
      if (!isUpright && (base !== other || quote !== coin)) continue;
      const mid = this.#mid(pair);
      if (mid !== undefined) prices.push(isUpright ? mid : 1 / mid);
    }
    return prices.length === 0 ? undefined : median(prices);
  }

  #implied(coin: Asset, peg: Asset): PegPrice | undefined {
    const [inPeg, inCoin] = [this.#pricedIn(peg), this.#pricedIn(coin)];
    const witnesses = [...inPeg].flatMap(([base, price]) => {
      const other = inCoin.get(base);
      return other === undefined ? [] : [{ base, ratio: price / other }];
    });
    if (witnesses.length < LEAST_WITNESSES) return undefined;
    const price = median(witnesses.map(({ ratio }) => ratio));
    const named = witnesses.slice(0, LEAST_WITNESSES).map(({ base }) => base);
    return { price, source: named.join(', ') };
  }

  /** Mids by base, of the pairs that are quoted in it. */
  #pricedIn(quote: Asset): Map<Asset, number> {
    const prices = new Map<Asset, number>();
    for (const pair of this.#pairs.get(quote) ?? []) {
      if (assetName(pair.quote) !== quote || prices.has(assetName(pair.base))) continue;
      const mid = this.#mid(pair);
      if (mid !== undefined) prices.set(assetName(pair.base), mid);
    }
    return prices;
  }

  #mid({ id, priceDecimals }: Instrument): number | undefined {
    const sync = this.#syncs[id];
    if (sync?.state !== 'live' || sync.book.isOneSided) return undefined;
    return ((sync.book.bestBid + sync.book.bestAsk) / 2) * 10 ** -priceDecimals;
  }
}
