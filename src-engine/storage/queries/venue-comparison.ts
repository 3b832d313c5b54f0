/** The venues of a profile beside each other, by what their orders did. */
import {
  MAX_COMPARED_ORDERS,
  type VenueComparison,
  type VenueRecord,
} from '../../contract/cross-venue-records.ts';
import { Decimal } from '../../domain/decimal.ts';
import type { LegPlan, Waterfall } from '../../domain/opportunity.ts';
import type { Readable } from '../database-types.ts';

/** Rows of one query by id: databases bound how many values a query may name. */
const CHUNK = 500;

type OrderRow = {
  readonly executionId: string;
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly price: string;
  readonly qty: string;
  readonly timeInForce: string;
  readonly state: string;
  readonly filledQty: string;
  readonly filledNotional: string;
  readonly createdUs: number;
  readonly updatedUs: number;
};

/** The plan of an execution: its legs, and the share of the price by which each limit was widened. */
type Plan = {
  readonly legs: readonly Required<Pick<LegPlan, 'symbol' | 'side' | 'venue'>>[];
  readonly slip: number;
};

type Sum = Omit<VenueRecord, 'fillRate' | 'latencyP50Us' | 'latencyP95Us' | 'slippageBps' | 'failedCost'> & {
  readonly latenciesUs: number[];
  /** Of its planned legs that filled, as shares of the price, and how many these are. */
  slippage: number;
  slipped: number;
  failedCost: Decimal;
};
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Orders that were created from `fromUs` on and before `toUs`, the newest of them where there are too many. */
export async function venueComparison(
  database: Readable,
  profile: string,
  homeAsset: string,
  range: { readonly fromUs: number; readonly toUs?: number | undefined },
): Promise<VenueComparison> {
  const rows = await ordersOf(database, profile, range);
  const orders = rows.slice(0, MAX_COMPARED_ORDERS).toReversed();
  const ids = [...new Set(orders.map(({ executionId }) => executionId))];
  const executions = await executionsOf(database, profile, ids);
  const sums = new Map<string, Mutable<Sum>>();
  const byExecution = Map.groupBy(orders, ({ executionId }) => executionId);
  for (const [executionId, own] of byExecution) {
    const { plan, outcome, profitHome } = executions.get(executionId) ?? {};
    const planned = plannedOrders(own, plan);
    for (const order of own) {
      const sum = sumOf(sums, order.venue);
      count(sum, order);
      if (plan !== undefined && planned.includes(order)) addSlippage(sum, order, plan.slip);
    }
    if ((outcome === 'unwound' || outcome === 'stranded') && profitHome !== undefined) {
      const least = planned.toSorted((a, b) => filledShare(a) - filledShare(b))[0] ?? own[0];
      if (least === undefined) continue;
      const sum = sumOf(sums, least.venue);
      sum.failedLegs++;
      sum.failedCost = sum.failedCost.minus(profitHome);
    }
  }
  return {
    homeAsset,
    orders: orders.length,
    isCut: rows.length > MAX_COMPARED_ORDERS,
    sinceUs: orders[0]?.createdUs ?? null,
    venues: [...sums.values()].map(recordOf).sort((a, b) => (a.venue < b.venue ? -1 : 1)),
  };
}

function ordersOf(
  { db }: Readable,
  profile: string,
  range: { readonly fromUs: number; readonly toUs?: number | undefined },
): Promise<OrderRow[]> {
  return db
    .selectFrom('orders')
    .select(['executionId', 'venue', 'symbol', 'side', 'price', 'qty', 'timeInForce', 'state'])
    .select(['filledQty', 'filledNotional', 'createdUs', 'updatedUs'])
    .where('profile', '=', profile)
    .where('state', '!=', 'denied')
    .where('createdUs', '>=', range.fromUs)
    .where('createdUs', '<', range.toUs ?? Number.MAX_SAFE_INTEGER)
    .orderBy('createdUs', 'desc')
    .orderBy('orderId', 'desc')
    .limit(MAX_COMPARED_ORDERS + 1)
    .execute();
}

type Execution = { readonly outcome: string; readonly profitHome: string; readonly plan: Plan | undefined };

