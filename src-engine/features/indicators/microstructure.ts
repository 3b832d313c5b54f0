/** What the book shows at the end of a step. Every figure is NaN where a side of the book is unknown or empty. */
import type { Feature } from '../feature.ts';
import type { MarketStep } from '../market-step.ts';
import { log } from '../../lib/elementary.ts';

/** A feature that is a function of the last step alone. */
export class OfStep implements Feature {
  value = Number.NaN;
  readonly #read: (step: Readonly<MarketStep>) => number;

  constructor(read: (step: Readonly<MarketStep>) => number) {
    this.#read = read;
  }

  update(step: Readonly<MarketStep>): void {
    this.value = this.#read(step);
  }
}

/** Best ask less best bid, in bps of the middle. */
export function spreadBps({ bid, ask }: Readonly<MarketStep>): number {
  return ((ask - bid) / ((ask + bid) / 2)) * 10_000;
}

/** Quantity at the best bid less that at the best ask, over both: −1 to 1. */
export function imbalance({ bidQty, askQty }: Readonly<MarketStep>): number {
  return (bidQty - askQty) / (bidQty + askQty);
}

export function depthImbalance({ bidDepth, askDepth }: Readonly<MarketStep>): number {
  return (bidDepth - askDepth) / (bidDepth + askDepth);
}

/** The middle weighted by the quantity opposite, (bid × askQty + ask × bidQty) over both, above the plain middle, in bps. */
export function micropriceBps({ bid, ask, bidQty, askQty }: Readonly<MarketStep>): number {
  const middle = (bid + ask) / 2;
  return (((bid * askQty + ask * bidQty) / (bidQty + askQty) - middle) / middle) * 10_000;
}

/** Quantity of the best ten levels over how many bps they reach: of the bids less that of the asks, over both. */
export function slopeImbalance({ bidDepth, askDepth, bidReach, askReach }: Readonly<MarketStep>): number {
  const [bids, asks] = [bidDepth / bidReach, askDepth / askReach];
  return (bids - asks) / (bids + asks);
}

/** How much farther the tenth ask is from the middle than the tenth bid: ln of the one over the other. */
export function reachSkew({ bidReach, askReach }: Readonly<MarketStep>): number {
  return log(askReach / bidReach);
}
