/** Questions about an execution under way. */
import { compare } from '../domain/decimal.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../domain/time.ts';
import { amountWords, assetName, isSameCoin, venueOfAsset } from '../domain/venue-asset.ts';
import type { Execution } from './execution.ts';
import type { Holding } from './holding.ts';

/** Times that what a route left open is looked at again after all that was sent for it. */
const MAX_ROUNDS = 5;

/** Looks at what a route left open after its last try for it, within a bound; not where something of it was given up. */
export function mayLookAgain(execution: Execution): boolean {
  if (!execution.isOverVenues || execution.stranded.length > 0 || execution.rounds >= MAX_ROUNDS)
    return false;
  execution.rounds++;
  return true;
}

/** Where a holding is to be traded. */
export function venueOf(execution: Execution, { asset }: Pick<Holding, 'asset'>): VenueName {
  return venueOfAsset(asset) ?? execution.venue;
}

/** A way home fills at least so much of an order where its book is what it seems. */
const LEAST_SHARE = '0.5';

/**
 * An order of a route is over: whether its venue is one that fails it. It rejected the order, did not report its end in time, or filled
 * little of one whose limit left room for what is needed, as those of ways home do. That a leg missed its price is no failure.
 * Nor is an order that the engine itself withdrew: its venue never saw it.
 */
export function judgeVenue(
  { isOverVenues, failing }: Execution,
  order: Order,
  { attempts }: Pick<Holding, 'attempts'>,
  latestMs: number,
  nowUs: TimeUs,
): void {
  if (!isOverVenues || order.state === 'denied') return;
  const isOverdue = nowUs - order.createdUs > latestMs * US_PER_MS;
  const isThin = attempts > 0 && order.filledQty.lt(order.qty.times(LEAST_SHARE));
  const isFailing = order.state === 'rejected' || isOverdue || isThin;
  if (isFailing) failing.add(order.venue);
  else if (attempts > 0 || order.state === 'filled') failing.delete(order.venue);
}

/** Where an amount that was to be brought home lies: of a route where most of the coin came, whichever venue it was to be sold at. */
function placeOf(execution: Execution, asset: Asset): Asset {
  if (!execution.isOverVenues || isSameCoin(asset, execution.startAsset)) return asset;
  const own = [...execution.flows].filter(([each]) => isSameCoin(each, asset));
  const [most] = own.toSorted(([, a], [, b]) => compare(b, a));
  return most?.[0] ?? asset;
}

/** What is left of a holding that was given up, and why. */
export function strandedOf(
  execution: Execution,
  { asset: from, amount, target }: Holding,
  why: string,
): Execution['stranded'][number] {
  const asset = placeOf(execution, from);
  const detail = isSameCoin(asset, execution.startAsset)
    ? `missing ${assetName(target)} was not bought back for ${amountWords(amount.toString(), asset)} (${why})`
    : `${amountWords(amount.toString(), asset)} could not be unwound (${why})`;
  return { asset, amount, detail };
}

/** Orders that executions under way will send at least, if all goes well. */
export function ordersAheadOf(executions: Iterable<Execution>): number {
  let count = 0;
  for (const { active, work, later } of executions) {
    for (const { route } of active.values()) count += Math.max(0, route.length - 1);
    for (const { route } of work) count += Math.max(1, route.length);
    count += later.length;
  }
  return count;
}
