/**
 * From the best size to orders that a venue takes: quantities in whole lots, prices on tick, every minimum
 * checked, and the waterfall from gross to net. Runs only for candidates that pay at the best prices.
 */
import { ladderOf } from '../books/ladder.ts';
import type { OrderBook } from '../books/order-book.ts';
import { type Decimal, fromUnits } from '../domain/decimal.ts';
import type { VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Cycle, Leg, Waterfall } from '../domain/opportunity.ts';
import type { Side } from '../domain/order.ts';
import { keptOfFixed, toBps } from './costs.ts';
import type { InstrumentGrid } from './instrument-grid.ts';
import { LadderWalk } from './ladder-walk.ts';
import { limitUnitsOf } from './limit-price.ts';
import { LOT_FUZZ, lotsCovering, lotsWithin } from './whole-lots.ts';

export type PlannedLeg = {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly side: Side;
  readonly qty: Decimal;
  /** Worst price the order may take; the leg's share of the slippage buffer is in it. */
  readonly limitPrice: Decimal;
  /** In a plan over several venues. */
  readonly venue?: VenueName;
};

export type CyclePlan = {
  readonly cycle: Cycle;
  readonly legs: readonly PlannedLeg[];
  /** Estimates in the start asset: what leaves and what comes home, fees and lots included. */
  readonly startAmount: number;
  readonly endAmount: number;
  readonly waterfall: Waterfall;
  /** The exact profit in the start asset, where it is known; else it follows from the start amount and the net edge. */
  readonly profit?: Decimal;
  /**
   * Of a route: every leg is paid for by what lies at its venue. All are sent at once, unless one is to go alone: the others
   * follow when it is over, for as much as it filled.
   */
  readonly inventory?: { readonly first: number | undefined };
  /** Why the plan cannot be traded, or undefined. */
  readonly obstacle: PlanObstacle | undefined;
};

export type PlanObstacle = {
  readonly code: 'edge-gone-after-depth' | 'below-min-qty' | 'below-min-notional';
  readonly detail: string;
};

/** A leg in book units. Its decimals are made on demand: most plans are compared and dropped. */
class SizedLeg implements PlannedLeg {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly side: Side;
  readonly #instrument: Instrument;
  readonly #qtyUnits: number;
  readonly #limitUnits: number;
  #qty: Decimal | undefined;
  #limitPrice: Decimal | undefined;

  constructor(instrument: Instrument, { leg, qtyUnits, limitUnits }: LegSize) {
    this.instrumentId = instrument.id;
    this.symbol = instrument.symbol;
    this.side = leg.side;
    this.#instrument = instrument;
    this.#qtyUnits = qtyUnits;
    this.#limitUnits = limitUnits;
  }

