import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNewsEvent } from '../../contract/topics.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { EVENT_SCHEMAS } from '../../domain/event-schemas.ts';
import { KernelHarness } from '../../testing/kernel-harness.ts';
import {
  sampleEquity,
  sampleExecution,
  sampleFill,
  sampleOpportunity,
  sampleOrder,
} from '../../testing/sample-events.ts';
import { openDatabase } from '../database.ts';
import type { Database } from '../database-types.ts';
import { Journal } from '../journal.ts';
import { eventOfRow, readableEvents } from './event-rows.ts';
import { listNews } from './news.ts';
import { eventsSince } from './recovery.ts';

const actor = { kind: 'operator', via: 'window' } as const;
const killed = (atUs: number): EngineEvent => ({
  type: 'killed',
  atUs,
  actor,
  reason: 'test',
  cancelsSent: 0,
});

const read = (event: unknown) => eventOfRow({ seq: 7, json: JSON.stringify(event) });

describe('an event of a row', () => {
  it('is given as it was written, with what another version wrote besides', () => {
    for (const event of [
      killed(1),
      sampleEquity(2),
      { type: 'orderFilled', atUs: 3, order: sampleOrder(), fill: sampleFill() },
      { type: 'executionFinished', atUs: 4, execution: sampleExecution() },
      { type: 'opportunityOpened', atUs: 5, opportunity: sampleOpportunity() },
      { ...killed(6), ofAnotherVersion: { a: 1 } },
      {
        type: 'limitsChanged',
        atUs: 7,
        actor,
        version: 1,
        scope: 'execution',
        changes: [],
        after: { crumbBps: 5 },
      },
      { type: 'tradingResumed', atUs: 8, actor },
    ])
      expect(read(event)).toEqual(event);
  });

  it.each<[unknown, RegExp]>([
    [{ ...killed(1), cancelsSent: 'all' }, /^event 7 \(killed\)\.cancelsSent: "all" does not fit/],
    [
      { ...killed(1), actor: { kind: 'ghost', via: '' } },
      /^event 7 \(killed\)\.actor\.kind: "ghost" does not fit/,
    ],
    [{ ...killed(-1) }, /^event 7 \(killed\)\.atUs: "-1" does not fit/],
    [{ ...killed(1), type: 'Killed' }, /^event 7\.type: "Killed" is not a type of event/],
    [{ ...killed(1), type: '__proto__' }, /^event 7\.type: "__proto__" is not a type of event/],
    [
      { type: 'orderCreated', atUs: 1, order: sampleOrder({ qty: '1e5' }) },
      /\(orderCreated\)\.order\.qty: "1e5"/,
    ],
    [{ type: 'orderCreated', atUs: 1 }, /\(orderCreated\)\.order: "nothing" does not fit/],
    [[], /^event 7: "\[\]" is not an event/],
  ])('%j names its row, type, field and value', (event, words) => {
    expect(() => read(event)).toThrow(words);
  });

  it('that is not JSON is named', () => {
    expect(() => eventOfRow({ seq: 7, json: '{"type":' })).toThrow(/^event 7: .* is not JSON/);
  });

  it('of every type that a kernel emits fits its schema', () => {
    const run = new KernelHarness({});
    run.command({ type: 'pause' });
    run.command({ type: 'resume', venue: undefined });
    run.command({ type: 'setLimits', limits: { maxTradesPerDay: 7 } });
    run.command({ type: 'kill', reason: 'test' });
    run.command({ type: 'rearm' });
    const types = new Set(run.events.map(({ type }) => type));
    for (const [seq, event] of run.events.entries())
      expect(eventOfRow({ seq, json: JSON.stringify(event) })).toEqual(JSON.parse(JSON.stringify(event)));
    expect([...types].every((type) => Object.hasOwn(EVENT_SCHEMAS, type))).toBe(true);
    expect(types.size).toBeGreaterThan(5);
  });
});

describe('rows that cannot be read', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase({ memory: true });
    const journal = await Journal.open(database, { profile: 'demo', runId: 'r1' });
    await journal.append(Array.from({ length: 10 }, (_, n) => killed(100 + n)));
    await journal.close();
    // Changed by another program: the chain finds it at the next start, and lists show what is left.
    for (const seq of [9, 8, 3])
      await database.writeAll([
        database.db
          .updateTable('events')
          .set({ json: '{"type":"killed","atUs":1}' })
          .where('seq', '=', seq)
          .compile(),
      ]);
  });
  afterAll(() => database.close());

  it('are left out of a list, counted and named, and no page ends early for them', async () => {
    const first = await listNews(database, 'demo', { limit: 3 });
    expect(first.news.map(({ seq }) => seq)).toEqual([10, 7, 6]);
    expect(first.unread.map(({ seq }) => seq)).toEqual([9, 8]);
    expect(first.unread[0]?.problem).toMatch(/event 9 \(killed\)\.actor: "nothing" does not fit/);
    const rest = await listNews(database, 'demo', { limit: 10, beforeUs: first.news.at(-1)?.event.atUs });
    expect(rest.news.map(({ seq }) => seq)).toEqual([5, 4, 2, 1]);
    expect(rest.unread.map(({ seq }) => seq)).toEqual([3]);
  });

  it('stop a caller that must not go on without them', async () => {
    await expect(eventsSince(database, 'demo', 0, 100)).rejects.toThrow(/event 3 \(killed\)\.actor/);
    expect(await eventsSince(database, 'demo', 3, 4)).toHaveLength(4);
  });

  it('are distinguished from those that can', () => {
    const { events, unread } = readableEvents(
      [
        { seq: 1, json: JSON.stringify(killed(1)) },
        { seq: 2, json: 'nonsense' },
      ],
      isNewsEvent,
    );
    expect([events.length, unread]).toEqual([
      1,
      [{ seq: 2, problem: expect.stringContaining('is not JSON') }],
    ]);
  });
});
