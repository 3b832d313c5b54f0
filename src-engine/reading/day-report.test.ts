/** What a day's page lists of what happened, however busy the day was. */
import { afterAll, expect, it } from 'vitest';
import { modesText } from '../domain/day-texts.ts';
import type { EngineEvent } from '../domain/event.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { openDatabase } from '../storage/database.ts';
import { Journal } from '../storage/journal.ts';
import { sampleRun } from '../testing/sample-events.ts';
import { testDatabases } from '../testing/databases.ts';
import { dayReport } from './day-report.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const DAY = '2026-11-30';
const FROM_US = Date.parse(`${DAY}T00:00:00Z`) * 1_000;
const NOW_US = FROM_US + (14 * 60 + 5) * 60_000_000;
const actor = { kind: 'operator', via: 'cli' } as const;

const killed = (atUs: number, reason: string): EngineEvent => ({
  type: 'killed',
  atUs,
  actor,
  reason,
  cancelsSent: 0,
});
const bookLost = (atUs: number): EngineEvent => ({
  type: 'bookStateChanged',
  atUs,
  venue: 'kraken',
  symbol: 'BTC/USD',
  state: 'stale',
  reason: 'gap',
});
const resumed = (atUs: number): EngineEvent => ({ type: 'tradingResumed', atUs, actor });
const limits = (atUs: number, version: number): EngineEvent => ({
  type: 'limitsChanged',
  atUs,
  actor,
  version,
  scope: 'limits',
  changes: [{ field: 'maxOrderNotional', from: String(version), to: String(version + 1) }],
  after: DEFAULT_LIMITS,
});

it.each(databases.table)(
  'the mode, the hour until which it counts, and every part of the equity are in it, on %s',
  async (_name, { fresh, missing }) => {
    if (missing !== undefined) return;
    const database = await openDatabase(await fresh());
    try {
      const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
      const sampled = (atUs: number, equity: string, realizedPnl: string, unrealizedPnl: string) => ({
        type: 'equitySampled' as const,
        atUs,
        sample: { atUs, homeAsset: 'USD', equity, realizedPnl, unrealizedPnl, fees: '1' },
      });
      await journal.append([
        sampleRun(FROM_US - 9),
        sampled(FROM_US - 5, '74973.04', '-0.66', '0.7'),
        sampled(FROM_US + 5, '74985.1', '1.34', '10.76'),
      ]);
      const context = { database, profile: 'demo', homeAsset: 'USD', nowUs: NOW_US };
      const { report, text } = await dayReport(context, DAY);
      expect(report).toMatchObject({ untilUs: NOW_US, modes: [{ mode: 'paper', simulatedMarket: true }] });
      expect(report.equity).toMatchObject({
        from: { capital: '74973', equity: '74973.04' },
        to: { capital: '74973', equity: '74985.1' },
        change: { capital: '0', realizedPnl: '2', unrealizedPnl: '10.06', equity: '12.06' },
        holdings: '12.06',
      });
      expect(text).toContain(`${DAY} (UTC) until 14:05, demo`);
      expect(text).toContain('Mode: simulated market, paper trading');
      // A coin that lost its price is no capital that was taken out.
      const { sample } = sampled(FROM_US + 6, '70000', '1.34', '0');
      await journal.append([
        { type: 'equitySampled', atUs: FROM_US + 6, sample: { ...sample, withoutPrice: 2 } },
      ]);
      const { report: partly, text: unknown } = await dayReport(context, DAY);
      expect(partly.equity).toMatchObject({
        from: { capital: '74973', withoutPrice: 0 },
        to: { capital: null, withoutPrice: 2, equity: '70000' },
        change: { capital: null },
      });
      expect(unknown).toContain('unknown for 2 coins without a price');
      expect(unknown).toContain('70000 and 2 coins without a price');
      const { report: later, text: over } = await dayReport({ ...context, nowUs: NOW_US * 2 }, DAY);
      expect([later.untilUs, over.includes('until')]).toEqual([later.toUs, false]);
      const { report: before, text: none } = await dayReport(context, '2026-11-28');
      expect([before.equity, before.modes]).toEqual([null, []]);
      expect(none).toContain('Nothing ran on this day.');
      const { text: coming } = await dayReport({ ...context, nowUs: FROM_US - 1 }, DAY);
      expect(coming).toContain(`${DAY} (UTC), which has not begun, demo`);
      expect(modesText({ ...before, found: 3 })).toBe('The mode is not known.');
      // The day has just begun, and the account is worth what it was: one event says that the run goes on.
      await journal.append([resumed(FROM_US + 86_400_000_000 + 5)]);
      const { report: next } = await dayReport({ ...context, nowUs: NOW_US * 2 }, '2026-12-01');
      expect(next.modes).toEqual([{ mode: 'paper', simulatedMarket: true }]);
      // A live run begins disarmed: what it was at any hour is not to be read from its mode.
      expect(modesText({ ...before, modes: [{ mode: 'live', simulatedMarket: false }] })).toBe(
        'Mode: live: orders to the account while it is armed, none while it is disarmed.',
      );
    } finally {
      await database.close();
    }
  },
);

it.each(databases.table)(
  'a kill and a change of limits are listed, whatever else happened that day, on %s',
  async (_name, { fresh, missing }) => {
    if (missing !== undefined) return;
    const database = await openDatabase(await fresh());
    try {
      const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
      const many = (count: number, of: (atUs: number, n: number) => EngineEvent) =>
        Array.from({ length: count }, (_, n) => of(FROM_US + 1_000 + n, n));
      await journal.append([
        killed(FROM_US - 1, 'the day before'),
        killed(FROM_US, 'first thing'),
        ...many(1_100, bookLost),
        ...many(250, resumed),
        ...many(1_001, limits),
        killed(FROM_US + 86_400_000_000, 'the day after'),
      ]);
      const { report, text } = await dayReport(
        { database, profile: 'demo', homeAsset: 'USD', nowUs: NOW_US },
        DAY,
      );
      expect(text).toContain('first thing');
      expect(text).not.toMatch(/the day (before|after)/);
      // One kill, and as many as there is room for of what comes next by its count.
      expect(text).toContain('Counted, not listed: Trading resumed 51, Limits changed 1001, Book 1100.');
      expect([report.changes, text.includes('801 more are not listed here')]).toEqual([1_001, true]);
      const { text: quiet } = await dayReport(
        { database, profile: 'demo', homeAsset: 'USD', nowUs: NOW_US },
        '2026-11-28',
      );
      expect(quiet).toMatch(/<h2>Events<\/h2><p>None\.<\/p>/);
    } finally {
      await database.close();
    }
  },
);
