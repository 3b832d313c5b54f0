/**
 * A maker–taker strategy as a state machine over the books, order reports and times that its caller passes in: it answers with what to place, cancel
 * and hedge. Quotes rest at one venue at prices that the hedge at the other pays for; both go when either book is not live, when
 * too much is not hedged, or when a hedge is late. It is pure: `kernel/maker-line.ts` trades it, and `parallax maker-taker` runs it over recordings.
 */
import { Decimal, divide, ONE, ZERO } from '../../domain/decimal.ts';
import { meets, type Side } from '../../domain/order.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import { DoublingWait } from '../../domain/doubling-wait.ts';
import { HedgeDesk, type HedgeOrder, type HedgeTerms } from './hedge-desk.ts';
import { MessageBudget } from './message-budget.ts';
import { type Claims, claimsOf, MONEY_ROOM, type Purse } from './purse.ts';
import { bestAskOf, isQuote, paidPerUnit, type Quote, type QuoteMarket, quoteOf } from './quote-rule.ts';
import { QuoteWatch, type WatchedSide } from './quote-watch.ts';

export type MakerTakerSettings = HedgeTerms & {
  /** Least edge after both fees, in bps, and by how much more a side asks that takes base to where it lies already. */
  readonly edgeBps: number;
  readonly skewBps: number;
  readonly maxQty: Decimal;
  readonly depthShare: number;
  /** A quote is placed with so much more than the edge, so that it stands while the hedge moves by less; one that could be better by more than this is moved. */
  readonly requoteBps: number;
  /** Orders and cancels a minute; a quote that the hedge no longer pays for is canceled beyond it. */
  readonly messagesPerMinute: number;
  /** Base that may be open at a time, hedges under way included: beyond, nothing is quoted. */
  readonly maxNaked: Decimal;
  /** Each fill is hedged at once, or only once its order has ended at its venue. */
  readonly hedgeAfter: 'fill' | 'order-end';
  /** After a side has filled it is not quoted again until the other has brought the base back. */
  readonly pingPong: boolean;
};

export const DEFAULT_MAKER_TAKER: Omit<MakerTakerSettings, 'maxQty' | 'maxNaked'> = {
  edgeBps: 3,
  skewBps: 0,
  depthShare: 0.5,
  slippageBps: 2,
  requoteBps: 1,
  messagesPerMinute: 120,
  maxLossBps: 20,
  deadlineMs: 3_000,
  collarBps: 100,
  hedgeAfter: 'fill',
  pingPong: false,
};

export type Action =
  | {
      readonly kind: 'place';
      readonly id: string;
      readonly side: Side;
      readonly price: Decimal;
      readonly qty: Decimal;
    }
  | { readonly kind: 'cancel'; readonly id: string }
  | { readonly kind: 'hedge'; readonly id: string; readonly order: HedgeOrder };

/** What its caller lets through now; what is left out may be done. */
export type Permits = {
  readonly hedge?: boolean;
  /** A side that may not be placed keeps the quote that rests. */
  readonly place?: (side: Side) => boolean;
};

/** An own quote; until its end is known it may fill. */
type Resting = Quote & {
  readonly id: string;
  left: Decimal;
  unhedged: { base: Decimal; price: Decimal }[];
  isLeaving: boolean;
  /** A cancel of which nothing was heard is sent again then. */
  againUs: TimeUs;
  wait: DoublingWait | undefined;
};

const PLACES = 24;
/** A cancel may have come before its order did, or been lost on the way. */
const AGAIN_US = { first: US_PER_SECOND, longest: 16 * US_PER_SECOND } as const;

export class MakerTaker {
  readonly desk = new HedgeDesk();
  readonly #settings: MakerTakerSettings;
  readonly #purse: Purse;
  readonly #quotes = new Map<string, Resting>();
  readonly #hedges = new Map<string, { readonly order: HedgeOrder; left: Decimal }>();
  /** Base that fills of quotes brought since the beginning, signed. */
  #quoted = ZERO;
  readonly #watch = new QuoteWatch();
  #count = 0;
  readonly #budget: MessageBudget;

  /** @param purse kept by the caller, who books fills in it before they are reported here. @param budget that other markets share. */
  constructor(
    settings: MakerTakerSettings,
    purse: Purse,
    budget: MessageBudget = new MessageBudget(settings.messagesPerMinute),
  ) {
    this.#settings = settings;
    this.#purse = purse;
    this.#budget = budget;
  }