  get qty(): Decimal {
    return (this.#qty ??= fromUnits(this.#qtyUnits, this.#instrument.qtyDecimals));
  }

  get limitPrice(): Decimal {
    return (this.#limitPrice ??= fromUnits(this.#limitUnits, this.#instrument.priceDecimals));
  }
}

/** One leg while it is sized; reused from plan to plan. */
class LegSize {
  leg: Leg = { instrumentId: 0, side: 'sell' };
  qtyUnits = 0;
  limitUnits = 0;
  /** In the leg's input and output assets, at the ladder's prices, fee included. */
  input = 0;
  output = 0;
}

export class CycleSizer {
  readonly #instruments: readonly Instrument[];
  readonly #books: readonly OrderBook[];
  readonly #grids: readonly InstrumentGrid[];
  readonly #walk: LadderWalk;
  readonly #sizes = [new LegSize(), new LegSize(), new LegSize(), new LegSize()];

  constructor(
    instruments: readonly Instrument[],
    books: readonly OrderBook[],
    grids: readonly InstrumentGrid[],
  ) {
    this.#instruments = instruments;
    this.#books = books;
    this.#grids = grids;
    this.#walk = new LadderWalk(books, grids);
  }

  /**
   * @param maxStart most to spend, in the start asset. @param slippageBps buffer over the whole cycle.
   * @param ageUs age of the oldest book of the cycle, for the waterfall.
   */
  plan(cycle: Cycle, maxStart: number, slippageBps: number, ageUs: number): CyclePlan {
    const walk = this.#walk;
    const pays = walk.walk(cycle, maxStart, 1 + slippageBps / 10_000);
    const grossBps = toBps(walk.topGross - 1);
    let feesBps = toBps(walk.topNet - walk.topGross);
    if (!pays) {
      const netBps = grossBps + feesBps - slippageBps;
      const waterfall = {
        grossBps,
        feesBps,
        depthBps: 0,
        roundingBps: 0,
        slippageBps: -slippageBps,
        netBps,
        ageUs,
      };
      const detail = `the best levels yield ${(grossBps + feesBps).toFixed(2)} bps after fees, the slippage buffer takes ${slippageBps} bps`;
      return {
        cycle,
        legs: [],
        startAmount: 0,
        endAmount: 0,
        waterfall,
        obstacle: { code: 'edge-gone-after-depth', detail },
      };
    }
    const depthBps = toBps(walk.endAmount / walk.startAmount - walk.topNet);
    const sizes = this.#sizes.slice(0, cycle.legs.length);
    cycle.legs.forEach((leg, k) => {
      (sizes[k] as LegSize).leg = leg;
    });
    const obstacle = this.#size(sizes, walk.startAmount, maxStart, slippageBps);
    const startAmount = sizes[0]?.input ?? 0;
    const endAmount = sizes.at(-1)?.output ?? 0;
    // What orders cost whatever their size is a fee; the walk, which looks for the best size, need not know of it.
    const fixedBps = toBps(walk.topNet * (1 - this.#keptOfFixed(sizes)));
    feesBps -= fixedBps;
    const roundingBps =
      startAmount > 0 ? toBps(endAmount / startAmount - walk.endAmount / walk.startAmount) + fixedBps : 0;
    const netBps = grossBps + feesBps + depthBps + roundingBps - slippageBps;
    const waterfall = { grossBps, feesBps, depthBps, roundingBps, slippageBps: -slippageBps, netBps, ageUs };
    const legs = sizes.map((size) => new SizedLeg(this.#instrument(size), size));
    if (obstacle === undefined && netBps <= 0) {
      const detail = `net ${netBps.toFixed(2)} bps at ${startAmount.toPrecision(6)} ${cycle.path[0] ?? ''} once depth, lots and slippage are paid`;
      return {
        cycle,
        legs,
        startAmount,
        endAmount,
        waterfall,
        obstacle: { code: 'edge-gone-after-depth', detail },
      };
    }
    return { cycle, legs, startAmount, endAmount, waterfall, obstacle };
  }

  /** The part of the yield that is left by what each order costs whatever its size. */
  #keptOfFixed(sizes: readonly LegSize[]): number {
    let kept = 1;
    for (const size of sizes) {
      kept *= keptOfFixed(size.leg.side, size.input, size.output, this.#grid(size));
    }
    return kept;
  }

  /**
   * Whole lots along the cycle. First the lots nearest to the walk: each leg cut to the lots of its own share, then
   * backwards every leg raised to what the next one needs, so that the tightest level is used to its last lot. When
   * that asks for more than may be spent, each leg is cut to what the one before it gives.
   */
  #size(
    sizes: readonly LegSize[],
    startAmount: number,
    maxStart: number,
    slippageBps: number,
  ): PlanObstacle | undefined {
    const slip = slippageBps / 10_000 / sizes.length;
    this.#sizeFrom(sizes, startAmount, slip, true);
    const [first] = sizes;
    if (first !== undefined && first.input > maxStart) this.#sizeFrom(sizes, startAmount, slip, false);
    this.#cutToFunds(sizes, maxStart, slip);
    for (const size of sizes) {
      const obstacle = this.#belowMinimum(size);
      if (obstacle !== undefined) return obstacle;
    }
    return undefined;
  }

  #sizeFrom(sizes: readonly LegSize[], startAmount: number, slip: number, mayRaise: boolean): void {
    let available = startAmount;
    for (const size of sizes) {
      const share = this.#spend(size, available);
      available = mayRaise ? share : size.output;
    }
    for (let k = sizes.length - 1; k >= 0; k--) {
      const size = sizes[k] as LegSize;
      const next = sizes[k + 1];
      if (next !== undefined) this.#produce(size, this.#funding(next), mayRaise);
      this.#price(size, slip);
    }
  }

  /**
   * Every leg is held at its limit price. The first is cut to what may be spent, each further one to what the one
   * before it gives: its ladder may have ended before it gave what was asked.
   */
  #cutToFunds(sizes: readonly LegSize[], maxStart: number, slip: number): void {
    for (const [k, size] of sizes.entries()) {
      const available = k === 0 ? maxStart : (sizes[k - 1] as LegSize).output;
      if (this.#funding(size) <= available * (1 + LOT_FUZZ)) continue;
      const grid = this.#grid(size);
      const each = size.leg.side === 'sell' ? 1 : size.limitUnits * grid.priceUnit * (1 + grid.fee);
      const spendable = size.leg.side === 'sell' ? available : Math.max(0, available - grid.orderCost);
      const units = spendable / each / grid.qtyUnit;
      this.#fill(size, lotsWithin(units, grid.lotUnits));
      this.#price(size, slip);
    }
  }

  /** What the leg's account must hold: a buy is held at its limit price. */
  #funding(size: LegSize): number {
    if (size.leg.side === 'sell') return size.input;
    const grid = this.#grid(size);
    const held =
      size.qtyUnits * grid.qtyUnit * size.limitUnits * grid.priceUnit * (1 + grid.fee) + grid.orderCost;
    return Math.max(size.input, held);
  }

  /** The most whole lots that `available` of the input asset pays for. Answers what it would give if uncut. */
  #spend(size: LegSize, available: number): number {
    const grid = this.#grid(size);
    const sells = size.leg.side === 'sell';
    const units = sells
      ? available / grid.qtyUnit
      : this.#unitsForQuote(size, Math.max(0, available - grid.orderCost));
    this.#fill(size, units);
    const uncut = size.output;
    this.#fill(size, lotsWithin(units, grid.lotUnits));
    return uncut;
  }

  /** The fewest whole lots that give at least `needed` of the output asset; without `mayRaise` never more than now. */
  #produce(size: LegSize, needed: number, mayRaise: boolean): void {
    const grid = this.#grid(size);
    const most = size.qtyUnits;
    const sells = size.leg.side === 'sell';
    const units = sells ? this.#unitsForQuote(size, needed + grid.orderCost) : needed / grid.qtyUnit;
    const lots = lotsCovering(units, grid.lotUnits);
    this.#fill(size, mayRaise ? lots : Math.min(most, lots));
    // The ladder may have ended within a lot.
    const over = size.qtyUnits % grid.lotUnits;
    if (over > 0) this.#fill(size, size.qtyUnits - over);
  }

  /** Base units that this much quote, fee included, buys or comes from, down the ladder as far as it goes. */
  #unitsForQuote(size: LegSize, quote: number): number {
    const { priceUnit, qtyUnit, fee } = this.#grid(size);
    const sells = size.leg.side === 'sell';
    const { prices, qtys, count } = ladderOf(size.leg.side, this.#book(size));
    let units = 0;
    let left = quote;
    for (let level = 0; level < count && left > 0; level++) {
      const each = (prices[level] as number) * priceUnit * (sells ? 1 - fee : 1 + fee) * qtyUnit;
      const taken = Math.min(qtys[level] as number, left / each);
      units += taken;
      left -= taken * each;
    }
    return units;
  }

  /** Sets the quantity and walks the ladder for what it costs and gives. */
  #fill(size: LegSize, qtyUnits: number): void {
    const grid = this.#grid(size);
    const sells = size.leg.side === 'sell';
    const { prices, qtys, count } = ladderOf(size.leg.side, this.#book(size));
    let left = qtyUnits;
    let notional = 0;
    let worst = prices[0] as number;
    for (let level = 0; level < count && left > 0; level++) {
      const taken = Math.min(left, qtys[level] as number);
      worst = prices[level] as number;
      notional += taken * grid.qtyUnit * worst * grid.priceUnit;
      left -= taken;
    }
    size.qtyUnits = qtyUnits - left;
    size.limitUnits = worst;
    const base = size.qtyUnits * grid.qtyUnit;
    const fixed = size.qtyUnits > 0 ? grid.orderCost : 0;
    size.input = sells ? base : notional * (1 + grid.fee) + fixed;
    size.output = sells ? Math.max(0, notional * (1 - grid.fee) - fixed) : base;
  }

  /** Widens the limit by the leg's share of the slippage buffer. */
  #price(size: LegSize, slip: number): void {
    size.limitUnits = limitUnitsOf(size.leg.side, size.limitUnits, this.#grid(size).tickUnits, slip);
  }

  #belowMinimum(size: LegSize): PlanObstacle | undefined {
    const grid = this.#grid(size);
    const { symbol, minQty, minNotional, quote, base, qtyDecimals } = this.#instrument(size);
    const qty = size.qtyUnits * grid.qtyUnit;
    if (size.qtyUnits <= 0 || size.qtyUnits < grid.minQtyUnits) {
      const detail = `${symbol}: ${fromUnits(size.qtyUnits, qtyDecimals).toString()} ${base} is below the minimum of ${minQty.toString()} ${base}`;
      return { code: 'below-min-qty', detail };
    }
    // The limit price is what the venue multiplies with; a seller's is below the market.
    const notional = qty * size.limitUnits * grid.priceUnit;
    if (notional < grid.minNotional) {
      const detail = `${symbol}: ${notional.toPrecision(6)} ${quote} is below the minimum of ${minNotional.toString()} ${quote}`;
      return { code: 'below-min-notional', detail };
    }
    return undefined;
  }

  #grid(size: LegSize): InstrumentGrid {
    return this.#grids[size.leg.instrumentId] as InstrumentGrid;
  }

  #book(size: LegSize): OrderBook {
    return this.#books[size.leg.instrumentId] as OrderBook;
  }

  #instrument(size: LegSize): Instrument {
    return this.#instruments[size.leg.instrumentId] as Instrument;
  }
}
