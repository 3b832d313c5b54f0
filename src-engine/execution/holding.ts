/** An amount on its way between two orders of an execution. */
import { Decimal, ZERO } from '../domain/decimal.ts';
import type { Asset, InstrumentId } from '../domain/ids.ts';
import type { Leg } from '../domain/opportunity.ts';
import type { Order } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import { isSameCoin } from '../domain/venue-asset.ts';
import type { ReservationKey } from '../portfolio/balances.ts';
import type { Short } from './residuals.ts';

export type RouteLeg = Leg & { readonly limitPrice: Decimal | undefined };

export type Holding = {
  readonly asset: Asset;
  readonly amount: Decimal;
  /** Where it is to end: the start asset of the cycle, or one of which the account gave too much. */
  readonly target: Asset;
  /** Most of the target that is wanted; undefined: all that comes. */
  readonly want: Decimal | undefined;
  /** Leads to the target, its first leg is next; empty: the cheapest way is to be found. */
  readonly route: readonly RouteLeg[];
  /** The quantity of a planned leg that is paid for from the account: what it leaves unused stays there. */
  readonly openingQty: Decimal | undefined;
  /** Tries that brought nothing; above zero the plan is left. */
  readonly attempts: number;
  /** Instruments on which a try to go home just found nothing: other ways come first. */
  readonly avoid: readonly InstrumentId[];
  /** No order before this time. */
  readonly notBeforeUs: TimeUs;
  /** It rested for a venue whose account was not compared: its time to come home begins anew with the next try. */
  readonly isRested?: boolean;
  /** Under which it is kept from other cycles while it waits; an opening leg has nothing to keep. */
  readonly key: ReservationKey;
};

/** A holding before it is put in line. */
export type NewHolding = Omit<Holding, 'key' | 'openingQty'>;

/** Under which what an order under way has brought is kept for its own cycle. */
export function incomingKey({ orderId }: Pick<Order, 'orderId'>): ReservationKey {
  return `${orderId}/in`;
}

/** An amount that is to find the cheapest way to `target`, at once. */
export function homeward(asset: Asset, amount: Decimal, target: Asset, nowUs: TimeUs): NewHolding {
  return { asset, amount, target, want: undefined, route: [], attempts: 1, avoid: [], notBeforeUs: nowUs };
}

/** What of a cycle says how much of an asset is missing: what came minus what left, and what waits to be sent on. */
type Balance = {
  readonly flows: ReadonlyMap<Asset, Decimal>;
  readonly work: readonly Holding[];
  readonly startAsset: Asset;
  /** It trades a route: what pays for a missing coin is offered with headroom. */
  readonly isOverVenues?: boolean;
  /** What it is to buy back of what earlier executions sold. */
  readonly lacks?: Short | undefined;
};

/**
 * Home instead of to its target. Of an offer with headroom that is no more than what is over of the coin: the rest was the account's before,
 * and stays where it is.
 */
export function backHome(
  holding: Holding,
  { flows, startAsset, isOverVenues = false }: Pick<Balance, 'flows' | 'startAsset' | 'isOverVenues'>,
): Holding {
  const home = { ...holding, target: startAsset, want: undefined, route: [] };
  if (!isOverVenues || holding.want === undefined || isSameCoin(holding.asset, startAsset)) return home;
  let over = ZERO;
  for (const [asset, flow] of flows) if (isSameCoin(asset, holding.asset)) over = over.plus(flow);
  return { ...home, amount: Decimal.min(holding.amount, Decimal.max(0, over)) };
}

/**
 * Bounded to what is still missing of its target: orders may have brought a part since it was put in line. It goes home where
 * nothing is. What only passes through the target on its way elsewhere brings nothing to it.
 */
export function stillWanted(holding: Holding, balance: Balance): Holding {
  const { flows, work, lacks } = balance;
  const { target, want } = holding;
  if (want === undefined) return holding;
  // Of a route the same coin at another of its venues counts too; a cycle has one venue.
  const passing = work.reduce(
    (sum, one) => (isSameCoin(one.asset, target) ? sum.plus(one.amount) : sum),
    ZERO,
  );
  let missing = lacks !== undefined && isSameCoin(lacks.asset, target) ? passing.plus(lacks.amount) : passing;
  for (const [asset, flow] of flows) if (isSameCoin(asset, target)) missing = missing.minus(flow);
  return missing.gt(0) ? { ...holding, want: Decimal.min(want, missing) } : backHome(holding, balance);
}
