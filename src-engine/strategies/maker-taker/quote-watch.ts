/**
 * Whether books that changed could change anything about quotes that were looked at before: the rule of `quote-rule.ts` in whole ticks, lots and
 * doubles, so that an update after which nothing is to be done makes no decimal and allocates nothing. It only ever answers "surely not"; where
 * a figure lies within rounding of its limit it answers "perhaps", and the rule decides in exact decimals.
 */
import type { OrderBook } from '../../books/order-book.ts';
import { limitUnitsOf } from '../../detection/limit-price.ts';
import { Decimal, ONE, roundToStep } from '../../domain/decimal.ts';
import type { Side } from '../../domain/order.ts';
import { exactBound, keptAsMaker, keptOf, paidPerUnit, type QuoteMarket } from './quote-rule.ts';

/** A part by which products of a few doubles may be off, many times over. */
const DOUBT = 1e-12;

/** How a side stood when it was last looked at. */
export type WatchedSide = {
  /** The quote that rests and is to stay; undefined: there is none. */
  readonly standing: { readonly price: Decimal; readonly left: Decimal } | undefined;
  /** Most base a quote, what may be open taken off, and the edge that is asked, in bps. */
  readonly maxQty: Decimal;
  readonly askedBps: number;
  /** See QuoteRoom; `unsent` is what hedges to come will spend of what lies at their venue. */
  readonly committed: Decimal;
  readonly unsent: Decimal;
  readonly atMaker: Decimal;
  readonly atHedge: Decimal;
};

export type WatchTerms = {
  readonly requoteBps: number;
  readonly depthShare: number;
  readonly slippageBps: number;
  readonly collarBps: number;
};

/** Numbers of a market, in units of its book. NaN where a step is no whole number of them: then nothing is sure. */
class Steps {
  readonly tick: number;
  readonly lot: number;
  readonly tickValue: number;
  readonly lotValue: number;
  readonly minLots: number;
  readonly minNotional: number;

  constructor({ instrument }: QuoteMarket) {
    const { tickSize, lotSize, minQty, minNotional, priceDecimals, qtyDecimals } = instrument;
    this.tick = wholeOf(tickSize.times(Decimal.pow(10, priceDecimals)));
    this.lot = wholeOf(lotSize.times(Decimal.pow(10, qtyDecimals)));
    this.tickValue = tickSize.toNumber();
    this.lotValue = lotSize.toNumber();
    this.minLots = Math.max(1, minQty.div(lotSize).ceil().toNumber());
    this.minNotional = minNotional.toNumber();
  }
}

function wholeOf(value: Decimal): number {
  return value.isInteger() ? value.toNumber() : Number.NaN;
}

/** One side, in ticks and lots of the maker's market. */
class SideWatch {
  readonly isBid: boolean;
  /** 0: no quote rests. */
  readonly standingTicks: number;
  readonly leftLots: number;
  readonly #maxLots: number;
  readonly #byBaseLots: number;
  /**
   * What the ladder must take already and a lot, in parts of the hedge's units, of which there are so many a unit: one, or as many as
   * lots fit into it; and whether all of these are whole numbers.
   */
  readonly #committed: number;
  readonly #partsPerLot: number;
  readonly #partsPerUnit: number;
  readonly #isWhole: boolean;
  readonly #kept: number;
  /** Ticks of the bound per unit of the hedge's limit, and from the bound so reckoned to that at the asked edge. */
  readonly #boundPerLimit: number;
  readonly #rescale: number;
  /** Lots that funds in quote pay for, times the price in ticks (a bid) or the hedge's limit in units (an ask). */
  readonly #funds: number;
  readonly #fundsLessPerUnit: number;
  readonly #hedgeLotsPerLot: number;
  readonly #terms: WatchTerms;
  readonly #maker: Steps;
  readonly #hedge: Steps;

