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

type Steps = { readonly [Step in Exclude<keyof WaterfallAmounts, 'net'>]: Decimal };

function inBps(steps: Steps, spent: Decimal): Omit<Waterfall, 'ageUs'> {
  const bps = (amount: Decimal): Decimal =>
    spent.isZero() ? ZERO : amount.times(BPS).div(spent).toDecimalPlaces(BPS_PLACES, Decimal.ROUND_HALF_EVEN);
  const each = {
    grossBps: bps(steps.gross),
    feesBps: bps(steps.fees),
    depthBps: bps(steps.depth),
    roundingBps: bps(steps.rounding),
    slippageBps: bps(steps.slippage),
    ageRiskBps: bps(steps.ageRisk),
    inventoryBps: bps(steps.inventory),
  };
  return {
    grossBps: each.grossBps.toNumber(),
    feesBps: each.feesBps.toNumber(),
    depthBps: each.depthBps.toNumber(),
    roundingBps: each.roundingBps.toNumber(),
    slippageBps: each.slippageBps.toNumber(),
    ageRiskBps: each.ageRiskBps.toNumber(),
    inventoryBps: each.inventoryBps.toNumber(),
    netBps: sumOf(Object.values(each)).toNumber(),
  };
}

function inHome(steps: Steps, price: Decimal): WaterfallAmounts {
  // In the home currency itself nothing is rounded: the net is the profit to the last digit.
  const home = (amount: Decimal): Decimal =>
    price.eq(ONE) ? amount : amount.times(price).toDecimalPlaces(HOME_PLACES, Decimal.ROUND_FLOOR);
  const each = {
    gross: home(steps.gross),
    fees: home(steps.fees),
    depth: home(steps.depth),
    rounding: home(steps.rounding),
    slippage: home(steps.slippage),
    ageRisk: home(steps.ageRisk),
    inventory: home(steps.inventory),
  };
  return {
    gross: each.gross.toString(),
    fees: each.fees.toString(),
    depth: each.depth.toString(),
    rounding: each.rounding.toString(),
    slippage: each.slippage.toString(),
    ageRisk: each.ageRisk.toString(),
    inventory: each.inventory.toString(),
    net: sumOf(Object.values(each)).toString(),
  };
}

function sumOf(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((sum, amount) => sum.plus(amount), ZERO);
}