  get quotes(): readonly Pick<Resting, 'side' | 'price' | 'left' | 'isLeaving'>[] {
    return [...this.#quotes.values()];
  }

  /** Nothing of it is at a venue. */
  get isIdle(): boolean {
    return this.#quotes.size === 0 && this.#hedges.size === 0;
  }

  get hedgesUnderWay(): number {
    return this.#hedges.size;
  }

  /** Books or time have changed. */
  look(maker: QuoteMarket, hedge: QuoteMarket, nowUs: TimeUs, permits: Permits = {}): Action[] {
    this.#budget.most = this.#settings.messagesPerMinute;
    const actions: Action[] = [];
    const { hedgeBase, hedgeQuote } = this.#purse;
    const funds = {
      base: hedgeBase.minus(this.#held('sell', hedge)),
      quote: hedgeQuote.minus(this.#held('buy', hedge)),
    };
    const due = this.desk.due(hedge, this.#settings, funds, nowUs);
    if (due !== undefined && permits.hedge !== false) {
      const id = this.#nextId('hedge');
      this.#hedges.set(id, { order: due, left: due.qty });
      this.desk.onSent(due);
      actions.push({ kind: 'hedge', id, order: due });
    }
    for (const side of ['buy', 'sell'] as const) {
      const mayPlace = permits.place?.(side) !== false;
      actions.push(...this.#lookAt(side, maker, hedge, mayPlace, nowUs));
    }
    this.#note(maker, hedge);
    return actions;
  }

  /**
   * False: with these books, and nothing else that changed since the last look, another would surely do nothing. Allocates nothing.
   * @param mayBuy the caller lets a bid be placed or moved; see `Permits.place`.
   */
  mayAct(maker: QuoteMarket, hedge: QuoteMarket, nowUs: TimeUs, mayBuy: boolean, maySell: boolean): boolean {
    return this.#watch.mayAct(maker, hedge, this.#budget.left(nowUs), mayBuy, maySell);
  }

  /** An order of ours at the quotes' venue would trade with one of them: it goes. */
  makeWay(side: Side, price: Decimal, nowUs: TimeUs): Action[] {
    const met = [...this.#quotes.values()].filter(
      (own) => !own.isLeaving && own.side !== side && meets(side, price, own.price),
    );
    if (met.length > 0) this.forget();
    return met.map((own) => {
      this.#budget.force(nowUs);
      return this.#leave(own, nowUs);
    });
  }

  /** Placements and cancels of the last sixty seconds. */
  messages(nowUs: TimeUs): number {
    return this.#budget.sent(nowUs);
  }

  /** What other markets must leave of what lies at the hedge's venue, and of its book. Orders that hold it already are not in it. */
  claims(hedge: QuoteMarket): Claims {
    return claimsOf(this.desk, this.#quotes.values(), hedge);
  }

  /** What lies at the venues, or a rule of theirs, has changed: the next look is a whole one. */
  forget(): void {
    this.#watch.forget();
  }

  /** A quote was filled. @param base what it changed at its venue, signed: after a fee in base. */
  onQuoteFill(id: string, qty: Decimal, base: Decimal, price: Decimal): void {
    this.forget();
    const quote = this.#quotes.get(id);
    this.#quoted = this.#quoted.plus(base);
    if (quote === undefined) return this.desk.onFill(base, price);
    quote.left = quote.left.minus(qty);
    if (this.#settings.hedgeAfter === 'fill') this.desk.onFill(base, price);
    else {
      quote.unhedged.push({ base, price });
      this.desk.waiting = this.desk.waiting.plus(base);
    }
  }

  /** Its venue said that a quote is over, filled or not; or refused it. */
  onQuoteEnd(id: string): void {
    this.forget();
    for (const { base, price } of this.#quotes.get(id)?.unhedged ?? []) {
      this.desk.waiting = this.desk.waiting.minus(base);
      this.desk.onFill(base, price);
    }
    this.#quotes.delete(id);
  }

  /** Part of a hedge was filled. @param base what it changed at its venue, signed: after a fee in base. */
  onHedgeFill(id: string, qty: Decimal, base: Decimal, price: Decimal): void {
    this.forget();
    const hedge = this.#hedges.get(id);
    if (hedge === undefined) return this.desk.onFill(base, price);
    hedge.left = hedge.left.minus(qty);
    this.desk.onHedged(hedge.order, qty, base, price);
  }

  /** Its venue said that a hedge is over, or refused it. */
  onHedgeEnd(id: string): void {
    this.forget();
    const hedge = this.#hedges.get(id);
    if (hedge === undefined) return;
    this.#hedges.delete(id);
    this.desk.onEnded(hedge.order, hedge.left);
  }

  #lookAt(side: Side, maker: QuoteMarket, hedge: QuoteMarket, mayPlace: boolean, nowUs: TimeUs): Action[] {
    const own = this.#of(side);
    const standing = own.find(({ isLeaving }) => !isLeaving);
    const isLate = this.desk.nakedUs(nowUs) >= this.#settings.deadlineMs * US_PER_MS;
    const target = isLate || this.#isShut(side) ? undefined : this.#target(side, maker, hedge, own);
    if (standing === undefined) {
      // One that is leaving may still fill: nothing takes its place until its end is known.
      if (own.length > 0) return own.flatMap((leaving) => this.#leaveAgain(leaving, nowUs));
      if (target === undefined || !mayPlace || this.#meetsOwn(target)) return [];
      const placed = this.#target(side, maker, hedge, own, MONEY_ROOM);
      if (placed === undefined || !this.#budget.take(nowUs)) return [];
      const id = this.#nextId('quote');
      const fresh = { unhedged: [], isLeaving: false, againUs: 0, wait: undefined };
      this.#quotes.set(id, { ...placed, id, left: placed.qty, ...fresh });
      return [{ kind: 'place', id, side, price: placed.price, qty: placed.qty }];
    }
    if (target === undefined || this.#isUnsafe(standing, target) || this.#mustEnd(standing)) {
      this.#budget.force(nowUs);
      return [this.#leave(standing, nowUs)];
    }
    const gap = divide(target.price.minus(standing.price).abs(), standing.price, PLACES, 'down');
    const isWorth = gap.times(10_000).gt(this.#settings.requoteBps) || standing.left.times(2).lt(target.qty);
    return isWorth && mayPlace && this.#budget.take(nowUs, 2) ? [this.#leave(standing, nowUs)] : [];
  }

  #leave(quote: Resting, nowUs: TimeUs): Action {
    quote.isLeaving = true;
    quote.wait ??= new DoublingWait(AGAIN_US);
    quote.againUs = nowUs + quote.wait.failed();
    return { kind: 'cancel', id: quote.id };
  }

  #leaveAgain(quote: Resting, nowUs: TimeUs): Action[] {
    if (nowUs < quote.againUs) return [];
    this.#budget.force(nowUs);
    return [this.#leave(quote, nowUs)];
  }

  /** It would trade with the own quote of the other side, which may stand where an earlier hedge paid for it. */
  #meetsOwn({ side, price }: Quote): boolean {
    return [...this.#quotes.values()].some((own) => own.side !== side && meets(side, price, own.price));
  }

  /** Beyond what the hedge pays for, or larger than what it takes. */
  #isUnsafe({ side, price, left }: Resting, { bound, qty }: Quote): boolean {
    return (side === 'buy' ? price.gt(bound) : price.lt(bound)) || left.gt(qty);
  }

  /** Where hedges wait for an order's end, a part that was filled ends it. */
  #mustEnd({ unhedged }: Resting): boolean {
    return unhedged.length > 0;
  }

  /** Waits for the way back. */
  #isShut(side: Side): boolean {
    if (!this.#settings.pingPong || this.#quoted.isZero()) return false;
    return this.#quoted.gt(0) === (side === 'buy');
  }

  #of(side: Side): Resting[] {
    return [...this.#quotes.values()].filter((quote) => quote.side === side);
  }

  /** What this side would quote if its own orders of the side were not there. @param room by how much dearer money must still pay for it. */
  #target(
    side: Side,
    maker: QuoteMarket,
    hedge: QuoteMarket,
    own: readonly Resting[],
    room = ONE,
  ): Quote | undefined {
    const { requoteBps, depthShare, slippageBps, collarBps } = this.#settings;
    const { maxQty, askedBps, committed, unsent, atMaker, atHedge } = this.#sideOf(side, hedge, own);
    if (maxQty.lte(0)) return undefined;
    const edgeBps = askedBps + requoteBps;
    const spent = side === 'buy' ? unsent : unsent.times(paidPerUnit(hedge, bestAskOf(hedge)));
    const left = Decimal.max(ZERO, atHedge.minus(spent));
    const free =
      side === 'buy'
        ? { atMaker: divide(atMaker, room, PLACES, 'down'), atHedge: left }
        : { atMaker, atHedge: divide(left, room, PLACES, 'down') };
    const terms = { edgeBps, maxQty, depthShare, slippageBps, collarBps };
    const answer = quoteOf(side, maker, hedge, terms, { committed, ...free });
    return isQuote(answer) ? { ...answer, bound: boundAt(answer, askedBps, requoteBps) } : undefined;
  }

  /** What a side goes by besides the books: see WatchedSide. */
  #sideOf(side: Side, hedge: QuoteMarket, own: readonly Resting[]): WatchedSide {
    const { edgeBps, skewBps, maxQty, maxNaked } = this.#settings;
    const isBid = side === 'buy';
    const lean = this.#lean() * (isBid ? 1 : -1);
    const { net, open, selling, buying } = this.desk;
    const towards = (amount: Decimal): Decimal => Decimal.max(ZERO, isBid ? amount : amount.negated());
    // However hedges under way end, a fill of all of it leaves no more than the bound.
    const most = towards(isBid ? net.plus(buying) : net.minus(selling));
    const waiting = own.flatMap(({ unhedged }) => unhedged).reduce((sum, { base }) => sum.plus(base), ZERO);
    // Still to be sent: open, and fills that wait for their order's end.
    const unsent = towards(open).plus(towards(waiting));
    const others = this.#purse.claimed?.[isBid ? 'bids' : 'asks'] ?? ZERO;
    return {
      standing: own.find(({ isLeaving }) => !isLeaving),
      maxQty: Decimal.max(ZERO, Decimal.min(maxQty, maxNaked.minus(most))),
      askedBps: Math.max(0, edgeBps + skewBps * lean),
      committed: unsent.plus(isBid ? selling : buying).plus(others),
      unsent,
      ...this.#free(side, hedge),
    };
  }

  #note(maker: QuoteMarket, hedge: QuoteMarket): void {
    this.forget();
    const { net, waiting } = this.desk;
    // A hedge is under way or due, or may be once a quote has ended: each update is looked at.
    if (this.#hedges.size > 0 || this.desk.isEnough || net.times(waiting).lt(0)) return;
    const sides: Partial<Record<Side, WatchedSide>> = {};
    for (const side of ['buy', 'sell'] as const) {
      const own = this.#of(side);
      // An order that is leaving is waited for; a side that is shut, or has no room, is opened by a fill.
      if (own.some(({ isLeaving }) => isLeaving) || this.#isShut(side)) continue;
      const state = this.#sideOf(side, hedge, own);
      if (state.maxQty.gt(0)) sides[side] = state;
    }
    this.#watch.note(maker, hedge, this.#settings, net.plus(waiting), sides);
  }

  /**
   * Balances less what own orders hold. At the maker's venue the own quote of a side is the only order that spends its asset: a bid
   * spends quote and an ask base, and the quote of this side is what is being decided.
   */
  #free(side: Side, hedge: QuoteMarket): { readonly atMaker: Decimal; readonly atHedge: Decimal } {
    const { makerBase, makerQuote, hedgeBase, hedgeQuote, claimed } = this.#purse;
    const isBid = side === 'buy';
    const [atMaker, atHedge] = isBid ? [makerQuote, hedgeBase] : [makerBase, hedgeQuote];
    const [others, due] = isBid
      ? [claimed?.makerQuote, claimed?.hedgeBase]
      : [claimed?.makerBase, claimed?.hedgeQuote];
    return {
      atMaker: Decimal.max(ZERO, atMaker.minus(others ?? ZERO)),
      atHedge: atHedge.minus(this.#held(isBid ? 'sell' : 'buy', hedge)).minus(due ?? ZERO),
    };
  }

  /** What hedges of this side that are under way will spend. */
  #held(side: Side, hedge: QuoteMarket): Decimal {
    let held = ZERO;
    for (const { order, left } of this.#hedges.values())
      if (order.side === side)
        held = held.plus(side === 'sell' ? left : left.times(paidPerUnit(hedge, order.limit)));
    return held;
  }

  /** From −1, all base lies at the hedge's venue, to 1: all of it at the maker's. */
  #lean(): number {
    const { makerBase, hedgeBase } = this.#purse;
    const sum = makerBase.plus(hedgeBase);
    return sum.lte(0) ? 0 : makerBase.minus(hedgeBase).div(sum).toNumber();
  }

  #nextId(kind: string): string {
    return `${kind}-${++this.#count}`;
  }
}

/** What the hedge pays for at the asked edge, of a quote that was reckoned with so much more: on the safe side of it. */
function boundAt({ side, bound }: Quote, edgeBps: number, moreBps: number): Decimal {
  const [least, reckoned] = [edgeBps, edgeBps + moreBps].map((bps) => new Decimal(bps).div(10_000).plus(1));
  if (least === undefined || reckoned === undefined) return bound;
  return side === 'buy'
    ? divide(bound.times(reckoned), least, PLACES, 'down')
    : divide(bound.times(least), reckoned, PLACES, 'up');
}