  constructor(side: Side, state: WatchedSide, terms: WatchTerms, maker: QuoteMarket, hedge: QuoteMarket) {
    this.isBid = side === 'buy';
    this.#terms = terms;
    this.#maker = new Steps(maker);
    this.#hedge = new Steps(hedge);
    const { lotSize, tickSize } = maker.instrument;
    const lots = (base: Decimal): Decimal => base.div(lotSize);
    this.standingTicks = state.standing?.price.div(tickSize).toNumber() ?? 0;
    this.leftLots = state.standing === undefined ? 0 : lots(state.standing.left).toNumber();
    this.#maxLots = lots(state.maxQty).floor().toNumber();
    const base = this.isBid ? state.atHedge.minus(state.unsent) : state.atMaker;
    this.#byBaseLots = lots(base).floor().toNumber();
    const kept = this.isBid ? keptAsMaker(maker) : keptOf(hedge);
    this.#kept = kept.toNumber();
    const hedgeUnit = Decimal.pow(10, hedge.instrument.qtyDecimals);
    const unitsPerLot = lotSize.times(hedgeUnit);
    const parts = unitsPerLot.lt(1) ? ONE.div(unitsPerLot) : ONE;
    const committed = state.committed.times(hedgeUnit).times(parts);
    this.#committed = committed.toNumber();
    this.#partsPerLot = unitsPerLot.times(parts).toNumber();
    this.#partsPerUnit = parts.toNumber();
    const steps = [committed, unitsPerLot.times(parts), parts];
    this.#isWhole = (this.isBid || kept.eq(1)) && steps.every((step) => step.isInteger());
    const reckoned = state.askedBps + terms.requoteBps;
    const perUnit = Decimal.pow(10, -hedge.instrument.priceDecimals);
    this.#boundPerLimit = exactBound(side, maker, hedge, ONE, reckoned)
      .times(perUnit)
      .div(tickSize)
      .toNumber();
    const ratio = (1 + reckoned / 10_000) / (1 + state.askedBps / 10_000);
    this.#rescale = this.isBid ? ratio : 1 / ratio;
    const lotPaid = this.isBid
      ? paidPerUnit(maker, tickSize).times(lotSize)
      : paidPerUnit(hedge, perUnit).times(lotSize).div(keptOf(hedge));
    this.#funds = (this.isBid ? state.atMaker : state.atHedge).div(lotPaid).toNumber();
    this.#fundsLessPerUnit = this.isBid
      ? 0
      : state.unsent.times(paidPerUnit(hedge, perUnit)).div(lotPaid).toNumber();
    this.#hedgeLotsPerLot = lotSize
      .times(this.isBid ? kept : ONE)
      .div(hedge.instrument.lotSize)
      .toNumber();
  }

