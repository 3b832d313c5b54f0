import { afterAll, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../domain/limits.ts';
import type { RiskSnapshot } from '../../domain/risk.ts';
import { testDatabases } from '../../testing/databases.ts';
import { sampleEquity } from '../../testing/sample-events.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { listAudit } from './history.ts';
import { latestLimits, latestRisk, limitsVersion, listLimitChanges } from './risk.ts';

const SNAPSHOT: RiskSnapshot = {
  level: 'caution',
  levelSinceUs: 5,
  day: 20_000,
  dayOpenEquity: '10000.5',
  peakEquity: '10100.25',
  tradesToday: 3,
  latched: [{ breaker: 'exposure', venue: '', state: 'latched', reason: 'r', sinceUs: 4 }],
  stops: [{ strategy: 'kraken USD>BTC>ETH', reason: '8 tries', sinceUs: 2 }],
  record: { wins: 2, losses: 1, won: '3.25', lost: '1' },
  opened: { USD: '10000' },
  ofStrategies: { BTC: '1' },
};
const actor = { kind: 'operator', via: 'window' } as const;
const recorded = (atUs: number, risk: RiskSnapshot): EngineEvent => ({ type: 'riskRecorded', atUs, risk });

const databases = await testDatabases();
afterAll(() => databases.stop());

describe.each(databases.table)('risk on %s', (_name, { fresh, missing }) => {
  it.skipIf(missing !== undefined)('is as it was recorded last, with the highest equity since', async () => {
    const database = await openDatabase(await fresh());
    const journal = await Journal.open(database, { profile: 'paper', runId: 'r1' });
    expect(await latestRisk(database, 'paper')).toBeUndefined();
    await journal.append([sampleEquity(1, '99999'), recorded(10, { ...SNAPSHOT, tradesToday: 1 })]);
    await journal.append([recorded(20, SNAPSHOT)]);
    expect(await latestRisk(database, 'paper')).toEqual(SNAPSHOT);
    await journal.append([sampleEquity(21, '10100.5'), sampleEquity(22, '10099')]);
    expect(await latestRisk(database, 'paper')).toEqual({ ...SNAPSHOT, peakEquity: '10100.5' });
    await journal.append([recorded(20, { ...SNAPSHOT, unpriced: { BTC: '0.1' } })]);
    expect(await latestRisk(database, 'paper')).toEqual({ ...SNAPSHOT, unpriced: { BTC: '0.1' } });
    expect(await latestRisk(database, 'demo')).toBeUndefined();
    const json = JSON.stringify({ ...SNAPSHOT, latched: 'none' });
    await database.writeAll([database.db.updateTable('riskState').set({ json }).compile()]);
    await expect(latestRisk(database, 'paper')).rejects.toThrow(
      /risk state of paper: "latched" cannot be read/,
    );
    await journal.close();
    await database.close();
  });

  it.skipIf(missing !== undefined)(
    'keeps every change of limits, numbered, and audits states and refusals',
    async () => {
      const database = await openDatabase(await fresh());
      const journal = await Journal.open(database, { profile: 'paper', runId: 'r1' });
      const limits = { ...DEFAULT_LIMITS, maxDrawdownPct: 12 };
      await journal.append([
        {
          type: 'limitsChanged',
          atUs: 1,
          actor,
          version: 1,
          scope: 'limits',
          changes: [{ field: 'maxDrawdownPct', from: '15', to: '12' }],
          after: limits,
        },
        {
          type: 'limitsChanged',
          atUs: 2,
          actor,
          version: 2,
          scope: 'detection',
          changes: [{ field: 'minNetBps', from: '1', to: '2' }],
          after: DEFAULT_DETECTION,
        },
        { type: 'riskLevelChanged', atUs: 3, from: 'normal', to: 'caution', lossPct: '3.1', actor },
        {
          type: 'breakerChanged',
          atUs: 4,
          breaker: 'data-quality',
          venue: 'kraken',
          state: 'open',
          reason: '20 faults',
          actor: { kind: 'engine', via: 'risk' },
        },
        { type: 'strategyStopped', atUs: 5, strategy: 'kraken USD>BTC>ETH', reason: '8 tries' },
        {
          type: 'opportunityDenied',
          atUs: 6,
          opportunityId: 'o1',
          venue: 'kraken',
          path: ['USD', 'BTC', 'ETH'],
          code: 'position-limit',
          detail: 'position in BTC 600 USD, allowed 500 USD',
        },
      ]);
      expect(await limitsVersion(database, 'paper')).toBe(2);
      expect(await limitsVersion(database, 'demo')).toBe(0);
      expect(await latestLimits(database, 'paper', 'limits')).toEqual(limits);
      const changes = await listLimitChanges(database, 'paper', { limit: 1 });
      expect(changes).toMatchObject([{ version: 2, scope: 'detection', actor: 'operator via window' }]);
      const earlier = await listLimitChanges(database, 'paper', { limit: 5, beforeUs: 2 });
      expect(earlier).toMatchObject([{ changes: [{ field: 'maxDrawdownPct', from: '15', to: '12' }] }]);
      const audit = await listAudit(database, 'paper', { limit: 10 });
      expect(audit.map((entry) => [entry.actor, entry.action, entry.outcome])).toEqual([
        ['engine', 'trade cycle', 'denied: position-limit'],
        ['engine', 'stop strategy', 'stopped'],
        ['engine via risk', 'breaker data-quality of kraken', 'open'],
        ['operator via window', 'risk level', 'caution'],
        ['operator via window', 'change detection', 'version 2'],
        ['operator via window', 'change limits', 'version 1'],
      ]);
      expect(audit[0]?.detail).toContain('position in BTC 600 USD, allowed 500 USD');
      await journal.close();
      await database.close();
    },
  );
});
