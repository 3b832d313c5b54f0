/**
 * From a route that pays at the best prices to orders that its venues take, funded at each venue by what lies there. Quantities are
 * whole lots, each trade is covered by what the one before brings, fee and all, and what that leaves of a coin counts as nothing.
 */
import { ladderOf } from '../books/ladder.ts';
import type { OrderBook } from '../books/order-book.ts';
import { Decimal, divide, fromUnits, ONE, ZERO } from '../domain/decimal.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Leg } from '../domain/opportunity.ts';
import { assetName } from '../domain/venue-asset.ts';
import { keptOfFixed, toBps } from './costs.ts';
import type { CyclePlan, PlannedLeg, PlanObstacle } from './cycle-sizing.ts';
import type { FeeCharge } from './fee-charge.ts';
import type { InstrumentGrid } from './instrument-grid.ts';
import { LadderWalk } from './ladder-walk.ts';
import { fillOf, type LegFill } from './leg-fill.ts';
import { limitUnitsOf } from './limit-price.ts';
import type { Route } from './route.ts';
import { type Reserves, waterfallOf } from './route-waterfall.ts';
import { lotsCovering, lotsWithin } from './whole-lots.ts';

/** Places to which a fee in an asset of its own is valued. */
const ASIDE_PLACES = 10;

export type RouteMarket = {
  readonly instruments: readonly Instrument[];
  readonly books: readonly OrderBook[];
  /** With each venue's own way to charge fees; by instrument, replaced when its rules change. */
  readonly grids: readonly InstrumentGrid[];
  chargeAt(venue: VenueName): FeeCharge;
  /** In the home currency; undefined: not known. */
  priceOf(asset: Asset): Decimal | undefined;
};

export class RouteSizer {
  readonly #market: RouteMarket;
  readonly #walk: LadderWalk;

  constructor(market: RouteMarket) {
    this.#market = market;
    this.#walk = new LadderWalk(market.books, market.grids);
  }

  /** What a plan can yield at most, before lots are cut, in bps of what is spent: cheap, for plans that are only compared. */
  mostBps(route: Route, maxStart: number, reserves: Reserves): number {
    const walk = this.#walk;
    const pays = walk.walk(route, maxStart, 1 + totalOf(reserves) / 10_000);
    const { startAmount } = walk;
    const yields = !pays
      ? walk.topNet
      : this.#hasFixedCosts(route)
        ? this.#convert(route, startAmount) / startAmount
        : walk.endAmount / startAmount;
    return toBps(yields - 1) - totalOf(reserves);
  }

  #hasFixedCosts({ legs }: Route): boolean {
    for (let k = 0; k < legs.length; k++) if (this.#grid(legs[k] as Leg).orderCost > 0) return true;
    return false;
  }

