/** What it would cost, before a cycle is begun, to get out of it again after each of its legs. */
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import type { InstrumentGrid } from '../detection/instrument-grid.ts';
import { estimateOf, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Universe } from '../domain/universe.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { Balances } from '../portfolio/balances.ts';
import type { WaysHome } from './way-home.ts';

export type UnwindCost = {
  /** In bps of the cycle's start, at most; 10,000 where a holding has no way home at all. */
  readonly costBps: number;
  /** The leg that must fail for it; of a route the one that fills alone. */
  readonly symbol: string;
  /** What would be held then, and what of it would come home. */
  readonly asset: Asset;
  readonly amount: number;
  readonly proceeds: number;
};

/**
 * The worst of all the places where a cycle can break: leg k filled as planned, the instrument of leg k + 1 is out, and
 * what is held goes home by the cheapest way there is, down the ladders as they stand. A way that costs no more than
 * `bearableBps` ends the search for a cheaper one.
 */
export function worstUnwind(
  plan: CyclePlan,
  ways: WaysHome,
  instruments: readonly Instrument[],
  grids: readonly InstrumentGrid[],
  bearableBps: number,
): UnwindCost | undefined {
  const [start = ''] = plan.cycle.path;
  const enough = plan.startAmount * (1 - bearableBps / 10_000);
  let worst: UnwindCost | undefined;
  for (const [k, leg] of plan.legs.entries()) {
    const failing = plan.legs[k + 1];
    const instrument = instruments[leg.instrumentId];
    const grid = grids[leg.instrumentId];
    if (failing === undefined || instrument === undefined || grid === undefined) continue;
    const sells = leg.side === 'sell';
    const asset = sells ? instrument.quote : instrument.base;
    const qty = estimateOf(leg.qty);
    const amount = sells ? qty * estimateOf(leg.limitPrice) * (1 - grid.fee) - grid.orderCost : qty;
    const way = ways.cheapest(asset, start, amount, [failing.instrumentId], () => true, enough);
    const proceeds = way?.proceeds ?? 0;
    const costBps = (1 - proceeds / plan.startAmount) * 10_000;
    if (worst !== undefined && costBps <= worst.costBps) continue;
    worst = { costBps, symbol: failing.symbol, asset, amount, proceeds };
  }
  return worst;
}

/**
 * Of a route: each leg filled as planned and no other, the instruments of the others out, and what it brought goes back for what it
 * spent at the venue that gives most for it, where the coin lies. The worst of them.
 */
export function worstReversal(
  plan: CyclePlan,
  { ways, instruments, balances, universe }: ReversalParts,
  bearableBps: number,
): UnwindCost | undefined {
  let worst: UnwindCost | undefined;
  for (const leg of plan.legs) {
    const instrument = instruments[leg.instrumentId];
    if (instrument === undefined) continue;
    const qty = estimateOf(leg.qty);
    const notional = qty * estimateOf(leg.limitPrice);
    const sells = leg.side === 'sell';
    const [from, to] = sells ? [instrument.quote, instrument.base] : [instrument.base, instrument.quote];
    const fixed = estimateOf(instrument.orderCost ?? ZERO);
    const [amount, spent] = sells ? [notional - fixed, qty] : [qty, notional + fixed];
    const out = plan.legs.filter((other) => other !== leg).map(({ instrumentId }) => instrumentId);
    const enough = spent * (1 - bearableBps / 10_000);
    let proceeds = 0;
    for (const venue of universe.venues) {
      const lies = universe.at(assetName(from), venue);
      if (lies !== from && estimateOf(balances.free(lies)) < amount) continue;
      const back = universe.at(assetName(to), venue);
      const way = ways.cheapest(lies, back, amount, out, () => true, enough);
      proceeds = Math.max(proceeds, way?.proceeds ?? 0);
    }
    const costBps = (1 - proceeds / spent) * 10_000;
    if (worst !== undefined && costBps <= worst.costBps) continue;
    worst = { costBps, symbol: `${leg.symbol} at ${instrument.venue}`, asset: from, amount, proceeds };
  }
  return worst;
}

type ReversalParts = {
  readonly ways: WaysHome;
  readonly instruments: readonly Instrument[];
  readonly balances: Pick<Balances, 'free'>;
  readonly universe: Universe;
};
