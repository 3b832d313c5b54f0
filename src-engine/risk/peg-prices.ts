/**
 * What a stablecoin is worth in its peg currency, by live books alone. First its own pairs with that currency; without them what at least
 * three coins say that are traded against both; without these its pairs with another stablecoin of the same currency, which cannot say
 * which of the two is off. Floating point, for comparing and never for booking.
 */
import type { BookSync } from '../books/book-sync.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { assetName } from '../domain/venue-asset.ts';

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
  readonly #instruments: readonly Instrument[];
  readonly #syncs: readonly BookSync[];

  constructor(instruments: readonly Instrument[], syncs: readonly BookSync[]) {
    this.#instruments = instruments;
    this.#syncs = syncs;
  }

  /** True when any pair of the run has the coin. */
  isTraded(coin: Asset): boolean {
    return this.#instruments.some(({ base, quote }) => assetName(base) === coin || assetName(quote) === coin);
  }

  /** @param others stablecoins of the same currency. Undefined: no live book says so. */
  priceOf(coin: Asset, peg: Asset, others: readonly Asset[]): PegPrice | undefined {
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
    for (const pair of this.#instruments) {
      const [base, quote] = [assetName(pair.base), assetName(pair.quote)];
      const isUpright = base === coin && quote === other;
      if (!isUpright && (base !== other || quote !== coin)) continue;
      const mid = this.#mid(pair);
      if (mid !== undefined) prices.push(isUpright ? mid : 1 / mid);
    }
    return middle(prices);
  }

  #implied(coin: Asset, peg: Asset): PegPrice | undefined {
    const [inPeg, inCoin] = [this.#pricedIn(peg), this.#pricedIn(coin)];
    const witnesses = [...inPeg].flatMap(([base, price]) => {
      const other = inCoin.get(base);
      return other === undefined ? [] : [{ base, ratio: price / other }];
    });
    if (witnesses.length < LEAST_WITNESSES) return undefined;
    const price = middle(witnesses.map(({ ratio }) => ratio));
    const named = witnesses.slice(0, LEAST_WITNESSES).map(({ base }) => base);
    return price === undefined ? undefined : { price, source: named.join(', ') };
  }

  /** Mids by base, of the pairs that are quoted in it. */
  #pricedIn(quote: Asset): Map<Asset, number> {
    const prices = new Map<Asset, number>();
    for (const pair of this.#instruments) {
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

function middle(values: number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}
