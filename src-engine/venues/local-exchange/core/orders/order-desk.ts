/**
 * Takes clients' orders: checks, holds funds, matches, settles, reports. The one place where a client's
 * order changes.
 */
import { fromUnits, ZERO } from '../../../../domain/decimal.ts';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { Account } from '../accounts/accounts.ts';
import type { Faults } from '../faults.ts';
import type { Market, PublicTrade } from '../market.ts';
import type { EngineOrder } from '../matching/book-side.ts';
import type { OrderStyle, PlaceOutcome } from '../matching/matching-engine.ts';
import type { IdSource } from '../id-source.ts';
import { Refusal } from '../refusal.ts';
import {
  ClientOrder,
  type EndReason,
  type ExecutionReport,
  type LedgerEntry,
  type OrderOwner,
} from './client-order.ts';
import {
  checkDeadline,
  checkMinimums,
  checkedTerms,
  type OrderRequest,
  priceUnits,
  qtyUnits,
} from './order-checks.ts';
import type { OrderLog } from './order-log.ts';
import { adjustHold, type FeeRule, holdFor, marketBuyCost, settleFill } from './settlement.ts';

/** Most orders that one account may have open on one pair; venues allow less or as many. */
const MAX_OPEN_PER_PAIR = 225;
/** Longest countdown of cancelAllOrdersAfter, in seconds. */
const MAX_COUNTDOWN_S = 86_400;

/** Counts what a client does with orders against its venue's limits. Each call may throw a Refusal. */
export type OrderLimits = {
  add(account: OrderOwner, symbol: string, nowUs: TimeUs): void;
  cancel(account: OrderOwner, symbol: string, openedUs: TimeUs, nowUs: TimeUs): void;
  amend(account: OrderOwner, symbol: string, openedUs: TimeUs, nowUs: TimeUs): void;
};

/** Hears what the desk did, after each step, in order. */
export type DeskListener = {
  onExecution(report: ExecutionReport): void;
  onLedger(account: OrderOwner, entries: readonly LedgerEntry[]): void;
  /** A command on this market is complete. */
  onMarketChanged(market: Market): void;
};

export type AmendRequest = {
  readonly qty?: string | undefined;
  readonly price?: string | undefined;
  readonly postOnly?: boolean | undefined;
};

const END_REASONS: Readonly<Record<Exclude<PlaceOutcome, 'filled' | 'resting'>, EndReason>> = {
  dropped: 'immediate',
  'would-take': 'would-take',
  'self-trade': 'self-trade',
};

export type DeskParts = {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly faults: Faults;
  readonly log: OrderLog;
  readonly limits: OrderLimits | undefined;
  readonly feeRule: FeeRule;
};

export class OrderDesk {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #faults: Faults;
  readonly #log: OrderLog;
  readonly #limits: OrderLimits | undefined;
  readonly #feeRule: FeeRule;
  readonly #listener: DeskListener;

  constructor(parts: DeskParts, listener: DeskListener) {
    this.#clock = parts.clock;
    this.#ids = parts.ids;
    this.#faults = parts.faults;
    this.#log = parts.log;
    this.#limits = parts.limits;
    this.#feeRule = parts.feeRule;
    this.#listener = listener;
  }

  /** Places an order. @throws Refusal with the venue's reason when it is refused; that is logged too. */
  place(account: Account, market: Market, request: OrderRequest, validateOnly = false): ClientOrder {
    const nowUs = this.#clock.nowUs();
    let order: ClientOrder;
    try {
      if (!validateOnly) this.#limits?.add(account, market.pair.symbol, nowUs);
      order = this.#accept(account, market, request, validateOnly, nowUs);
    } catch (error) {
      if (error instanceof Refusal && !validateOnly) {
        this.#log.noteRejection(nowUs, account.name, market.pair.symbol, request, error.message);
      }
      throw error;
    }
    if (validateOnly) return order;
    account.openOrders.set(order.orderId, order);
    this.#log.note(this.#clock.nowUs(), 'placed', order, order.qty, '');
    this.#report('pending_new', order, nowUs);
    order.status = 'new';
    this.#report('new', order, nowUs);
    this.#match(order);
    this.#listener.onMarketChanged(market);
    return order;
  }

