import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { NEWS_TYPES } from '../../contract/topics.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { DecisionCode } from '../../domain/opportunity.ts';
import { testDatabases } from '../../testing/databases.ts';
import { sampleEquity, sampleFill, sampleOpportunity, sampleOrder } from '../../testing/sample-events.ts';
import type { Database } from '../database-types.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { listEquity } from './account.ts';
import type { StrategyStanding } from '../../domain/strategy-schemas.ts';
import { DECISIONS_WHERE, STRATEGIES_WHERE } from '../migrations/0010-strategies.ts';
import { NEWS_WHERE } from '../migrations/0013-go-live-news.ts';
import { latestStrategies, listStrategyEvents } from './strategies.ts';
import { listFills, listOpportunities, listOrders } from './history.ts';
import { countNews, listNews } from './news.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const T = 1_700_000_000_000_000;

async function closedIds(database: Database, filter: { decision?: DecisionCode }): Promise<string[]> {
  const rows = await listOpportunities(database, 'demo', { limit: 10, ...filter });
  return rows.map((row) => row.opportunityId);
}

describe.each(databases.table)('history on %s', (_name, { fresh, missing }) => {
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

  test('counts and pages the events of the engine itself, by their index', async () => {
    const actor = { kind: 'operator', via: 'cli' } as const;
    const killed = (atUs: number): EngineEvent => ({
      type: 'killed',
      atUs,
      actor,
      reason: 'test',
      cancelsSent: 0,
    });
    await journal.append([sampleEquity(T), killed(T + 1), sampleEquity(T + 2), killed(T + 3), killed(T + 3)]);
    expect(await countNews(database, 'demo')).toBe(3);
    expect(await countNews(database, 'paper')).toBe(0);
    const seen: number[] = [];
    let beforeUs: number | undefined;
    for (;;) {
      const { news: page } = await listNews(database, 'demo', { limit: 1, beforeUs });
      if (page.length === 0) break;
      seen.push(...page.map(({ event }) => event.atUs - T));
      beforeUs = page.at(-1)?.event.atUs;
    }
    expect(seen).toEqual([3, 3, 1]);
    // What the list shows and what the index holds are the same types.
    expect(NEWS_WHERE).toBe(`type in (${NEWS_TYPES.map((type) => `'${type}'`).join(', ')})`);
    if (database.kind !== 'sqlite') return;
    const text = `select count(*) from events where profile = 'demo' and ${NEWS_WHERE}`;
    const plan = await sql<{ detail: string }>`${sql.raw(`explain query plan ${text}`)}`.execute(database.db);
    expect(plan.rows.map(({ detail }) => detail).join()).toContain('events_of_news');
  });

  test('a restart finds how the strategies stood, and a window what they decided, each by its index', async () => {
    const strategy = 'momentum:test:BTC/USD';
    const missed = (atUs: number): EngineEvent => ({
      type: 'strategyMissed',
      atUs,
      strategy,
      mode: 'shadow',
      venue: 'test',
      symbol: 'BTC/USD',
      code: 'no-book',
      detail: '',
    });
    const recorded = (atUs: number): EngineEvent => ({ type: 'strategiesRecorded', atUs, strategies: [] });
    const faults: string[] = [];
    const standing = { setup: { strategy } } as unknown as StrategyStanding;
    await journal.append([
      recorded(T),
      missed(T + 1),
      missed(T + 2),
      { ...recorded(T + 3), strategies: [standing] } as EngineEvent,
      missed(T + 4),
    ]);
    // One that does not fit is named and left out; the record before it is not taken instead.
    expect(await latestStrategies(database, 'demo', (text) => faults.push(text))).toEqual([]);
    expect(faults).toHaveLength(1);
    const first = await listStrategyEvents(database, 'demo', { limit: 2 });
    const beforeSeq = first.events.at(-1)?.seq;
    const rest = await listStrategyEvents(database, 'demo', { limit: 2, beforeSeq });
    expect([...first.events, ...rest.events].map(({ event }) => event.atUs - T)).toEqual([4, 2, 1]);
    if (database.kind !== 'sqlite') return;
    for (const [where, index] of [
      [STRATEGIES_WHERE, 'events_of_strategies'],
      [DECISIONS_WHERE, 'events_of_decisions'],
    ] as const) {
      const text = `select json from events where profile = 'demo' and ${where} order by seq desc limit 1`;
      const plan = await sql<{ detail: string }>`${sql.raw(`explain query plan ${text}`)}`.execute(
        database.db,
      );
      expect(plan.rows.map(({ detail }) => detail).join()).toContain(index);
    }
  });

  test('pages through fills of equal times without a gap or a repetition', async () => {
    // Five fills in each of ten microseconds; a page of 7 would end within one.
    const events = Array.from({ length: 50 }, (_, index): EngineEvent => {
      const fill = sampleFill({
        fillId: `fill-${String(index).padStart(2, '0')}`,
        atUs: T + Math.floor(index / 5),
      });
      return { type: 'orderFilled', atUs: fill.atUs, order: sampleOrder(), fill };
    });
    await journal.append(events);
    const seen: string[] = [];
    let beforeUs: number | undefined;
    let pages = 0;
    for (;;) {
      const fills = await listFills(database, 'demo', { limit: 7, beforeUs });
      if (fills.length === 0) break;
      pages++;
      expect(fills.length).toBeGreaterThanOrEqual(Math.min(7, 50 - seen.length));
      seen.push(...fills.map((fill) => fill.fillId));
      beforeUs = fills.at(-1)?.atUs;
    }
    expect(pages).toBe(5);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(new Set(seen).size).toBe(50);
  });

  test('gives exactly the limit where times differ', async () => {
    const created = (index: number): EngineEvent => ({
      type: 'orderCreated',
      atUs: T + index,
      order: sampleOrder({ orderId: `order-${index}`, createdUs: T + index }),
    });
    await journal.append(Array.from({ length: 10 }, (_, index) => created(index)));
    const orders = await listOrders(database, 'demo', { limit: 3, beforeUs: T + 8 });
    expect(orders.map((order) => order.orderId)).toEqual(['order-7', 'order-6', 'order-5']);
  });

  test('filters orders by state', async () => {
    const events = (['filled', 'canceled', 'filled'] as const).map((state, index): EngineEvent => {
      const order = sampleOrder({ orderId: `order-${index}`, state, createdUs: T + index });
      return { type: 'orderAccepted', atUs: T, order };
    });
    await journal.append(events);
    const orders = await listOrders(database, 'demo', { limit: 10, state: 'filled' });
    expect(orders.map((order) => order.orderId)).toEqual(['order-2', 'order-0']);
  });

  test('lists closed opportunities only, by decision if asked', async () => {
    const life = (id: string, change: object): EngineEvent => ({
      type: 'opportunityClosed',
      atUs: T,
      opportunity: sampleOpportunity({ opportunityId: id, ...change }),
    });
    await journal.append([
      life('a', { closedUs: T + 1 }),
      life('b', { closedUs: T + 2, decision: 'book-stale' }),
      life('c', {}),
    ]);
    expect(await closedIds(database, {})).toEqual(['b', 'a']);
    expect(await closedIds(database, { decision: 'taken' })).toEqual(['a']);
  });

  test('shortens the equity curve and keeps its first and last sample', async () => {
    // Most samples in the last tenth of the time, as after a long pause.
    const times = [T, T + 500_000, ...Array.from({ length: 998 }, (_, index) => T + 900_000 + index * 100)];
    await journal.append(times.map((atUs, at) => sampleEquity(atUs, String(1_000 + (at % 7)))));
    const all = await listEquity(database, 'demo', { fromUs: 0, maxPoints: 1_000 });
    expect(all.map((sample) => sample.atUs)).toEqual(times);
    const kept = await listEquity(database, 'demo', { fromUs: 0, maxPoints: 100 });
    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept.length).toBeGreaterThan(10);
    const found = kept.map((sample) => sample.atUs);
    expect(found[0]).toBe(T);
    expect(found.at(-1)).toBe(times.at(-1));
    expect(found).toContain(T + 500_000);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    const range = await listEquity(database, 'demo', { fromUs: T + 1, toUs: T + 900_000, maxPoints: 10 });
    expect(range.map((sample) => sample.atUs)).toEqual([T + 500_000, T + 900_000]);
    expect(await listEquity(database, 'other', { fromUs: 0, maxPoints: 10 })).toEqual([]);
  });

  test('a fall to 800 and a peak of 1100 stay on a curve that is shortened, in their order', async () => {
    const equityAt = (at: number): string => (at === 3_100 ? '1100' : at === 3_101 ? '800' : '1000');
    const events = Array.from({ length: 5_000 }, (_, at) => sampleEquity(T + at * 1_000_000, equityAt(at)));
    await journal.append(events);
    const kept = await listEquity(database, 'demo', { fromUs: 0, maxPoints: 40 });
    const values = kept.map(({ equity }) => Number(equity));
    expect(kept.length).toBeLessThanOrEqual(40);
    expect([Math.max(...values), Math.min(...values)]).toEqual([1_100, 800]);
    expect(values.indexOf(1_100)).toBeLessThan(values.indexOf(800));
  });
});
