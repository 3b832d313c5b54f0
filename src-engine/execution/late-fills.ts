/**
 * Fills that the venue reports for an order after its cycle is over. The cycle's record stays as it was; what such a
 * fill moved gets a record of its own, so that a restart finds it with the rest of what is to be swept.
 */
import { Decimal } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import { type Asset, type ExecutionId, STRATEGY_MARK } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Balances } from '../portfolio/balances.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import {
  countOrder,
  residualsOf,
  type Execution,
  type MovedBefore,
  newExecution,
  recordOf,
} from './execution.ts';
import type { Holding } from './holding.ts';
import type { OrderPlanner } from './order-planner.ts';
import { sellsForGood } from './residuals.ts';
import type { Sweeper } from './sweeper.ts';

/** Cycles that are remembered as over: more than there are ended orders that are remembered. */
const MAX_OVER = 5_000;

export class LateFills {
  readonly #planner: OrderPlanner;
  readonly #portfolio: Portfolio;
  readonly #sweeper: Pick<Sweeper, 'residuals' | 'onOrphanFilled'>;
  readonly #outbox: Outbox;
  readonly #over = new Set<ExecutionId>();

  constructor(
    planner: OrderPlanner,
    portfolio: Portfolio,
    sweeper: Pick<Sweeper, 'residuals' | 'onOrphanFilled'>,
    outbox: Outbox,
  ) {
    this.#planner = planner;
    this.#portfolio = portfolio;
    this.#sweeper = sweeper;
    this.#outbox = outbox;
  }

  /** A cycle's record was written, in this run or in one before. */
  onCycleOver(executionId: ExecutionId): void {
    this.#over.add(executionId);
    if (this.#over.size <= MAX_OVER) return;
    const [oldest] = this.#over;
    if (oldest !== undefined) this.#over.delete(oldest);
  }

  /**
   * Keeps for a sweep what a fill brought, less what it took of what was left before. The fills of a cycle without a
   * record are found as such by a restart: these need none of their own, and count with all that the cycle moved. Those of
   * a strategy that does not have them any longer are not found so.
   * @param executionId for the record.
   */
  take(order: Order, before: MovedBefore, executionId: () => ExecutionId, nowUs: TimeUs): void {
    const isOfStrategy = order.executionId.includes(STRATEGY_MARK);
    if (!isOfStrategy && !this.#over.has(order.executionId))
      return this.#sweeper.onOrphanFilled(order, before);
    const cash = this.#portfolio.universe.cashOf(order.venue);
    const { base, quote } = this.#planner.instrument(order.instrumentId);
    const [from, to]: [Asset, Asset] = order.side === 'sell' ? [base, quote] : [quote, base];
    const isHomeward = order.purpose === 'unwind' || sellsForGood(order.executionId);
    const execution: Execution = newExecution({
      executionId: executionId(),
      venue: order.venue,
      cycle: undefined,
      // What an order sold to bring it home is not bought back: a restart sees by the path which it was.
      path: isHomeward ? [cash] : [cash, base],
      startAsset: cash,
      startedUs: nowUs,
    });
    execution.counted.set(order.orderId, before);
    countOrder(execution, order, from, to);
    for (const { asset, amount } of residualsOf(execution)) {
      if (isHomeward) this.#sweeper.residuals.add(asset, amount);
      else this.#sweeper.residuals.book(asset, amount);
    }
    const record = recordOf(execution, (asset, amount) => this.#portfolio.valueOf(asset, amount), nowUs);
    const detail = `order ${order.orderId} of ${order.executionId} was filled after it was ${order.state}`;
    this.#outbox.emit({
      type: 'executionFinished',
      atUs: nowUs,
      execution: { ...record, outcome: 'late', detail },
    });
  }
}

/**
 * An order that was held for over spent this after all: it comes out of what waits of that asset, newest first, so that no more is
 * sent than is there.
 */
export function spendLate(
  work: Holding[],
  asset: Asset,
  spent: Decimal,
  balances: Pick<Balances, 'release' | 'reserve'>,
): void {
  let left = spent;
  for (let k = work.length - 1; k >= 0; k--) {
    const holding = work[k];
    if (holding?.asset !== asset || left.lte(0)) continue;
    const rest = Decimal.max(0, holding.amount.minus(left));
    left = left.minus(holding.amount.minus(rest));
    balances.release(holding.key);
    if (rest.lte(0)) work.splice(k, 1);
    else {
      work[k] = { ...holding, amount: rest };
      balances.reserve(holding.key, asset, rest);
    }
  }
}
