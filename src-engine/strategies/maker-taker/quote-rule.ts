/**
 * What to quote at one venue so that the hedge at another pays for it. The price comes from the worst level that the hedge reaches,
 * widened by its slippage buffer, less both fees and the asked edge; the size from what that ladder takes, less what it must take
 * already. Exact decimals, every rounding against the quote: a bid down, an ask up, sizes down.
 */
import { ladderOf } from '../../books/ladder.ts';
import type { OrderBook } from '../../books/order-book.ts';
import { chargedFee, chargedMakerFee, type FeeCharge } from '../../detection/fee-charge.ts';
import { limitUnitsOf } from '../../detection/limit-price.ts';
import { Decimal, divide, fromUnits, ONE, roundToStep, ZERO } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Side } from '../../domain/order.ts';

/** One of the two markets: the same base and quote. A quote pays the fee of makers, its hedge that of takers. */
export type QuoteMarket = {
  readonly instrument: Instrument;
  readonly book: OrderBook;
  readonly charge: FeeCharge;
  /** Only books in step with their venues are quoted on, and hedged on. */
  readonly isLive: boolean;
};

export type QuoteTerms = {
  /** Least edge after both fees, in bps; skew included. Not below zero. */
  readonly edgeBps: number;
  /** Most base a quote. */
  readonly maxQty: Decimal;
  /** Part of each level of the hedge's ladder that is counted on, from 0 to 1. */
  readonly depthShare: number;
  /** By how much the hedge's limit is wider than the worst level, in bps. */
  readonly slippageBps: number;
  /** How far from the best price risk lets the hedge go, in bps: what its book shows beyond is not counted on. */
  readonly collarBps: number;
};

/** What is there for a quote besides its own order, in base and in what each order spends. */
export type QuoteRoom = {
  /** Base that the hedge's side must take already: fills that are not hedged, hedges under way, other quotes of this side. */
  readonly committed: Decimal;
  /** Free at the venue of the quote, and at that of the hedge: the asset that each order spends. */
  readonly atMaker: Decimal;
  readonly atHedge: Decimal;
};

export type Quote = {
  readonly side: Side;
  readonly price: Decimal;
  readonly qty: Decimal;
  /** Highest bid, or lowest ask, that the hedge still pays for: a resting quote beyond it must go. */
  readonly bound: Decimal;
  /** Worst price that the hedge was reckoned with. */
  readonly hedgeLimit: Decimal;
};

export type NoQuote = {
  readonly code: 'book-not-live' | 'hedge-too-thin' | 'below-minimum' | 'no-funds' | 'no-price';
  readonly detail: string;
};

/** Places of a price before it is put on the grid. */
const PLACES = 24;

export function isQuote(answer: Quote | NoQuote): answer is Quote {
  return 'price' in answer;
}