async function executionsOf(
  { db }: Readable,
  profile: string,
  ids: readonly string[],
): Promise<Map<string, Execution>> {
  const found = new Map<string, Execution>();
  for (let from = 0; from < ids.length; from += CHUNK) {
    const rows = await db
      .selectFrom('executions')
      .leftJoin('opportunities', (join) =>
        join
          .onRef('opportunities.profile', '=', 'executions.profile')
          .onRef('opportunities.opportunityId', '=', 'executions.opportunityId'),
      )
      .select(['executions.executionId', 'executions.outcome', 'executions.profitHome'])
      .select(['opportunities.legs', 'opportunities.waterfall', 'opportunities.venue'])
      .where('executions.profile', '=', profile)
      .where('executions.executionId', 'in', ids.slice(from, from + CHUNK))
      .execute();
    for (const { executionId, outcome, profitHome, legs, waterfall, venue } of rows) {
      const plan = legs === null || waterfall === null ? undefined : planOf(legs, waterfall, venue ?? '');
      found.set(executionId, { outcome, profitHome, plan });
    }
  }
  return found;
}

function planOf(legsJson: string, waterfallJson: string, ownVenue: string): Plan {
  const legs = JSON.parse(legsJson) as readonly LegPlan[];
  const { slippageBps } = JSON.parse(waterfallJson) as Waterfall;
  return {
    legs: legs.map(({ symbol, side, venue }) => ({ symbol, side, venue: venue ?? ownVenue })),
    slip: Math.abs(slippageBps) / 10_000 / Math.max(1, legs.length),
  };
}

/** Of every leg the first order that fits it: what comes after them evens out or unwinds. */
function plannedOrders(own: readonly OrderRow[], plan: Plan | undefined): OrderRow[] {
  const left = [...own];
  return (plan?.legs ?? []).flatMap(({ symbol, side, venue }) => {
    const at = left.findIndex((one) => one.symbol === symbol && one.side === side && one.venue === venue);
    return at < 0 ? [] : left.splice(at, 1);
  });
}

function sumOf(sums: Map<string, Mutable<Sum>>, venue: string): Mutable<Sum> {
  let sum = sums.get(venue);
  if (sum === undefined) {
    const counts = { orders: 0, filled: 0, empty: 0, rejected: 0, unknown: 0, failedLegs: 0 };
    sum = { venue, ...counts, latenciesUs: [], slippage: 0, slipped: 0, failedCost: new Decimal(0) };
    sums.set(venue, sum);
  }
  return sum;
}

function count(sum: Mutable<Sum>, order: OrderRow): void {
  sum.orders++;
  if (order.state === 'rejected') sum.rejected++;
  else if (order.state === 'unknown') sum.unknown++;
  else if (Number(order.filledQty) > 0) sum.filled++;
  else if (order.state === 'canceled') sum.empty++;
  const hasEnded = order.state === 'filled' || order.state === 'canceled' || order.state === 'rejected';
  if (hasEnded && order.timeInForce === 'ioc')
    sum.latenciesUs.push(Math.max(0, order.updatedUs - order.createdUs));
}

/**
 * The limit is the worst price of the plan, widened by the slippage buffer: within a tick that buffer is taken off again. Each leg
 * counts the same, whatever it was worth: amounts of different currencies have no sum, and the legs of one plan are worth about the same.
 */
function addSlippage(sum: Mutable<Sum>, order: OrderRow, slip: number): void {
  const filled = Number(order.filledQty);
  if (filled <= 0) return;
  const buys = order.side === 'buy';
  const counted = Number(order.price) / (buys ? 1 + slip : 1 - slip);
  const mean = Number(order.filledNotional) / filled;
  sum.slippage += (mean / counted - 1) * (buys ? 1 : -1);
  sum.slipped++;
}

function filledShare({ filledQty, qty }: OrderRow): number {
  return Number(filledQty) / Number(qty);
}

function recordOf({ latenciesUs, slippage, slipped, failedCost, ...counts }: Sum): VenueRecord {
  const sorted = latenciesUs.toSorted((a, b) => a - b);
  const quantile = (p: number): number | null =>
    sorted.length === 0 ? null : (sorted[Math.ceil(p * sorted.length) - 1] as number);
  const ended = counts.filled + counts.empty + counts.rejected;
  return {
    ...counts,
    fillRate: ended === 0 ? null : counts.filled / ended,
    latencyP50Us: quantile(0.5),
    latencyP95Us: quantile(0.95),
    slippageBps: slipped === 0 ? null : (slippage / slipped) * 10_000,
    failedCost: failedCost.toString(),
  };
}
