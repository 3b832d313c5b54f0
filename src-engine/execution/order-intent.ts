/** The order of a holding as risk is asked about it. */
import type { OrderIntent } from '../domain/order.ts';
import type { Execution } from './execution.ts';
import type { Holding } from './holding.ts';
import type { PlannedOrder } from './order-planner.ts';

export function intentOf(execution: Execution, holding: Holding, next: PlannedOrder): OrderIntent {
  const continues = holding.attempts === 0 && !next.leavesPlan;
  return {
    intentId: `${execution.executionId}-${execution.orders + 1}`,
    executionId: execution.executionId,
    venue: next.instrument.venue,
    instrumentId: next.instrument.id,
    symbol: next.instrument.symbol,
    side: next.leg.side,
    price: next.limit,
    qty: next.qty,
    timeInForce: 'ioc',
    purpose: holding.openingQty !== undefined ? 'open' : continues ? 'continue' : 'unwind',
  };
}