  /** @param maxStart most to spend, in the start asset. @param ageUs of the oldest book. */
  plan(route: Route, maxStart: number, reserves: Reserves, ageUs: number): CyclePlan {
    const walk = this.#walk;
    const pays = walk.walk(route, maxStart, 1 + totalOf(reserves) / 10_000);
    const { topGross, topNet } = walk;
    const price = this.#market.priceOf(route.path[0] ?? '') ?? ONE;
    if (!pays) {
      const totals = { topGross, topNet, alongLadders: topNet, price };
      // Nothing is spent; the steps are those of one unit.
      const one = waterfallOf({ ...totals, spent: ONE, result: bestResult(topNet) }, reserves, ageUs);
      const { home: _, ...waterfall } = one.waterfall;
      const detail = `the best levels yield ${toBps(topNet - 1).toFixed(2)} bps after fees; slippage, age and carries take ${totalOf(reserves).toFixed(2)} bps`;
      const obstacle = { code: 'edge-gone-after-depth', detail } as const;
      return { cycle: route, legs: [], startAmount: 0, endAmount: 0, waterfall, profit: ZERO, obstacle };
    }
    const fills = this.#fills(route, this.#units(route, walk.startAmount), maxStart);
    const spent = fills[0]?.spent ?? ZERO;
    const received = fills.at(-1)?.received ?? ZERO;
    const result = received.minus(spent).minus(this.#aside(route, fills));
    const alongLadders = spent.isZero() ? topNet : this.#convert(route, spent.toNumber()) / spent.toNumber();
    // What orders cost whatever their size is a fee.
    const afterFees = topNet * this.#keptOfFixed(route, fills);
    const totals = { spent, result, topGross, topNet: afterFees, alongLadders, price };
    const { waterfall, profit } = waterfallOf(totals, reserves, ageUs);
    const legs = route.legs.map((leg, k) =>
      this.#order(leg, fills[k] as LegFill, reserves.slippageBps / 10_000 / route.legs.length),
    );
    const plan = {
      cycle: route,
      legs,
      startAmount: spent.toNumber(),
      endAmount: received.toNumber(),
      waterfall,
      profit,
    };
    const obstacle = this.#belowMinimum(legs) ?? this.#lost(plan);
    return { ...plan, obstacle };
  }

  /** Whole lots of every trade: what the first amount pays for, and then only what the next trade needs of it. */
  #units(route: Route, startAmount: number): number[] {
    const units: number[] = [];
    let available = startAmount;
    for (const leg of route.legs) {
      const { lotUnits } = this.#grid(leg);
      const most = lotsWithin(this.#unitsOf(leg, available, 'spent'), lotUnits);
      units.push(most);
      available = this.#amountOf(leg, most, 'received');
    }
    for (let k = units.length - 2; k >= 0; k--) {
      const leg = route.legs[k] as Leg;
      const { lotUnits } = this.#grid(leg);
      const needed = this.#amountOf(route.legs[k + 1] as Leg, units[k + 1] as number, 'spent');
      const least = lotsCovering(this.#unitsOf(leg, needed, 'received'), lotUnits);
      units[k] = Math.min(units[k] as number, least);
    }
    return units;
  }

  /** The exact fills; where a float was off by its last bits, a trade that is not covered gives up a lot. */
  #fills(route: Route, units: readonly number[], maxStart: number): LegFill[] {
    const fills: LegFill[] = [];
    for (const [k, leg] of route.legs.entries()) {
      const before = fills[k - 1];
      const most = before?.received ?? new Decimal(maxStart);
      const { lotUnits } = this.#grid(leg);
      let asked = units[k] as number;
      let fill = this.#fill(leg, asked);
      while (fill.spent.gt(most) && asked > 0) {
        asked = Math.max(0, asked - lotUnits);
        fill = this.#fill(leg, asked);
      }
      fills.push(fill);
    }
    return fills;
  }

  #fill(leg: Leg, units: number): LegFill {
    const instrument = this.#instrument(leg);
    return fillOf(instrument, leg.side, units, this.#book(leg), this.#market.chargeAt(instrument.venue));
  }

  /** The part of the yield that is left by what each order costs whatever its size. */
  #keptOfFixed(route: Route, fills: readonly LegFill[]): number {
    let kept = 1;
    for (const [k, leg] of route.legs.entries()) {
      const { spent, received } = fills[k] as LegFill;
      kept *= keptOfFixed(leg.side, spent.toNumber(), received.toNumber(), this.#grid(leg));
    }
    return kept;
  }

  /** Fees in an asset of their own, in the start asset: at the price of that asset, rounded against the trader. */
  #aside(route: Route, fills: readonly LegFill[]): Decimal {
    let total = ZERO;
    for (const [k, leg] of route.legs.entries()) {
      const { asideInQuote } = fills[k] as LegFill;
      if (asideInQuote.isZero()) continue;
      const { quote } = this.#instrument(leg);
      const [start = ''] = route.path;
      const [of, per] = [this.#market.priceOf(quote), this.#market.priceOf(start)];
      const same = assetName(quote) === assetName(start) || of === undefined || per === undefined;
      total = total.plus(same ? asideInQuote : divide(asideInQuote.times(of), per, ASIDE_PLACES, 'up'));
    }
    return total;
  }

  #order(leg: Leg, fill: LegFill, slip: number): PlannedLeg {
    const instrument = this.#instrument(leg);
    const limit = limitUnitsOf(leg.side, fill.worstUnits, this.#grid(leg).tickUnits, slip);
    return {
      instrumentId: instrument.id,
      symbol: instrument.symbol,
      venue: instrument.venue,
      side: leg.side,
      qty: fill.qty,
      limitPrice: fromUnits(limit, instrument.priceDecimals),
    };
  }

  #belowMinimum(legs: readonly PlannedLeg[]): PlanObstacle | undefined {
    for (const { instrumentId, symbol, venue = '', qty, limitPrice } of legs) {
      const { minQty, minNotional, base, quote } = this.#market.instruments[instrumentId] as Instrument;
      const where = `${symbol} at ${venue}`;
      if (qty.lte(0) || qty.lt(minQty)) {
        const detail = `${where}: ${qty.toString()} ${assetName(base)} is below the minimum of ${minQty.toString()} ${assetName(base)}`;
        return { code: 'below-min-qty', detail };
      }
      const notional = qty.times(limitPrice);
      if (notional.lt(minNotional)) {
        const detail = `${where}: ${notional.toString()} ${assetName(quote)} is below the minimum of ${minNotional.toString()} ${assetName(quote)}`;
        return { code: 'below-min-notional', detail };
      }
    }
    return undefined;
  }

