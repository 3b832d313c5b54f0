/** What the way back costs where an exchange shares a market with others: the fees of the trades that close a route elsewhere. */
import type { Asset } from '../../../../domain/ids.ts';

/** The taker fee of a pair at one exchange. */
export type PairFee = { readonly base: Asset; readonly quote: Asset; readonly takerBps: number };

/** What an exchange must know of those that it shares a market with, so that its edges pay a few bps and no more. */
export type Peers = {
  readonly fees: readonly PairFee[];
  /** Exchanges take turns in mispricing: what two did at once would add up. */
  readonly turn: Turn;
};

/** Its place among so many, from 0. */
export type Turn = { readonly at: number; readonly of: number };

/** The cheapest way back, and how many books it crosses. */
export type WayBack = { readonly takerBps: number; readonly trades: 1 | 2 };

/** Fees of trades between two assets, each the least of all exchanges. */
export class FeeMap {
  readonly #least = new Map<Asset, Map<Asset, number>>();

  constructor(fees: Iterable<PairFee>) {
    for (const { base, quote, takerBps } of fees) {
      this.#note(base, quote, takerBps);
      this.#note(quote, base, takerBps);
    }
  }

  /** From one asset to the other in one trade or two; undefined: there is no such way. */
  wayBack(from: Asset, to: Asset): WayBack | undefined {
    const direct = this.#least.get(from)?.get(to);
    let best: WayBack | undefined = direct === undefined ? undefined : { takerBps: direct, trades: 1 };
    for (const [between, first] of this.#least.get(from) ?? []) {
      const second = between === to ? undefined : this.#least.get(between)?.get(to);
      if (second === undefined || (best !== undefined && best.takerBps <= first + second)) continue;
      best = { takerBps: first + second, trades: 2 };
    }
    return best;
  }

  #note(from: Asset, to: Asset, takerBps: number): void {
    const own = this.#least.get(from) ?? new Map<Asset, number>();
    this.#least.set(from, own);
    own.set(to, Math.min(own.get(to) ?? Number.POSITIVE_INFINITY, takerBps));
  }
}
