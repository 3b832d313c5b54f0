/** One attempt to trade a cycle while it is under way, and the record of how it ended. */
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type Decimal, divide } from '../domain/decimal.ts';
import type { ExecutionOutcome, ExecutionRecord } from '../domain/event.ts';
import type { Asset, ExecutionId, OrderId } from '../domain/ids.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Holding } from './order-planner.ts';

/** Places of a realised edge in bps; cut, so that a profit is never told too large. */
const BPS_DECIMALS = 4;

export type Execution = {
  readonly executionId: ExecutionId;
  readonly plan: CyclePlan;
  readonly opportunity: Opportunity;
  readonly startAsset: Asset;
  readonly startedUs: TimeUs;
  /** What is still to be sent, last in first out: the main flow goes on before leftovers are brought home. */
  readonly work: Holding[];
  active: { readonly orderId: OrderId; readonly holding: Holding } | undefined;
  readonly dust: { asset: Asset; amount: string }[];
  orders: number;
  spent: Decimal;
  received: Decimal;
  unwindSinceUs: TimeUs | undefined;
  /** Why its first order was denied. */
  deniedDetail: string | undefined;
  /** What could not be brought home, and why. */
  readonly stranded: string[];
};

/** What came home in the start asset, minus what left. */
export function profitOf({ received, spent }: Execution): Decimal {
  return received.minus(spent);
}

/** @param profitHome the profit in the home currency. */
export function recordOf(execution: Execution, profitHome: Decimal, nowUs: TimeUs): ExecutionRecord {
  const { plan, spent } = execution;
  const profit = profitOf(execution);
  const realizedNetBps = spent.isZero()
    ? 0
    : divide(profit.times(10_000), spent, BPS_DECIMALS, 'down').toNumber();
  return {
    executionId: execution.executionId,
    opportunityId: execution.opportunity.opportunityId,
    venue: plan.cycle.venue,
    path: plan.cycle.path,
    startAmount: spent.toString(),
    profit: profit.toString(),
    profitHome: profitHome.toString(),
    expectedNetBps: plan.waterfall.netBps,
    realizedNetBps,
    dust: execution.dust,
    outcome: outcomeOf(execution),
    detail: execution.deniedDetail ?? execution.stranded.join('; '),
    startedUs: execution.startedUs,
    finishedUs: nowUs,
  };
}

function outcomeOf(execution: Execution): ExecutionOutcome {
  if (execution.deniedDetail !== undefined) return 'denied';
  if (execution.stranded.length > 0) return 'stranded';
  if (execution.spent.isZero()) return 'missed';
  return execution.unwindSinceUs === undefined ? 'completed' : 'unwound';
}