  /**
   * Changes a resting order in place. `qty` is the whole quantity; at or below what is filled
   * the rest is canceled. @throws Refusal when the order is unknown or the change is not allowed.
   */
  amend(account: Account, id: string, change: AmendRequest): ClientOrder {
    const order = this.#openOrder(account, id);
    const { market } = order;
    this.#limits?.amend(account, market.pair.symbol, order.openedUs, this.#clock.nowUs());
    const qty = change.qty === undefined ? order.qty : qtyUnits(market.pair, change.qty);
    const price = change.price === undefined ? order.price : priceUnits(market.pair, change.price);
    if (change.qty === undefined && change.price === undefined) throw new Refusal('argument');
    if (qty <= order.filled) {
      this.#finish(order, 'canceled', 'amended-away');
      this.#listener.onMarketChanged(market);
      return order;
    }
    checkMinimums(market, order.side, price, qty);
    const remaining = qty - order.filled;
    const style = (change.postOnly ?? order.terms.postOnly) ? 'post-only' : 'gtc';
    if (style === 'post-only' && wouldTake(order, price)) throw new Refusal('would-take');
    adjustHold(order, holdFor(order, this.#feeRule, price, remaining));
    order.qty = qty;
    this.#log.note(this.#clock.nowUs(), 'amended', order, qty, '', price);
    this.#listener.onExecution({ kind: 'amended', order, price, atUs: this.#clock.nowUs() });
    const outcome = market.engine.amend(order, price, remaining, style);
    this.#conclude(order, outcome);
    this.#listener.onMarketChanged(market);
    return order;
  }

  /**
   * Cancels an order and places another in its stead, with a new id and last in the queue.
   * @throws Refusal when the order is unknown, or the other is refused: then the first one stays.
   */
  replace(
    account: Account,
    id: string,
    change: AmendRequest,
  ): { readonly order: ClientOrder; readonly original: ClientOrder } {
    const original = this.#openOrder(account, id);
    const { market, terms } = original;
    const { pair } = market;
    const request: OrderRequest = {
      side: terms.side,
      type: terms.type,
      timeInForce: terms.timeInForce,
      postOnly: terms.postOnly,
      cancelsOwnResting: terms.cancelsOwnResting,
      price: change.price ?? fromUnits(original.price, pair.priceDecimals).toFixed(),
      qty: change.qty ?? fromUnits(original.qty - original.filled, pair.qtyDecimals).toFixed(),
      userRef: terms.userRef,
    };
    const { held } = original;
    adjustHold(original, ZERO);
    try {
      this.place(account, market, request, true);
    } catch (error) {
      adjustHold(original, held);
      throw error;
    }
    this.#finish(original, 'canceled', 'replaced');
    return { order: this.place(account, market, request), original };
  }

  /** @throws Refusal when there is no such open order. */
  cancel(account: Account, id: string): ClientOrder {
    const order = this.#openOrder(account, id);
    this.#limits?.cancel(account, order.market.pair.symbol, order.openedUs, this.#clock.nowUs());
    this.#finish(order, 'canceled', 'user');
    this.#listener.onMarketChanged(order.market);
    return order;
  }

  /** Cancels every open order of an account. @returns how many. */
  cancelAll(account: Account, reason: EndReason = 'user'): number {
    account.rememberCancelAll(this.#clock.nowUs());
    const open = [...account.openOrders.values()];
    for (const order of open) {
      this.#finish(order, 'canceled', reason);
      this.#listener.onMarketChanged(order.market);
    }
    return open.length + account.elsewhere.cancelAll();
  }

  /** Cancels every open order of an account at one market: the venue's own doing, which counts for no limit. */
  cancelAt(account: Account, market: Market): void {
    for (const order of account.openOrders.values()) {
      if (order.market !== market) continue;
      this.#finish(order, 'canceled', 'user');
      this.#listener.onMarketChanged(market);
    }
  }

  /**
   * The dead-man switch: cancels everything after `seconds` unless called again; 0 turns it off.
   * @returns when it will trigger; 0 when it is off.
   */
  cancelAllAfter(account: Account, seconds: number): TimeUs {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_COUNTDOWN_S) {
      throw new Refusal('argument', 'timeout');
    }
    account.stopCountdown?.();
    account.stopCountdown = undefined;
    if (seconds === 0) return 0;
    const atUs = this.#clock.nowUs() + seconds * 1_000_000;
    account.stopCountdown = this.#clock.schedule(atUs, () => {
      account.stopCountdown = undefined;
      this.cancelAll(account, 'countdown');
    });
    return atUs;
  }

  /** Settles the client's sides of a match; the house needs no ledger. */
  onFill(taker: EngineOrder, maker: EngineOrder, trade: PublicTrade): void {
    if (maker instanceof ClientOrder) this.#settle(maker, trade, true);
    if (taker instanceof ClientOrder) this.#settle(taker, trade, false);
  }

