import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent, ExecutionRecord, OrderRecord } from '../../domain/event.ts';
import type { Opportunity } from '../../domain/opportunity.ts';
import { testDatabases } from '../../testing/databases.ts';
import { sampleExecution, sampleOpportunity, sampleOrder } from '../../testing/sample-events.ts';
import type { Database } from '../database-types.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { venueComparison } from './venue-comparison.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const T = 1_700_000_000_000_000;
let serial = 0;

function ended(of: Partial<OrderRecord>): EngineEvent[] {
  const order = sampleOrder({
    orderId: `order-${serial++}`,
    createdUs: T,
    updatedUs: T,
    price: '100',
    qty: '1',
    ...of,
  });
  const type = order.state === 'rejected' ? 'orderRejected' : 'orderCanceled';
  return [
    { type: 'orderCreated', atUs: order.createdUs, order: { ...order, state: 'created', filledQty: '0' } },
    { type, atUs: order.updatedUs, order },
  ];
}

const LEGS = [
  { symbol: 'BTC/USD', side: 'buy', limitPrice: '100', qty: '1', venue: 'east' },
  { symbol: 'BTC/USD', side: 'sell', limitPrice: '101', qty: '1', venue: 'west' },
] as const;

function executed(
  executionId: string,
  of: Partial<ExecutionRecord>,
  legs: Opportunity['legs'] = LEGS,
): EngineEvent[] {
  const opportunityId = `of ${executionId}`;
  const waterfall = { ...sampleOpportunity().waterfall, slippageBps: 0 };
  const opportunity = sampleOpportunity({ opportunityId, venue: 'east+west', legs, waterfall });
  const execution = sampleExecution({ executionId, opportunityId, venue: 'east+west', ...of });
  return [
    { type: 'opportunityOpened', atUs: T, opportunity },
    { type: 'executionFinished', atUs: T, execution },
  ];
}

describe.each(databases.table)('venues beside each other, on %s', (_name, { fresh, missing }) => {
  const test = it.skipIf(missing !== undefined);
  let database: Database;
  let journal: Journal;
  beforeEach(async () => {
    if (missing !== undefined) return;
    database = await openDatabase(await fresh());
    journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
  });
  afterEach(async () => {
    if (missing === undefined) await database.close();
  });
  const compared = (range = { fromUs: 0 }) => venueComparison(database, 'demo', 'USD', range);

  test('fills, misses, refusals, latency, slippage and what failed legs cost, each at its venue', async () => {
    await journal.append([
      ...executed('x-1', { outcome: 'completed', profitHome: '1' }),
      // Bought a thousandth below what was counted on: 10 bps better; sold 10 bps worse.
      ...ended({
        executionId: 'x-1',
        venue: 'east',
        state: 'filled',
        filledQty: '1',
        filledNotional: '99.9',
        updatedUs: T + 10,
      }),
      ...ended({
        executionId: 'x-1',
        venue: 'west',
        side: 'sell',
        price: '101',
        state: 'filled',
        filledQty: '1',
        filledNotional: '100.899',
        updatedUs: T + 30,
      }),
      ...executed('x-2', { outcome: 'unwound', profitHome: '-0.25' }),
      ...ended({
        executionId: 'x-2',
        venue: 'east',
        state: 'filled',
        filledQty: '1',
        filledNotional: '100',
        updatedUs: T + 20,
      }),
      ...ended({
        executionId: 'x-2',
        venue: 'west',
        side: 'sell',
        price: '101',
        state: 'canceled',
        updatedUs: T + 50,
      }),
      // The unwind is no leg of the plan: it counts as an order, and its price as no slippage.
      ...ended({
        executionId: 'x-2',
        venue: 'east',
        side: 'sell',
        price: '90',
        state: 'filled',
        filledQty: '1',
        filledNotional: '95',
        updatedUs: T + 40,
      }),
      ...ended({ executionId: 'x-3', venue: 'west', state: 'rejected', updatedUs: T + 5 }),
    ]);
    const { venues, orders, isCut } = await compared();
    expect([orders, isCut]).toEqual([6, false]);
    expect(venues).toMatchObject([
      {
        venue: 'east',
        orders: 3,
        filled: 3,
        empty: 0,
        rejected: 0,
        fillRate: 1,
        latencyP50Us: 20,
        latencyP95Us: 40,
        failedLegs: 0,
        failedCost: '0',
      },
      {
        venue: 'west',
        orders: 3,
        filled: 1,
        empty: 1,
        rejected: 1,
        fillRate: 1 / 3,
        latencyP50Us: 30,
        failedLegs: 1,
        failedCost: '0.25',
      },
    ]);
    expect(venues[0]?.slippageBps).toBeCloseTo(-5, 6);
    expect(venues[1]?.slippageBps).toBeCloseTo(10, 6);
  });

  test('slippage of legs in different currencies is their mean, whatever number stands for the amount', async () => {
    const legs = [
      { symbol: 'ETH/BTC', side: 'buy', limitPrice: '0.05', qty: '2', venue: 'east' },
      { symbol: 'BTC/USD', side: 'buy', limitPrice: '100000', qty: '0.1', venue: 'east' },
    ] as const;
    const at = { executionId: 'x-9', venue: 'east', state: 'filled' } as const;
    await journal.append([
      ...executed('x-9', { outcome: 'completed', profitHome: '1' }, legs),
      // 0.1005 BTC where 0.1 was counted on: 50 bps worse. And 10,000 USD as it was counted on.
      ...ended({
        ...at,
        symbol: 'ETH/BTC',
        price: '0.05',
        qty: '2',
        filledQty: '2',
        filledNotional: '0.1005',
      }),
      ...ended({ ...at, price: '100000', qty: '0.1', filledQty: '0.1', filledNotional: '10000' }),
    ]);
    expect((await compared()).venues[0]?.slippageBps).toBeCloseTo(25, 6);
  });

  test('only orders of the range and the profile count, and one that never left is none', async () => {
    await journal.append([
      ...ended({ venue: 'east', createdUs: T, state: 'canceled' }),
      ...ended({ venue: 'east', createdUs: T + 10, updatedUs: T + 10, state: 'canceled' }),
      {
        type: 'orderDenied',
        atUs: T + 11,
        order: sampleOrder({ orderId: 'denied', state: 'denied', createdUs: T + 11 }),
        code: 'killed',
        detail: '',
      },
    ]);
    expect(await compared({ fromUs: T + 5 })).toMatchObject({ orders: 1, sinceUs: T + 10 });
    expect(await venueComparison(database, 'paper', 'USD', { fromUs: 0 })).toMatchObject({
      orders: 0,
      sinceUs: null,
      venues: [],
    });
  });
});
