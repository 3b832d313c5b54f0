/** The strategies of a kernel, and the one way of their orders: the gates of every trade, risk's review, the order manager. */
import type { BookStore } from '../books/book-store.ts';
import type { Outbox } from '../domain/effect.ts';
import { hasOrderCost } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { OrderIntent } from '../domain/order.ts';
import type { OrderManager } from '../execution/order-manager.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { Decimal, ZERO } from '../domain/decimal.ts';
import { doubtOf } from '../risk/coin-doubt.ts';
import { kellyStake } from '../risk/kelly.ts';
import type { Denial } from '../risk/check.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import { StrategyDesk } from '../strategies/session/strategy-desk.ts';
import { accountTag, isAtAccount } from '../strategies/session/at-account.ts';
import { BLOCKED, type StrategyOrder } from '../strategies/session/position-ports.ts';
import { STRATEGY_MARK } from '../domain/ids.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Blockers } from './blockers.ts';
import type { KernelConfig } from './kernel-config.ts';
import type { OrderReviewer } from './order-reviewer.ts';
import type { TradingDesk } from './trading-desk.ts';

export type StrategyTraderParts = {
  readonly config: Pick<
    KernelConfig,
    'runId' | 'seed' | 'mode' | 'shelf' | 'simulatedMarket' | 'mustReconcile'
  >;
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  readonly orders: OrderManager;
  readonly outbox: Outbox;
  readonly blockers: Blockers;
  readonly risk: Pick<RiskMonitor, 'pegs' | 'escalation'>;
  readonly desk: Pick<TradingDesk, 'sequencer'>;
  readonly limits: RiskLimits;
};

type Refusal = { readonly code: string; readonly detail: string };

/** Why strategies trade no account of this session at all; undefined: they may, where it is armed. */
export function accountRefusal({
  mode,
  mustReconcile,
  simulatedMarket,
}: StrategyTraderParts['config']): Refusal | undefined {
  if (mode !== 'live' || mustReconcile !== true)
    return { code: 'not-at-an-account', detail: 'this session trades no account' };
  if (!simulatedMarket)
    return {
      code: 'no-strategies-at-accounts',
      detail:
        'strategies have traded rehearsed accounts alone so far, and real accounts are not open to them yet',
    };
  return undefined;
}

export function strategyDeskOf(parts: StrategyTraderParts, reviewer: OrderReviewer): StrategyDesk {
  const { config, store, outbox, portfolio, orders, blockers, risk } = parts;
  let count = 0;
  /** Only what a strategy was let to: its mode and this session must fit each other. */
  const placeOf = ({ way, instrument }: StrategyOrder): Refusal | undefined => {
    if (!isAtAccount(way))
      return config.mode === 'paper' || config.mode === 'backtest'
        ? undefined
        : { code: 'not-on-paper', detail: 'this session trades an account' };
    if (hasOrderCost(instrument))
      return {
        code: 'order-costs-gas',
        detail: `each order at ${instrument.venue} costs gas, which no strategy reckons with`,
      };
    return accountRefusal(config);
  };
  const trade = (order: StrategyOrder, nowUs: TimeUs) => {
    const { strategy, way, instrument, side, qty, limit, isEnding } = order;
    const { venue, id, symbol, base, quote } = instrument;
    const misplaced = placeOf(order);
    if (misplaced !== undefined) return misplaced;
    // What ends a position passes a pause, as the orders do that bring a cycle home. Nothing passes at an account that is not armed.
    const blocked = isEnding ? blockers.shut(venue) : blockers.of(venue);
    if (blocked !== undefined) return { code: BLOCKED, detail: blocked };
    const doubt = side === 'buy' ? doubtOf([base, quote], portfolio, risk.pegs) : undefined;
    if (doubt !== undefined) return doubt;
    const executionId = `${config.runId}${STRATEGY_MARK}${++count}${isAtAccount(way) ? accountTag(strategy) : ''}`;
    const intent: OrderIntent = {
      intentId: `${executionId}-1`,
      executionId,
      venue,
      instrumentId: id,
      symbol,
      side,
      price: limit,
      qty,
      timeInForce: 'ioc',
      purpose: side === 'buy' ? 'open' : 'unwind',
    };
    const isPurchase = side === 'buy' && isAtAccount(way);
    const denial = isPurchase ? beyondItsRecord(order, intent) : undefined;
    // Messages that cycles under way will still need are left to them.
    const tokensKept = isPurchase ? parts.desk.sequencer.ordersAhead : 0;
    const review =
      denial === undefined
        ? reviewer.reviewOrder(intent, nowUs, { tokensKept })
        : { ok: false as const, denial };
    if (review.ok) return orders.place(review.intent, nowUs).orderId;
    orders.deny(intent, review.denial, nowUs);
    return review.denial;
  };
  /** What a purchase at an account is held to besides: its own record. */
  const beyondItsRecord = (
    { record, instrument }: StrategyOrder,
    intent: OrderIntent,
  ): Denial | undefined => {
    const stake = kellyStake(record, risk.escalation.equity ?? ZERO, parts.limits);
    const value = portfolio.notionalHome(intent, instrument);
    if (stake === undefined || value?.gt(stake) === false) return undefined;
    const home = assetName(portfolio.homeAsset);
    const worth = value === undefined ? 'an unknown amount' : `${value.toFixed(2)} ${home}`;
    return {
      code: 'kelly-cap',
      detail: `its own record allows ${stake.toFixed(2)} ${home}, and the order is worth ${worth}`,
    };
  };
  return new StrategyDesk({
    store,
    outbox,
    seed: config.seed,
    shelf: config.shelf,
    trade,
    keep: (key, { base }, qty) => {
      const { balances } = portfolio;
      balances.release(key);
      const kept = Decimal.min(qty, balances.free(base));
      if (kept.gt(0)) balances.reserve(key, base, kept);
    },
    openOrders: () => orders.open(),
    orphan: (order) => parts.desk.sequencer.sweeper.onOrphan(order),
  });
}