export function quoteOf(
  side: Side,
  maker: QuoteMarket,
  hedge: QuoteMarket,
  terms: QuoteTerms,
  room: QuoteRoom,
): Quote | NoQuote {
  for (const { isLive, instrument } of [maker, hedge])
    if (!isLive) return { code: 'book-not-live', detail: `${instrument.symbol} at ${instrument.venue}` };
  const isBid = side === 'buy';
  const { most, worstUnits } = ladderRoom(isBid ? 'sell' : 'buy', hedge, terms, room.committed);
  const kept = isBid ? keptAsMaker(maker) : keptOf(hedge);
  // A bid's fill is hedged by what is kept of it; an ask's by as much as keeps what was sold.
  const fits = Decimal.min(terms.maxQty, isBid ? most : most.times(kept));
  let qty = roundToStep(fits, maker.instrument.lotSize, 'down');
  if (qty.lte(0))
    return { code: 'hedge-too-thin', detail: `${most.toString()} are left of the hedge’s ladder` };
  const worst = worstUnits(isBid ? qty : divide(qty, kept, PLACES, 'up'));
  const hedgeLimit = limitOf(isBid ? 'sell' : 'buy', worst, hedge.instrument, terms.slippageBps);
  const bound = boundOf(side, maker, hedge, hedgeLimit, terms.edgeBps);
  const price = bound.gt(0) ? placeOf(side, bound, maker) : undefined;
  if (price === undefined) return { code: 'no-price', detail: `the bound is ${bound.toString()}` };
  const paid = isBid
    ? paidPerUnit(maker, price)
    : paidPerUnit(hedge, hedgeLimit).times(divide(ONE, kept, PLACES, 'up'));
  const byQuote = divide(isBid ? room.atMaker : room.atHedge, paid, PLACES, 'down');
  const byBase = isBid ? room.atHedge : room.atMaker;
  qty = roundToStep(Decimal.max(ZERO, Decimal.min(qty, byQuote, byBase)), maker.instrument.lotSize, 'down');
  if (qty.lte(0))
    return { code: 'no-funds', detail: `${byQuote.toFixed(8)} by quote, ${byBase.toString()} by base` };
  const small =
    minimumFault(qty, price, maker.instrument) ??
    minimumFault(qty.times(isBid ? kept : ONE), hedgeLimit, hedge.instrument);
  if (small !== undefined) return { code: 'below-minimum', detail: small };
  return { side, price, qty, bound, hedgeLimit };
}

/** What the hedge's side takes beyond what is committed, and the worst level for a further quantity. */
function ladderRoom(
  hedgeSide: Side,
  { book, instrument }: QuoteMarket,
  { depthShare, collarBps }: QuoteTerms,
  committed: Decimal,
) {
  const { prices, qtys, count: shown } = ladderOf(hedgeSide, book);
  let count = 0;
  while (count < shown && isInCollar(prices[count] as number, prices[0] as number, collarBps)) count++;
  const counted = (level: number): Decimal =>
    fromUnits(Math.floor((qtys[level] as number) * depthShare), instrument.qtyDecimals);
  let total = ZERO;
  for (let level = 0; level < count; level++) total = total.plus(counted(level));
  const worstUnits = (qty: Decimal): number => {
    let left = committed.plus(qty);
    let worst = prices[0] as number;
    for (let level = 0; level < count && left.gt(0); level++) {
      worst = prices[level] as number;
      left = left.minus(counted(level));
    }
    return worst;
  };
  return { most: Decimal.max(ZERO, total.minus(committed)), worstUnits };
}

function isInCollar(units: number, best: number, collarBps: number): boolean {
  return Math.abs(units - best) * 10_000 <= best * collarBps;
}

/** The furthest limit that risk lets through: on the tick within the collar, or the best price where a tick is worth more than that. */
export function collarLimit(
  side: Side,
  bestUnits: number,
  { tickSize, priceDecimals }: Instrument,
  collarBps: number,
): Decimal {
  const best = fromUnits(bestUnits, priceDecimals);
  const away = best.times(collarBps).div(10_000);
  return side === 'sell'
    ? Decimal.min(roundToStep(best.minus(away), tickSize, 'up'), roundToStep(best, tickSize, 'down'))
    : Decimal.max(roundToStep(best.plus(away), tickSize, 'down'), roundToStep(best, tickSize, 'up'));
}

/** The limit of a hedge whose worst level is this: widened by whole ticks within the slippage buffer. */
export function limitOf(
  side: Side,
  worstUnits: number,
  instrument: Instrument,
  slippageBps: number,
): Decimal {
  const tickUnits = Math.max(1, Math.round(instrument.tickSize.toNumber() * 10 ** instrument.priceDecimals));
  const units = limitUnitsOf(side, worstUnits, tickUnits, slippageBps / 10_000);
  return fromUnits(units, instrument.priceDecimals);
}

/** Part of what is bought that is kept: less than all where the fee is taken out of it. */
export function keptOf({ instrument, charge }: Pick<QuoteMarket, 'instrument' | 'charge'>): Decimal {
  return charge.in === 'received' ? ONE.minus(chargedFee(instrument, charge)) : ONE;
}

