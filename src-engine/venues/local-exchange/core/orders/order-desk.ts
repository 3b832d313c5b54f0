/**
 * Takes clients' orders: checks, holds funds, matches, settles, reports. The one place where a client's
 * order changes.
 */
import { fromUnits, ZERO } from '../../../../domain/decimal.ts';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { Account } from '../accounts/accounts.ts';
import type { RateLimits } from '../accounts/rate-limits.ts';
import type { Faults } from '../faults.ts';
import type { Market, PublicTrade } from '../market.ts';
import type { EngineOrder } from '../matching/book-side.ts';
import type { PlaceOutcome } from '../matching/matching-engine.ts';
import { INVALID_ARGUMENTS, UNAVAILABLE, UNKNOWN_ORDER, VenueError } from '../venue-error.ts';
import type { VenueIds } from '../venue-ids.ts';
import { ClientOrder, type ExecutionReport, type LedgerEntry, type OrderOwner } from './client-order.ts';
import {
  checkDeadline,
  checkMinimums,
  checkedTerms,
  type OrderRequest,
  priceUnits,
  qtyUnits,
} from './order-checks.ts';
import type { OrderLog } from './order-log.ts';
import { adjustHold, holdFor, marketBuyCost, settleFill } from './settlement.ts';

/** Most orders that one account may have open on one pair (Kraken's limit lies between 60 and 225). */
const MAX_OPEN_PER_PAIR = 225;
/** Longest countdown of cancelAllOrdersAfter, in seconds. */
const MAX_COUNTDOWN_S = 86_400;

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

const CANCEL_REASONS: Readonly<Record<Exclude<PlaceOutcome, 'filled' | 'resting'>, string>> = {
  dropped: 'Immediate or cancel',
  'would-take': 'Post only order',
  'self-trade': 'Self trade prevention',
};

export class OrderDesk {
  readonly #clock: Clock;
  readonly #ids: VenueIds;
  readonly #faults: Faults;
  readonly #log: OrderLog;
  readonly #limits: RateLimits | undefined;
  readonly #listener: DeskListener;

  constructor(
    clock: Clock,
    ids: VenueIds,
    faults: Faults,
    log: OrderLog,
    limits: RateLimits | undefined,
    listener: DeskListener,
  ) {
    this.#clock = clock;
    this.#ids = ids;
    this.#faults = faults;
    this.#log = log;
    this.#limits = limits;
    this.#listener = listener;
  }