  #lost({
    waterfall,
    startAmount,
    cycle,
  }: Pick<CyclePlan, 'waterfall' | 'startAmount' | 'cycle'>): PlanObstacle | undefined {
    if (waterfall.netBps > 0) return undefined;
    const detail = `net ${waterfall.netBps.toFixed(2)} bps at ${startAmount.toPrecision(6)} ${assetName(cycle.path[0] ?? '')} after depth, lots, slippage, age and carries`;
    return { code: 'edge-gone-after-depth', detail };
  }

  /** What an amount becomes along the ladders when nothing has to be whole lots. */
  #convert(route: Route, start: number): number {
    return route.legs.reduce(
      (amount, leg) => this.#amountOf(leg, this.#unitsOf(leg, amount, 'spent'), 'received'),
      start,
    );
  }

  /** Base units at which this trade spends or receives `amount`, as far as its ladder goes. */
  #unitsOf(leg: Leg, amount: number, of: 'spent' | 'received'): number {
    const { qtyUnit, priceUnit, fee, buyFee, orderCost } = this.#grid(leg);
    const sells = leg.side === 'sell';
    // The base that is kept of a unit that is bought: 1, or less where the fee is taken out of it.
    if (sells === (of === 'spent')) return amount / (qtyUnit * (sells ? 1 : this.#kept(leg)));
    const factor = sells ? 1 - fee : (1 + buyFee) * this.#kept(leg);
    const { prices, qtys, count } = this.#ladder(leg);
    let units = 0;
    let left = sells ? amount + orderCost : amount - orderCost;
    for (let level = 0; level < count && left > 0; level++) {
      const each = (prices[level] as number) * priceUnit * factor * qtyUnit;
      const taken = Math.min(qtys[level] as number, left / each);
      units += taken;
      left -= taken * each;
    }
    return units;
  }

  /** What this trade spends or receives for so many base units. */
  #amountOf(leg: Leg, units: number, of: 'spent' | 'received'): number {
    const { qtyUnit, priceUnit, fee, buyFee, orderCost } = this.#grid(leg);
    const sells = leg.side === 'sell';
    const { prices, qtys, count } = this.#ladder(leg);
    let notional = 0;
    let left = units;
    for (let level = 0; level < count && left > 0; level++) {
      const taken = Math.min(left, qtys[level] as number);
      notional += taken * qtyUnit * (prices[level] as number) * priceUnit;
      left -= taken;
    }
    const base = (units - left) * qtyUnit;
    const fixed = base > 0 ? orderCost : 0;
    if (sells) return of === 'spent' ? base : Math.max(0, notional * (1 - fee) - fixed);
    const kept = this.#kept(leg);
    return of === 'spent' ? notional * (1 + buyFee) * kept + fixed : base * kept;
  }

  #kept(leg: Leg): number {
    const { venue } = this.#instrument(leg);
    return this.#market.chargeAt(venue).in === 'received' ? 1 - this.#grid(leg).fee : 1;
  }

  #ladder(leg: Leg) {
    return ladderOf(leg.side, this.#book(leg));
  }

  #grid({ instrumentId }: Leg): InstrumentGrid {
    return this.#market.grids[instrumentId] as InstrumentGrid;
  }

  #book({ instrumentId }: Leg): OrderBook {
    return this.#market.books[instrumentId] as OrderBook;
  }

  #instrument({ instrumentId }: Leg): Instrument {
    return this.#market.instruments[instrumentId] as Instrument;
  }
}

export function totalOf({ slippageBps, ageRiskBps, inventoryBps }: Reserves): number {
  return slippageBps + ageRiskBps + inventoryBps;
}

function bestResult(topNet: number): Decimal {
  return new Decimal(topNet).minus(1);
}