  #openOrder(account: Account, id: string): ClientOrder {
    const order = account.findOpen(id);
    if (order === undefined) throw new Refusal('unknown-order');
    return order;
  }

  #accept(account: Account, market: Market, request: OrderRequest, dry: boolean, nowUs: TimeUs): ClientOrder {
    const { systemStatus } = this.#faults;
    if (systemStatus === 'maintenance') throw new Refusal('unavailable');
    if (systemStatus === 'cancel_only' || (systemStatus === 'post_only' && request.postOnly !== true)) {
      throw new Refusal('market-mode', systemStatus);
    }
    checkDeadline(request, nowUs);
    const terms = checkedTerms(market, request);
    const rejection = dry ? undefined : this.#faults.takeRejection(terms.clOrdId);
    if (rejection !== undefined) throw new Refusal('protocol', rejection);
    let openHere = 0;
    for (const open of account.openOrders.values()) {
      if (open.market === market) openHere++;
      if (terms.clOrdId !== undefined && open.clOrdId === terms.clOrdId) {
        throw new Refusal('duplicate-client-id');
      }
    }
    if (openHere >= MAX_OPEN_PER_PAIR) throw new Refusal('open-orders-limit');
    const order = new ClientOrder(dry ? '' : this.#ids.next('order'), account, terms, nowUs);
    const isMarketBuy = terms.type === 'market' && terms.side === 'buy';
    if (isMarketBuy) account.ledger.require(order.heldAsset, marketBuyCost(order, this.#feeRule));
    else if (dry) account.ledger.require(order.heldAsset, holdFor(order, this.#feeRule));
    else adjustHold(order, holdFor(order, this.#feeRule));
    return order;
  }

  #match(order: ClientOrder): void {
    const { market, terms } = order;
    const style = terms.type === 'market' ? 'market' : terms.postOnly ? 'post-only' : terms.timeInForce;
    const fraction = this.#faults.takeFraction(terms.clOrdId);
    const kept = fraction === undefined ? 0 : order.remaining - Math.floor(order.remaining * fraction);
    order.remaining -= kept;
    market.takerIsMarket = terms.type === 'market';
    const nothingToMatch = kept > 0 && order.remaining === 0;
    const outcome = nothingToMatch ? 'dropped' : this.#matchPastOwn(order, kept > 0 ? 'ioc' : style);
    market.takerIsMarket = false;
    order.remaining += kept;
    this.#conclude(order, kept > 0 ? 'dropped' : outcome);
  }

  /** Where asked, own orders in its way end, and it goes on behind them. */
  #matchPastOwn(order: ClientOrder, style: OrderStyle): PlaceOutcome {
    const { market, terms, side } = order;
    let outcome = market.engine.place(order, style);
    while (outcome === 'self-trade' && terms.cancelsOwnResting) {
      const met = market.engine.sideOf(side === 'buy' ? 'sell' : 'buy').best()?.head;
      if (!(met instanceof ClientOrder)) break;
      this.#finish(met, 'canceled', 'self-trade');
      outcome = market.engine.place(order, style);
    }
    return outcome;
  }

  #conclude(order: ClientOrder, outcome: PlaceOutcome): void {
    if (!order.isOpen || outcome === 'filled' || outcome === 'resting') return;
    this.#finish(order, 'canceled', END_REASONS[outcome]);
  }

  #settle(order: ClientOrder, trade: PublicTrade, isMaker: boolean): void {
    const settled = settleFill(order, trade, isMaker, this.#feeRule, this.#ids);
    order.status = 'partially_filled';
    this.#log.note(this.#clock.nowUs(), 'filled', order, trade.qty, settled.trade.execId, trade.price);
    this.#listener.onExecution({ kind: 'trade', order, trade: settled.trade, atUs: trade.atUs });
    this.#listener.onLedger(order.account, settled.entries);
    if (order.filled === order.qty) this.#finish(order, 'filled', undefined);
  }

  /** Ends an order: out of the book, its hold released, remembered as closed, reported. */
  #finish(order: ClientOrder, status: 'filled' | 'canceled', reason: EndReason | undefined): void {
    const nowUs = this.#clock.nowUs();
    if (status === 'canceled') {
      order.market.engine.cancel(order);
      this.#log.note(this.#clock.nowUs(), 'canceled', order, order.qty - order.filled, reason ?? '');
    }
    adjustHold(order, ZERO);
    order.status = status;
    order.reason = reason;
    order.closedUs = nowUs;
    order.account.remember(order);
    this.#report(status, order, nowUs);
  }

  #report(kind: ExecutionReport['kind'], order: ClientOrder, atUs: TimeUs): void {
    this.#listener.onExecution({ kind, order, atUs });
  }
}

/** True when the order would trade at once at that price. */
function wouldTake(order: ClientOrder, price: number): boolean {
  const { engine } = order.market;
  const best = (order.side === 'buy' ? engine.asks : engine.bids).best();
  if (best === undefined) return false;
  return order.side === 'buy' ? price >= best.price : price <= best.price;
}