/** The same of an order that rested. */
export function keptAsMaker({ instrument, charge }: Pick<QuoteMarket, 'instrument' | 'charge'>): Decimal {
  return charge.in === 'received' ? ONE.minus(chargedMakerFee(instrument, charge)) : ONE;
}

/** What a buyer pays of quote for one unit that is filled; what he keeps of it is another matter. */
export function paidPerUnit({ instrument, charge }: QuoteMarket, price: Decimal): Decimal {
  return charge.in === 'received' ? price : price.times(ONE.plus(chargedFee(instrument, charge)));
}

/** The price at which the hedge pays for both fees and the edge to the last digit, put on the grid on the safe side. */
function boundOf(
  side: Side,
  maker: QuoteMarket,
  hedge: QuoteMarket,
  limit: Decimal,
  edgeBps: number,
): Decimal {
  const bound = exactBound(side, maker, hedge, limit, edgeBps);
  return roundToStep(bound, maker.instrument.tickSize, side === 'buy' ? 'down' : 'up');
}

/** The same before it is put on the grid: a multiple of the hedge's limit. */
export function exactBound(
  side: Side,
  maker: QuoteMarket,
  hedge: QuoteMarket,
  limit: Decimal,
  edgeBps: number,
): Decimal {
  const edge = ONE.plus(new Decimal(edgeBps).div(10_000));
  const makerFee = chargedMakerFee(maker.instrument, maker.charge);
  const hedgeFee = chargedFee(hedge.instrument, hedge.charge);
  if (side === 'buy') {
    const brings = limit.times(ONE.minus(hedgeFee)).times(keptAsMaker(maker));
    const perPrice = edge.times(maker.charge.in === 'received' ? ONE : ONE.plus(makerFee));
    return divide(brings, perPrice, PLACES, 'down');
  }
  const costs = divide(paidPerUnit(hedge, limit), keptOf(hedge), PLACES, 'up').times(edge);
  return divide(costs, ONE.minus(makerFee), PLACES, 'up');
}

/** Never through the other side, and at most a tick before the best of its own. */
function placeOf(side: Side, bound: Decimal, { book, instrument }: QuoteMarket): Decimal | undefined {
  const { tickSize, priceDecimals } = instrument;
  const at = (units: number): Decimal => fromUnits(units, priceDecimals);
  if (side === 'buy') {
    const most = book.askCount > 0 ? roundToStep(at(book.bestAsk).minus(tickSize), tickSize, 'down') : bound;
    const front = book.bidCount > 0 ? roundToStep(at(book.bestBid).plus(tickSize), tickSize, 'down') : bound;
    const price = Decimal.min(bound, most, front);
    return price.gt(0) ? price : undefined;
  }
  const least = book.bidCount > 0 ? roundToStep(at(book.bestBid).plus(tickSize), tickSize, 'up') : bound;
  const front = book.askCount > 0 ? roundToStep(at(book.bestAsk).minus(tickSize), tickSize, 'up') : bound;
  return Decimal.max(bound, least, front);
}

/** Why an order of this size is too small there; undefined: it is not. */
export function minimumFault(qty: Decimal, price: Decimal, instrument: Instrument): string | undefined {
  const { minQty, minNotional, lotSize, symbol, venue } = instrument;
  const whole = roundToStep(qty, lotSize, 'down');
  if (whole.lte(0) || whole.lt(minQty))
    return `${whole.toString()} at ${venue}, the minimum is ${minQty.toString()}`;
  const notional = whole.times(price);
  if (notional.gte(minNotional)) return undefined;
  return `${symbol} at ${venue} is worth ${notional.toString()}, the minimum is ${minNotional.toString()}`;
}

/** 0 where the book shows none. */
export function bestAskOf({ book, instrument }: Pick<QuoteMarket, 'book' | 'instrument'>): Decimal {
  const units = book.bestAsk;
  return fromUnits(Number.isFinite(units) ? units : 0, instrument.priceDecimals);
}