  /** Places an order. @throws VenueError with the venue's reason when it is refused; that is logged too. */
  place(account: Account, market: Market, request: OrderRequest, validateOnly = false): ClientOrder {
    const nowUs = this.#clock.nowUs();
    let order: ClientOrder;
    try {
      if (!validateOnly) this.#limits?.add(account, market.pair.symbol, nowUs);
      order = this.#accept(account, market, request, validateOnly, nowUs);
    } catch (error) {
      if (error instanceof VenueError && !validateOnly) {
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
   * Changes a resting order in place. Kraken's rule: `qty` is the whole quantity; at or below what is filled
   * the rest is canceled. @throws VenueError when the order is unknown or the change is not allowed.
   */
  amend(account: Account, id: string, change: AmendRequest): ClientOrder {
    const order = this.#openOrder(account, id);
    const { market } = order;
    this.#limits?.amend(account, market.pair.symbol, order.openedUs, this.#clock.nowUs());
    const qty = change.qty === undefined ? order.qty : qtyUnits(market.pair, change.qty);
    const price = change.price === undefined ? order.price : priceUnits(market.pair, change.price);
    if (change.qty === undefined && change.price === undefined) throw new VenueError(INVALID_ARGUMENTS);
    if (qty <= order.filled) {
      this.#finish(order, 'canceled', 'Order amended below its filled quantity');
      this.#listener.onMarketChanged(market);
      return order;
    }
    checkMinimums(market, order.side, price, qty);
    const remaining = qty - order.filled;
    const style = (change.postOnly ?? order.terms.postOnly) ? 'post-only' : 'gtc';
    if (style === 'post-only' && wouldTake(order, price)) throw new VenueError('EOrder:Post only order');
    adjustHold(order, holdFor(order, price, remaining));
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
   * @throws VenueError when the order is unknown, or the other is refused: then the first one stays.
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
    this.#finish(original, 'canceled', 'Order replaced');
    return { order: this.place(account, market, request), original };
  }

  /** @throws VenueError `EOrder:Unknown order` when there is no such open order. */
  cancel(account: Account, id: string): ClientOrder {
    const order = this.#openOrder(account, id);
    this.#limits?.cancel(account, order.market.pair.symbol, order.openedUs, this.#clock.nowUs());
    this.#finish(order, 'canceled', 'User requested');
    this.#listener.onMarketChanged(order.market);
    return order;
  }

  /** Cancels every open order of an account. @returns how many. */
  cancelAll(account: Account, reason = 'User requested'): number {
    account.rememberCancelAll(this.#clock.nowUs());
    const open = [...account.openOrders.values()];
    for (const order of open) {
      this.#finish(order, 'canceled', reason);
      this.#listener.onMarketChanged(order.market);
    }
    return open.length + account.elsewhere.cancelAll();
  }

  /**
   * The dead-man switch: cancels everything after `seconds` unless called again; 0 turns it off.
   * @returns when it will trigger; 0 when it is off.
   */
  cancelAllAfter(account: Account, seconds: number): TimeUs {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_COUNTDOWN_S) {
      throw new VenueError(`${INVALID_ARGUMENTS}:timeout`);
    }
    account.stopCountdown?.();
    account.stopCountdown = undefined;
    if (seconds === 0) return 0;
    const atUs = this.#clock.nowUs() + seconds * 1_000_000;
    account.stopCountdown = this.#clock.schedule(atUs, () => {
      account.stopCountdown = undefined;
      this.cancelAll(account, 'Cancel all orders after timeout');
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
    if (order === undefined) throw new VenueError(UNKNOWN_ORDER);
    return order;
  }

  #accept(account: Account, market: Market, request: OrderRequest, dry: boolean, nowUs: TimeUs): ClientOrder {
    const { systemStatus } = this.#faults;
    if (systemStatus === 'maintenance') throw new VenueError(UNAVAILABLE);
    if (systemStatus === 'cancel_only' || (systemStatus === 'post_only' && request.postOnly !== true)) {
      throw new VenueError(`EService:Market in ${systemStatus} mode`);
    }
    checkDeadline(request, nowUs);
    const terms = checkedTerms(market, request);
    const rejection = dry ? undefined : this.#faults.takeRejection();
    if (rejection !== undefined) throw new VenueError(rejection);
    let openHere = 0;
    for (const open of account.openOrders.values()) {
      if (open.market === market) openHere++;
      if (terms.clOrdId !== undefined && open.clOrdId === terms.clOrdId) {
        throw new VenueError(`${INVALID_ARGUMENTS}:cl_ord_id`);
      }
    }
    if (openHere >= MAX_OPEN_PER_PAIR) throw new VenueError('EOrder:Orders limit exceeded');
    const order = new ClientOrder(dry ? '' : this.#ids.next('O'), account, terms, nowUs);
    const isMarketBuy = terms.type === 'market' && terms.side === 'buy';
    if (isMarketBuy) account.ledger.require(order.heldAsset, marketBuyCost(order));
    else if (dry) account.ledger.require(order.heldAsset, holdFor(order));
    else adjustHold(order, holdFor(order));
    return order;
  }

  #match(order: ClientOrder): void {
    const { market, terms } = order;
    const style = terms.type === 'market' ? 'market' : terms.postOnly ? 'post-only' : terms.timeInForce;
    const fraction = this.#faults.takeFraction();
    const kept = fraction === undefined ? 0 : order.remaining - Math.floor(order.remaining * fraction);
    order.remaining -= kept;
    market.takerIsMarket = terms.type === 'market';
    const nothingToMatch = kept > 0 && order.remaining === 0;
    const outcome = nothingToMatch ? 'dropped' : market.engine.place(order, kept > 0 ? 'ioc' : style);
    market.takerIsMarket = false;
    order.remaining += kept;
    this.#conclude(order, kept > 0 ? 'dropped' : outcome);
  }

  #conclude(order: ClientOrder, outcome: PlaceOutcome): void {
    if (!order.isOpen || outcome === 'filled' || outcome === 'resting') return;
    this.#finish(order, 'canceled', CANCEL_REASONS[outcome]);
  }

  #settle(order: ClientOrder, trade: PublicTrade, isMaker: boolean): void {
    const settled = settleFill(order, trade, isMaker, this.#ids);
    order.status = 'partially_filled';
    this.#log.note(this.#clock.nowUs(), 'filled', order, trade.qty, settled.trade.execId, trade.price);
    this.#listener.onExecution({ kind: 'trade', order, trade: settled.trade, atUs: trade.atUs });
    this.#listener.onLedger(order.account, settled.entries);
    if (order.filled === order.qty) this.#finish(order, 'filled', '');
  }

  /** Ends an order: out of the book, its hold released, remembered as closed, reported. */
  #finish(order: ClientOrder, status: 'filled' | 'canceled', reason: string): void {
    const nowUs = this.#clock.nowUs();
    if (status === 'canceled') {
      order.market.engine.cancel(order);
      this.#log.note(this.#clock.nowUs(), 'canceled', order, order.qty - order.filled, reason);
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
