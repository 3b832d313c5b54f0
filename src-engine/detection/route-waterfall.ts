/**
 * From the edge at the best prices to what a route brings: each step as an exact amount of the home currency and in bps of what is
 * spent. The steps are differences of running totals, so they add up to the net without a remainder, whatever each was rounded to.
 */
import { Decimal, divide, ONE, ZERO } from '../domain/decimal.ts';
import type { Waterfall, WaterfallAmounts } from '../domain/opportunity.ts';
import type { DurationUs } from '../domain/time.ts';

/** Places of the totals that are estimates, in the start asset. */
const PLACES = 10;
/** Of amounts in the home currency where a route starts in another asset. */
const HOME_PLACES = 8;
const BPS_PLACES = 6;
const BPS = 10_000;

/** In bps of what is spent at the start, none below zero. */
export type Reserves = {
  readonly slippageBps: number;
  readonly ageRiskBps: number;
  readonly inventoryBps: number;
};

export type Totals = {
  /** Spent at the start, and what is left over in the end when prices stand still: exact, in the start asset. */
  readonly spent: Decimal;
  readonly result: Decimal;
  /** What one unit becomes at the best prices, without and with fees, and along the ladders in full. */
  readonly topGross: number;
  readonly topNet: number;
  readonly alongLadders: number;
  /** Home currency per unit of the start asset. */
  readonly price: Decimal;
};

export type RouteWaterfall = {
  readonly waterfall: Waterfall;
  /** In the start asset. */
  readonly profit: Decimal;
};

export function waterfallOf(totals: Totals, reserves: Reserves, ageUs: DurationUs): RouteWaterfall {
  const { spent, result, topGross, topNet, alongLadders, price } = totals;
  const estimate = (each: number): Decimal =>
    spent.times(new Decimal(each).minus(1)).toDecimalPlaces(PLACES, Decimal.ROUND_HALF_EVEN);
  const [gross, afterFees, afterDepth] = [estimate(topGross), estimate(topNet), estimate(alongLadders)];
  // Reserves are rounded up: against the trader.
  const reserve = (bps: number): Decimal =>
    ZERO.minus(divide(spent.times(bps), new Decimal(BPS), PLACES, 'up'));
  const steps = {
    gross,
    fees: afterFees.minus(gross),
    depth: afterDepth.minus(afterFees),
    rounding: result.minus(afterDepth),
    slippage: reserve(reserves.slippageBps),
    ageRisk: reserve(reserves.ageRiskBps),
    inventory: reserve(reserves.inventoryBps),
  };
  const profit = sumOf(Object.values(steps));
  return { waterfall: { ...inBps(steps, spent), home: inHome(steps, price), ageUs }, profit };
}

type Step = Exclude<keyof WaterfallAmounts, 'net'>;
type Steps<T = Decimal> = Readonly<Record<Step, T>>;

function eachOf<T>(steps: Steps, made: (amount: Decimal) => T): Steps<T> {
  return {
    gross: made(steps.gross),
    fees: made(steps.fees),
    depth: made(steps.depth),
    rounding: made(steps.rounding),
    slippage: made(steps.slippage),
    ageRisk: made(steps.ageRisk),
    inventory: made(steps.inventory),
  };
}

function inBps(steps: Steps, spent: Decimal): Omit<Waterfall, 'ageUs'> {
  const bps = eachOf(steps, (amount) =>
    spent.isZero() ? ZERO : amount.times(BPS).div(spent).toDecimalPlaces(BPS_PLACES, Decimal.ROUND_HALF_EVEN),
  );
  const each = eachOf(bps, (one) => one.toNumber());
  return {
    grossBps: each.gross,
    feesBps: each.fees,
    depthBps: each.depth,
    roundingBps: each.rounding,
    slippageBps: each.slippage,
    ageRiskBps: each.ageRisk,
    inventoryBps: each.inventory,
    netBps: sumOf(Object.values(bps)).toNumber(),
  };
}

function inHome(steps: Steps, price: Decimal): WaterfallAmounts {
  // At a price of 1 nothing is rounded: in the home currency itself the net is the profit to the last digit.
  const home = eachOf(steps, (amount) =>
    price.eq(ONE) ? amount : amount.times(price).toDecimalPlaces(HOME_PLACES, Decimal.ROUND_FLOOR),
  );
  return { ...eachOf(home, (amount) => amount.toString()), net: sumOf(Object.values(home)).toString() };
}

function sumOf(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((sum, amount) => sum.plus(amount), ZERO);
}
