/**
 * What maker fills left to hedge. A fill is hedged at once, in whole lots of the hedge's venue; what is below its minimum is gathered
 * until it is enough, so that it stays below one minimum. Until the deadline a hedge loses at most so many bps against the fills that it
 * hedges; from then on it takes what the book shows within risk's price collar. One that is larger than what lies at its venue pays for
 * is made as large as that.
 */
import { ladderOf } from '../../books/ladder.ts';
import { collarLimit, limitOf, minimumFault, type QuoteMarket } from './quote-rule.ts';
import { Decimal, divide, fromUnits, ONE, roundToStep, ZERO } from '../../domain/decimal.ts';
import { FEE_STEP, feeToReckon, type Instrument } from '../../domain/instrument.ts';
import type { Side } from '../../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS } from '../../domain/time.ts';

export type HedgeTerms = {
  readonly slippageBps: number;
  /** Most that a hedge may lose against the fills it hedges, fees left out, in bps, before the deadline. */
  readonly maxLossBps: number;
  /** From a fill that is enough for a hedge until it is hedged, in ms. */
  readonly deadlineMs: number;
  /** How far from the best price risk lets an order go, in bps. */
  readonly collarBps: number;
};

/** What a hedge may spend at its venue: what hedges under way hold is taken off. */
export type HedgeFunds = { readonly base: Decimal; readonly quote: Decimal };

export type HedgeOrder = { readonly side: Side; readonly qty: Decimal; readonly limit: Decimal };

const PLACES = 24;

export class HedgeDesk {
  /** Base that is held too much; below zero: too little. Hedges under way are not taken off. */
  net = ZERO;
  /** Fills that are hedged only once their order has ended; they are late as others are. */
  waiting = ZERO;
  /** What hedges under way may sell, and buy: kept apart, as one of the two may end before the other. */
  selling = ZERO;
  buying = ZERO;
  /** Quote paid (above zero) or received for `net`. */
  #cost = ZERO;
  /** Since when there is enough for a hedge; undefined: there is not. */
  #sinceUs: TimeUs | undefined;

  /** @param base what the fill changed at the maker's venue, signed. @param price of the fill. */
  onFill(base: Decimal, price: Decimal): void {
    this.#change(base, price);
  }

  onSent({ side, qty }: HedgeOrder): void {
    if (side === 'sell') this.selling = this.selling.plus(qty);
    else this.buying = this.buying.plus(qty);
  }

  /** Part of a hedge was filled. @param qty of the order. @param base what it changed at its venue, signed: after a fee in base. */
  onHedged({ side }: Pick<HedgeOrder, 'side'>, qty: Decimal, base: Decimal, price: Decimal): void {
    this.onEnded({ side }, qty);
    this.#change(base, price);
  }

  /** A hedge ended. @param left what of it was not filled. */
  onEnded({ side }: Pick<HedgeOrder, 'side'>, left: Decimal): void {
    if (side === 'sell') this.selling = this.selling.minus(left);
    else this.buying = this.buying.minus(left);
  }

  /** Not hedged and not on its way to be, signed. */
  get open(): Decimal {
    return this.net.minus(this.selling).plus(this.buying);
  }

  /** There is enough for a hedge, on its way or not. */
  get isEnough(): boolean {
    return this.#sinceUs !== undefined;
  }

  /** How long there was enough to hedge that is not hedged; 0: there is not. */
  nakedUs(nowUs: TimeUs): DurationUs {
    return this.#sinceUs === undefined ? 0 : nowUs - this.#sinceUs;
  }

  /** The hedge that is due; undefined: nothing is, its venue's book is not live, or too little lies there. */
  due(market: QuoteMarket, terms: HedgeTerms, funds: HedgeFunds, nowUs: TimeUs): HedgeOrder | undefined {
    this.#watch(market, nowUs);
    const { open } = this;
    if (open.isZero() || !market.isLive) return undefined;
    const side = open.gt(0) ? 'sell' : 'buy';
    const { instrument, book } = market;
    const { prices, qtys, count } = ladderOf(side, book);
    const whole = roundToStep(open.abs(), instrument.lotSize, 'down');
    let shown = ZERO;
    let worst = 0;
    for (let level = 0; level < count && shown.lt(whole); level++) {
      shown = shown.plus(fromUnits(qtys[level] as number, instrument.qtyDecimals));
      worst = prices[level] as number;
    }
    if (worst === 0) return undefined;
    const wanted = limitOf(side, worst, instrument, terms.slippageBps);
    const collar = collarLimit(side, prices[0] as number, instrument, terms.collarBps);
    // Beyond the collar all of it would be denied; within it a part is taken, and the rest once the book shows more.
    const needed = side === 'sell' ? Decimal.max(wanted, collar) : Decimal.min(wanted, collar);
    const limit =
      this.nakedUs(nowUs) >= terms.deadlineMs * US_PER_MS
        ? needed
        : this.#capped(side, needed, terms, market);
    const payable = side === 'sell' ? funds.base : lotsFor(instrument, funds.quote, limit);
    const qty = roundToStep(Decimal.min(whole, payable), instrument.lotSize, 'down');
    return minimumFault(qty, limit, instrument) === undefined ? { side, qty, limit } : undefined;
  }

  #capped(side: Side, needed: Decimal, { maxLossBps }: HedgeTerms, { instrument }: QuoteMarket): Decimal {
    if (this.net.isZero()) return needed;
    const mean = divide(this.#cost, this.net, PLACES, 'up');
    const loss = new Decimal(maxLossBps).div(10_000);
    if (side === 'sell') {
      const least = roundToStep(mean.times(ONE.minus(loss)), instrument.tickSize, 'up');
      return Decimal.max(needed, least);
    }
    return Decimal.min(needed, roundToStep(mean.times(ONE.plus(loss)), instrument.tickSize, 'down'));
  }

  #change(base: Decimal, price: Decimal): void {
    const before = this.net;
    this.net = before.plus(base);
    const isCloser = !before.isZero() && before.isPositive() !== base.isPositive();
    if (!isCloser) this.#cost = this.#cost.plus(base.times(price));
    else if (this.net.isZero()) this.#cost = ZERO;
    // What is left keeps its mean price; beyond zero it is a new amount at this price.
    else if (this.net.isPositive() === before.isPositive())
      this.#cost = divide(this.#cost.times(this.net), before, PLACES, 'up');
    else this.#cost = this.net.times(price);
  }

  /** Enough for a hedge means: enough at its venue's price, or while its book shows none at that of the fills. */
  #watch({ instrument, book }: QuoteMarket, nowUs: TimeUs): void {
    const held = this.net.plus(this.waiting);
    const units = held.gt(0) ? book.bestBid : book.bestAsk;
    const isShown = Number.isFinite(units) && units > 0;
    const mean = this.net.isZero() ? ZERO : divide(this.#cost, this.net, PLACES, 'down');
    const price = isShown ? fromUnits(units, instrument.priceDecimals) : mean;
    const isEnough = minimumFault(held.abs(), price, instrument) === undefined;
    if (!isEnough) this.#sinceUs = undefined;
    else this.#sinceUs ??= nowUs;
  }
}

/** What an amount of quote pays for at a limit: a step is kept for the fee, which is rounded up. */
function lotsFor(instrument: Instrument, quote: Decimal, limit: Decimal): Decimal {
  const perUnit = limit.times(feeToReckon(instrument).plus(1));
  return Decimal.max(ZERO, divide(quote.minus(FEE_STEP), perUnit, PLACES, 'down'));
}
