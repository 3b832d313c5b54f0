/** The strategies of a kernel, and the one way of their orders: the gates of every trade, risk's review, the order manager. */
import type { BookStore } from '../books/book-store.ts';
import type { Outbox } from '../domain/effect.ts';
import type { OrderIntent } from '../domain/order.ts';
import type { OrderManager } from '../execution/order-manager.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { Decimal } from '../domain/decimal.ts';
import { doubtOf } from '../risk/coin-doubt.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import { StrategyDesk } from '../strategies/session/strategy-desk.ts';
import { BLOCKED, type PaperOrder } from '../strategies/session/position-ports.ts';
import { STRATEGY_MARK } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Blockers } from './blockers.ts';
import type { KernelConfig } from './kernel-config.ts';
import type { OrderReviewer } from './order-reviewer.ts';

export type StrategyTraderParts = {
  readonly config: Pick<KernelConfig, 'runId' | 'seed' | 'mode' | 'shelf'>;
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  readonly orders: OrderManager;
  readonly outbox: Outbox;
  readonly blockers: Blockers;
  readonly risk: Pick<RiskMonitor, 'pegs'>;
};

export function strategyDeskOf(parts: StrategyTraderParts, reviewer: OrderReviewer): StrategyDesk {
  const { config, store, outbox, portfolio, orders, blockers, risk } = parts;
  let count = 0;
  const trade = ({ instrument, side, qty, limit, isEnding }: PaperOrder, nowUs: TimeUs) => {
    const { venue, id, symbol, base, quote } = instrument;
    // Only simulated venues: what is live is traded by nothing that is not armed for it.
    if (config.mode !== 'paper') return { code: 'not-on-paper', detail: 'this session trades an account' };
    // What ends a position passes a pause, as the orders do that bring a cycle home.
    const blocked = isEnding ? blockers.shut(venue) : blockers.of(venue);
    if (blocked !== undefined) return { code: BLOCKED, detail: blocked };
    const doubt = side === 'buy' ? doubtOf([base, quote], portfolio, risk.pegs) : undefined;
    if (doubt !== undefined) return doubt;
    const executionId = `${config.runId}${STRATEGY_MARK}${++count}`;
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
    const review = reviewer.reviewOrder(intent, nowUs);
    if (review.ok) return orders.place(review.intent, nowUs).orderId;
    orders.deny(intent, review.denial, nowUs);
    return review.denial;
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
  });
}
