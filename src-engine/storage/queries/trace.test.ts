import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabases } from '../../testing/databases.ts';
import { sampleFill, sampleOpportunity, sampleOrder } from '../../testing/sample-events.ts';
import type { Database } from '../database-types.ts';
import { openDatabase } from '../database.ts';
import { readTrace } from './trace.ts';

const CALLS_US = 1_900_000_000_000_000;
/** r7 rests while the calls come; all others were filled long before. */
const lifeOf = (orderId: string) =>
  orderId === 'r7'
    ? ({ state: 'accepted', createdUs: CALLS_US - 1 } as const)
    : ({ state: 'filled' } as const);

const databases = await testDatabases();
afterAll(() => databases.stop());

describe.each(databases.table)('what belongs together on %s', (name, { fresh, missing }) => {
  let database: Database;
  beforeAll(async () => {
    if (missing !== undefined) return;
    database = await openDatabase(await fresh());
    const { db } = database;
    const execution = (n: number, profile = 'demo') => ({
      profile,
      executionId: `e${n}`,
      opportunityId: n < 3 ? 'o1' : `o${n}`,
      venue: 'simulated',
      path: '["USD","BTC"]',
      startAmount: '1',
      profit: '0',
      profitHome: '0',
      expectedNetBps: 1,
      realizedNetBps: 1,
      dust: '[]',
      outcome: 'completed' as const,
      detail: '',
      startedUs: n,
      finishedUs: n,
    });
    const { legs, path, waterfall, ...opportunity } = sampleOpportunity();
    const texts = {
      legs: JSON.stringify(legs),
      path: JSON.stringify(path),
      waterfall: JSON.stringify(waterfall),
    };
    const opportunities = ['o1', 'o3'].map((opportunityId) => ({
      ...opportunity,
      ...texts,
      profile: 'demo',
      opportunityId,
      closedUs: 9,
    }));
    await db.insertInto('opportunities').values(opportunities).execute();
    await db
      .insertInto('executions')
      .values([execution(1), execution(2), execution(3), execution(1, 'paper')])
      .execute();
    const calls = [
      ['takeOpportunity', 'demo', '{"opportunityId":"o1"} → execution e1'],
      ['flatten', 'demo', '{"venue":"simulated"} → execution e2, e30'],
      ['settleOrder', 'demo', '{"orderId":"r3"}'],
      // Another id that begins so, another call, another profile.
      ['settleOrder', 'demo', '{"orderId":"r33"}'],
      ['kill', 'demo', '{"reason":"r3"}'],
      ['settleOrder', 'paper', '{"orderId":"r3"}'],
      ['cancelOrders', 'demo', '{"venue":"kraken"}'],
      ['cancelOrders', 'demo', '{"symbol":"BTC/USD"}'],
    ] as const;
    for (const [n, [action, profile, detail]] of calls.entries()) {
      const row = { actor: 'operator via test', action, outcome: 'ok', detail, hash: null } as const;
      await db
        .insertInto('audit')
        .values({ ...row, profile, auditId: n + 1, atUs: CALLS_US + n })
        .execute();
    }
    const deed = {
      actedUs: CALLS_US,
      cause: 'dead',
      silentMs: 1,
      canceled: 1,
      verified: true,
      tookMs: 1,
      problem: '',
    };
    for (const [n, event] of [
      {
        type: 'killed',
        atUs: CALLS_US - 9,
        actor: { kind: 'operator', via: 'test' },
        reason: 'before',
        cancelsSent: 0,
      },
      {
        type: 'killed',
        atUs: CALLS_US,
        actor: { kind: 'operator', via: 'test' },
        reason: 'because',
        cancelsSent: 1,
      },
      { type: 'tradingHalted', atUs: CALLS_US + 1, code: 'x', reason: 'elsewhere', venue: 'kraken' },
      { type: 'watchdogActed', atUs: CALLS_US + 2, venue: 'simulated', ...deed },
    ].entries()) {
      const row = { profile: 'demo', seq: n + 1, runId: 'run', hash: null, json: JSON.stringify(event) };
      await db
        .insertInto('events')
        .values({ ...row, type: event.type, atUs: event.atUs })
        .execute();
    }
    // e9 is under way: it has orders and no row of its own.
    for (const [executionId, orderId] of [
      ['e1', 'r1'],
      ['e1', 'r2'],
      ['e2', 'r3'],
      ['e3', 'r4'],
      ['e9', 'r9'],
      ['e7', 'r7'],
    ] as const) {
      await db
        .insertInto('orders')
        .values({ profile: 'demo', ...sampleOrder({ orderId, executionId, ...lifeOf(orderId) }) })
        .execute();
      const fill = sampleFill({ fillId: `f-${orderId}`, orderId, executionId });
      await db
        .insertInto('fills')
        .values({ profile: 'demo', ...fill, cost: null })
        .execute();
    }
  });
  afterAll(() => database?.close());

  it.skipIf(missing !== undefined)(
    'has the kills, cancels, halts and acts of a watchdog that met an open order at its venue, and no other',
    async () => {
      const { audit, stops } = await readTrace(database, 'demo', 'r7');
      expect(audit.map(({ action, detail }) => `${action} ${detail}`)).toEqual([
        'kill {"reason":"r3"}',
        'cancelOrders {"symbol":"BTC/USD"}',
      ]);
      expect(stops.map(({ seq, event }) => `${seq} ${event.type}`)).toEqual(['2 killed', '4 watchdogActed']);
      expect((await readTrace(database, 'demo', 'r4')).stops).toEqual([]);
    },
  );

  it.skipIf(missing !== undefined).each(['o1', 'e1', 'e2', 'r2', 'f-r3'])(
    'is the same whole, whichever of its ids is given: %s',
    async (id) => {
      const trace = await readTrace(database, 'demo', id);
      expect(trace.opportunities.map(({ opportunityId }) => opportunityId)).toEqual(['o1']);
      expect(trace.executions.map(({ executionId }) => executionId)).toEqual(['e1', 'e2']);
      expect(trace.orders.map(({ orderId }) => orderId)).toEqual(['r1', 'r2', 'r3']);
      expect(trace.fills.map(({ fillId }) => fillId)).toEqual(['f-r1', 'f-r2', 'f-r3']);
      expect(trace.audit.map(({ action }) => action)).toEqual(['takeOpportunity', 'flatten', 'settleOrder']);
    },
  );

  it.skipIf(missing !== undefined || name !== 'SQLite')(
    'is found by indexes, in no whole table',
    async () => {
      for (const [table, column] of [
        ['orders', 'executionId'],
        ['fills', 'executionId'],
        ['fills', 'fillId'],
        ['executions', 'opportunityId'],
      ] as const) {
        const found = sql`explain query plan select * from ${sql.table(table)} where profile = 'demo' and ${sql.ref(column)} = 'x'`;
        expect(JSON.stringify((await found.execute(database.db)).rows)).toMatch(/profile=\? AND \w+=\?/);
      }
    },
  );

  it.skipIf(missing !== undefined)(
    'has the orders of an execution under way, and nothing of another profile',
    async () => {
      expect(await readTrace(database, 'demo', 'r9')).toMatchObject({
        executions: [],
        audit: [],
        orders: [{ orderId: 'r9' }],
      });
      expect(await readTrace(database, 'paper', 'e1')).toMatchObject({
        executions: [{ executionId: 'e1' }],
        orders: [],
      });
      await expect(readTrace(database, 'paper', 'r9')).rejects.toMatchObject({
        problem: { code: 'no-such-id' },
      });
    },
  );
});
