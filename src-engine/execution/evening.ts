/**
 * Legs that were sent at once are over: what they left open against each other, and where of several venues that is evened out. An
 * amount of a coin that a route has too much is sold, or pays for what is missing, at the venue that gives most for it; where it
 * lies elsewhere, what lies there of the same coin is used in its place.
 */
import { Decimal, divide, ZERO } from '../domain/decimal.ts';
import type { Asset, InstrumentId, VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import { assetName, isSameCoin } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { type Execution, netFlowsOf } from './execution.ts';
import { backHome, type Holding, homeward, type NewHolding } from './holding.ts';
import { evenOut } from './netting.ts';
import type { OrderPlanner } from './order-planner.ts';

/** What pays for a missing coin is offered with so much more, for price and fee: what is not used stays where it is. */
const HEADROOM = '1.02';
const MEANS_DECIMALS = 10;

const NONE: ReadonlySet<VenueName> = new Set();

/** So little of an asset that it is kept for a sweep. */
type IsResidual = (rest: Pick<Holding, 'asset' | 'amount'>) => boolean;

/** What is to be sent so that nothing of a coin is over or missing: amounts that some instrument takes an order of. */
export function leftOpen(
  execution: Execution,
  planner: OrderPlanner,
  portfolio: Portfolio,
  isResidual: IsResidual,
  nowUs: TimeUs,
): NewHolding[] {
  const { startAsset } = execution;
  const isRoute = execution.isOverVenues;
  const flows = netFlowsOf(execution);
  const moves = evenOut(
    isRoute ? withMeans(flows, startAsset, portfolio) : flows,
    startAsset,
    (asset, amount) => portfolio.valueOf(asset, amount),
  );
  return moves
    .map(({ asset, amount, target, want }) => {
      const offered = isRoute && want !== undefined ? amount.times(HEADROOM) : amount;
      const move = { ...homeward(asset, offered, target, nowUs), want, openingQty: undefined, key: '' };
      return worthwhile(execution, move, planner, isResidual);
    })
    .filter((move) => !isSameCoin(move.asset, move.target) && planner.isTradable(move));
}

/**
 * A rest of what is missing that no order brings stays missing, and what was to pay for it goes home; of a route also a rest that is a
 * residual.
 */
export function worthwhile(
  execution: Execution,
  holding: Holding,
  planner: OrderPlanner,
  isResidual: IsResidual,
): Holding {
  const { want, target } = holding;
  if (want === undefined) return holding;
  const isLeft = execution.isOverVenues && isResidual({ asset: target, amount: want });
  return isLeft || !planner.canBring(holding) ? backHome(holding, execution) : holding;
}

/** What of an asset pays for a missing amount, with headroom; undefined where one of the two has no price. */
export function offeredFor(
  missing: Asset,
  amount: Decimal,
  paidIn: Asset,
  portfolio: Portfolio,
): Decimal | undefined {
  const [value, price] = [portfolio.valueOf(missing, amount), portfolio.markOf(paidIn)];
  if (value === undefined || price === undefined || price.lte(0)) return undefined;
  return divide(value, price, MEANS_DECIMALS, 'up').times(HEADROOM);
}

/** The account's own start coin pays for whatever a route has too little of, where nothing else is over that does. */
function withMeans(
  flows: ReadonlyMap<Asset, Decimal>,
  startAsset: Asset,
  portfolio: Portfolio,
): ReadonlyMap<Asset, Decimal> {
  const price = portfolio.markOf(startAsset);
  let missing = ZERO;
  for (const [asset, flow] of flows)
    if (flow.isNegative() && asset !== startAsset)
      missing = missing.plus(portfolio.valueOf(asset, flow.negated()) ?? ZERO);
  if (price === undefined || missing.isZero()) return flows;
  const most = divide(missing, price, MEANS_DECIMALS, 'up');
  return new Map([...flows, [startAsset, Decimal.max(most, flows.get(startAsset) ?? ZERO)]]);
}

/**
 * The same move where it brings most: at venues that do not fail the route and where trading is not stopped first, and of these at one where all of it is free.
 * Where none has all of it, it is as much as is free at the best one: the next look finds what is left. Where a code may stand for
 * two coins it stays where it is. @param holding of which nothing is reserved.
 */
export function bestPlace(
  holding: Holding,
  planner: OrderPlanner,
  portfolio: Portfolio,
  mayTrade: (venue: VenueName) => boolean,
  failing: ReadonlySet<VenueName> = NONE,
): Holding {
  if (portfolio.isDoubted(holding.asset) || portfolio.isDoubted(holding.target)) return holding;
  const { balances, universe } = portfolio;
  const [coin, into] = [assetName(holding.asset), assetName(holding.target)];
  const best = (venues: readonly VenueName[], avoid: readonly InstrumentId[]): Holding | undefined => {
    let whole: Place | undefined;
    let part: Place | undefined;
    for (const venue of venues) {
      const asset = universe.at(coin, venue);
      const amount = Decimal.min(holding.amount, balances.free(asset));
      if (amount.lte(0)) continue;
      const there = { ...holding, asset, amount, target: universe.at(into, venue) };
      const proceeds = planner.proceeds(there, avoid);
      if (proceeds <= 0) continue;
      const brings = Math.min(proceeds, holding.want?.toNumber() ?? proceeds);
      const place = { there, brings, price: amount.toNumber() / proceeds };
      // What pays for a missing coin is an offer with headroom: less of it may do.
      if (holding.want !== undefined || amount.eq(holding.amount)) whole = better(whole, place);
      else part = better(part, place);
    }
    return (whole ?? part)?.there;
  };
  const { venues } = universe;
  const sound = venues.filter((venue) => !failing.has(venue));
  const open = venues.filter(mayTrade);
  const groups = [sound.filter(mayTrade), open, sound, venues];
  // Where the last try found nothing comes after everything else.
  for (const avoid of [holding.avoid, []])
    for (const group of groups) {
      const place = best(group, avoid);
      if (place !== undefined) return place;
    }
  return holding;
}

/** A holding as it would be traded at one venue: what that brings, of what is wanted, and what it pays for a unit of it. */
type Place = { readonly there: Holding; readonly brings: number; readonly price: number };

/** The one that brings more; of two that bring all that is wanted the cheaper one; else the first. */
function better(before: Place | undefined, next: Place): Place {
  if (before === undefined || next.brings > before.brings) return next;
  return next.brings === before.brings && next.price < before.price ? next : before;
}