  /** @param mayPlace a quote may be placed, or moved, now. */
  mayAct(maker: OrderBook, hedge: OrderBook, mayPlace: boolean): boolean {
    const { isBid, standingTicks: ticks } = this;
    const stands = ticks > 0;
    if (!stands && !mayPlace) return false;
    const { depthShare, slippageBps, collarBps, requoteBps } = this.#terms;
    const prices = isBid ? hedge.bidPrices : hedge.askPrices;
    const qtys = isBid ? hedge.bidQtys : hedge.askQtys;
    const shown = isBid ? hedge.bidCount : hedge.askCount;
    const best = prices[0] as number;
    let most = -this.#committed;
    let count = 0;
    for (; count < shown; count++) {
      if (Math.abs((prices[count] as number) - best) * 10_000 > best * collarBps) break;
      most += Math.floor((qtys[count] as number) * depthShare) * this.#partsPerUnit;
    }
    // What its ladder takes, in lots: a little more and a little less where that is no whole number.
    const room = Math.max(0, most / this.#partsPerLot) * (isBid ? 1 : this.#kept);
    const about = this.#isWhole ? 0 : room * DOUBT + 1e-9;
    const lots = Math.min(this.#maxLots, Math.floor(room + about));
    if (lots !== Math.min(this.#maxLots, Math.floor(room - about))) return true;
    if (lots <= 0) return stands;
    const worst = this.#worstOf(prices, qtys, count, lots);
    if (worst === 0) return true;
    const limit = limitUnitsOf(isBid ? 'sell' : 'buy', worst, this.#hedge.tick, slippageBps / 10_000);
    const exact = limit * this.#boundPerLimit;
    const off = exact * 1e-11;
    const bound = isBid ? Math.floor(exact) : Math.ceil(exact);
    // Not a number where a step is none of the book's: no comparison below would hold.
    const isSure = isBid
      ? Math.floor(exact - off) === Math.floor(exact + off)
      : Math.ceil(exact - off) === Math.ceil(exact + off);
    if (!isSure) return true;
    const price = this.#placeOf(bound, maker);
    if (!(price > 0)) return stands || Number.isNaN(price);
    const paying = isBid ? price : limit;
    const paid = (this.#funds - this.#fundsLessPerUnit * (hedge.askPrices[0] as number)) / paying;
    const bounded = Math.min(lots, this.#byBaseLots);
    const largest = Math.min(bounded, Math.floor(paid * (1 + DOUBT)));
    const smallest = Math.min(bounded, Math.floor(paid * (1 - DOUBT)));
    if (largest <= 0 || this.#isSmall(largest, price, limit, 1 + DOUBT)) return stands;
    if (smallest <= 0 || this.#isSmall(smallest, price, limit, 1 - DOUBT) || !stands) return true;
    const far = bound * this.#rescale;
    const isUnsafe = isBid ? ticks > far * (1 - DOUBT) : ticks < far * (1 + DOUBT);
    if (isUnsafe || this.leftLots > smallest) return true;
    const isWorth = (Math.abs(price - ticks) / ticks) * 10_000 * (1 + DOUBT) > requoteBps;
    return mayPlace && (isWorth || this.leftLots * 2 < largest);
  }

  /** The worst level that so many lots reach; 0: it is not sure which. */
  #worstOf(prices: Float64Array, qtys: Float64Array, count: number, lots: number): number {
    let left = this.#committed + (lots * this.#partsPerLot) / (this.isBid ? 1 : this.#kept);
    const about = this.#isWhole ? 0 : left * DOUBT + 1e-9;
    for (let level = 0; level < count; level++) {
      left -= Math.floor((qtys[level] as number) * this.#terms.depthShare) * this.#partsPerUnit;
      if (left > -about && left < about) return 0;
      if (left <= 0) return prices[level] as number;
    }
    return left <= about ? (prices[count - 1] as number) : 0;
  }

  #placeOf(bound: number, { bidPrices, askPrices }: OrderBook): number {
    const { tick } = this.#maker;
    const bid = (bidPrices[0] as number) / tick;
    const ask = (askPrices[0] as number) / tick;
    return this.isBid
      ? Math.min(bound, Math.floor(ask) - 1, Math.floor(bid) + 1)
      : Math.max(bound, Math.ceil(bid) + 1, Math.ceil(ask) - 1);
  }

  /** Below a minimum of either venue. @param part above or below one: by how much the figures may be off. */
  #isSmall(lots: number, price: number, limit: number, part: number): boolean {
    const [maker, hedge] = [this.#maker, this.#hedge];
    if (lots < maker.minLots) return true;
    if (lots * maker.lotValue * price * maker.tickValue * part < maker.minNotional) return true;
    const whole = Math.floor(lots * this.#hedgeLotsPerLot * part);
    if (whole < hedge.minLots) return true;
    return whole * hedge.lotValue * (limit / hedge.tick) * hedge.tickValue * part < hedge.minNotional;
  }
}

/** What is open and too little for a hedge: at which price of the hedge's book it might become enough. */
class OpenWatch {
  readonly #sells: boolean;
  /** In units; infinite where the price does not matter. */
  readonly #enoughAt: number;
  readonly #tick: number;

  constructor(held: Decimal, hedge: QuoteMarket) {
    const { instrument } = hedge;
    const whole = roundToStep(held.abs(), instrument.lotSize, 'down');
    this.#sells = held.gt(0);
    this.#tick = new Steps(hedge).tick;
    const isNever = whole.lte(0) || whole.lt(instrument.minQty);
    this.#enoughAt = isNever
      ? Number.POSITIVE_INFINITY
      : instrument.minNotional.div(whole).times(Decimal.pow(10, instrument.priceDecimals)).toNumber();
  }

  mayAct({ bestBid, bestAsk }: OrderBook, collarBps: number): boolean {
    if (this.#enoughAt === Number.POSITIVE_INFINITY) return false;
    // A hedge may be limited as far away as the collar goes, or by a tick.
    const furthest = (this.#sells ? bestBid : bestAsk) * (1 + collarBps / 10_000) + this.#tick;
    return !(furthest < this.#enoughAt * (1 - DOUBT));
  }
}

export class QuoteWatch {
  #terms: WatchTerms | undefined;
  #open: OpenWatch | undefined;
  /** Undefined: whatever the books show, nothing is done about that side. */
  #buy: SideWatch | undefined;
  #sell: SideWatch | undefined;

  /**
   * Everything was looked at, and no hedge is under way or due.
   * @param open base that is open, signed, too little for a hedge.
   * @param sides those about which something may have to be done.
   */
  note(
    maker: QuoteMarket,
    hedge: QuoteMarket,
    terms: WatchTerms,
    open: Decimal,
    sides: Readonly<Partial<Record<Side, WatchedSide>>>,
  ): void {
    this.#terms = terms;
    this.#open = open.isZero() ? undefined : new OpenWatch(open, hedge);
    const side = (name: Side): SideWatch | undefined => {
      const state = sides[name];
      return state === undefined ? undefined : new SideWatch(name, state, terms, maker, hedge);
    };
    this.#buy = side('buy');
    this.#sell = side('sell');
  }

  /** What was noted holds no more. */
  forget(): void {
    this.#terms = undefined;
  }

  /**
   * False: a look would surely do nothing. Allocates nothing.
   * @param messages orders and cancels that may be sent now: a quote needs one, and one that is moved two.
   */
  mayAct(
    maker: QuoteMarket,
    hedge: QuoteMarket,
    messages: number,
    mayBuy: boolean,
    maySell: boolean,
  ): boolean {
    if (this.#terms === undefined) return true;
    const { collarBps } = this.#terms;
    if (this.#open?.mayAct(hedge.book, collarBps) === true) return true;
    return (
      mayActAt(this.#buy, maker, hedge, mayBuy, messages) ||
      mayActAt(this.#sell, maker, hedge, maySell, messages)
    );
  }
}

function mayActAt(
  side: SideWatch | undefined,
  maker: QuoteMarket,
  hedge: QuoteMarket,
  mayPlace: boolean,
  messages: number,
): boolean {
  if (side === undefined) return false;
  const stands = side.standingTicks > 0;
  // Nothing is quoted on a book that is not live: what stands has to go.
  if (!maker.isLive || !hedge.isLive) return stands;
  return side.mayAct(maker.book, hedge.book, mayPlace && messages >= (stands ? 2 : 1));
}
