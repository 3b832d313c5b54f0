/** What decides how a profile is traded follows from its facts: a table that says otherwise is found, and the facts hold. */
import type { Kysely } from 'kysely';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import { DEFAULT_LIMITS } from '../../domain/limits.ts';
import type { RiskSnapshot } from '../../domain/risk.ts';
import { testDatabases } from '../../testing/databases.ts';
import { Journal } from '../journal.ts';
import { latestLimits, limitsVersion } from '../queries/risk.ts';
import type { Schema } from '../schema.ts';
import { ChainedDatabase } from '../testing/chained-database.ts';
import { verifyChains } from './verify.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const T = 1_700_000_000_000_000;
const SCOPE = { profile: 'demo', runId: 'run-1' };
const actor = { kind: 'operator', via: 'window' } as const;
const set = (version: number, maxTradesPerDay: number): EngineEvent => ({
  type: 'limitsChanged',
  atUs: T + version,
  actor,
  version,
  scope: 'limits',
  changes: [{ field: 'maxTradesPerDay', from: '1', to: String(maxTradesPerDay) }],
  after: { ...DEFAULT_LIMITS, maxTradesPerDay },
});
const recorded = (atUs: number): EngineEvent => ({
  type: 'riskRecorded',
  atUs,
  risk: { peakEquity: '100' } as unknown as RiskSnapshot,
});

type Db = Kysely<Schema>;
type Case = readonly [name: string, tamper: (db: Db) => Promise<unknown>, found: object];
const after = JSON.stringify({ ...DEFAULT_LIMITS, maxTradesPerDay: 1_000 });

// Facts 1 and 2 set limits, 3 and 4 record risk.
const CASES: readonly Case[] = [
  [
    'limits that are looser than those that were set',
    (db) => db.updateTable('limitChanges').set({ after }).where('version', '=', 2).execute(),
    { kind: 'derived', id: 2 },
  ],
  [
    'a change that no fact knows',
    (db) =>
      db
        .insertInto('limitChanges')
        .values({
          profile: 'demo',
          version: 3,
          atUs: T,
          actor: 'operator via window',
          scope: 'limits',
          changes: '[]',
          after,
        })
        .execute(),
    { kind: 'derived' },
  ],
  [
    'limits taken out, so that the default holds',
    (db) => db.deleteFrom('limitChanges').execute(),
    { kind: 'derived' },
  ],
  [
    'a risk state without its latches',
    (db) => db.updateTable('riskState').set({ json: '{}' }).execute(),
    { kind: 'derived', id: 4 },
  ],
  ['no risk state at all', (db) => db.deleteFrom('riskState').execute(), { kind: 'derived', id: 4 }],
];

describe.each(databases.table)('limits and risk state on %s', (_name, kind) => {
  const stored = new ChainedDatabase(kind);
  const open = () => stored.open();
  beforeEach(async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    await journal.append([set(1, 50), set(2, 20), recorded(T + 3), recorded(T + 4)]);
    await journal.close();
  });
  const verify = async (expected: Parameters<typeof verifyChains>[2] = []) => {
    const { db, heads } = await open();
    return verifyChains(db, heads, expected);
  };

  test('as they follow from the facts are whole', async () => {
    expect(await verify()).toMatchObject({ whole: true, findings: [] });
    const journal = await Journal.open(await open(), SCOPE);
    expect(journal.broken).toEqual([]);
  });

  test.each(CASES)(
    '%s: found, halts trading, and is made again from the facts',
    async (_what, tamper, found) => {
      const database = await open();
      await tamper(database.db);
      expect((await verify()).findings[0]).toMatchObject({ chain: 'events', profile: 'demo', ...found });
      const journal = await Journal.open(database, SCOPE);
      expect(journal.broken).toMatchObject([found]);
      expect(await latestLimits(database, 'demo', 'limits')).toMatchObject({ maxTradesPerDay: 20 });
      expect(await limitsVersion(database, 'demo')).toBe(2);
      // Stays noted until an operator says so, though the rows fit again.
      await journal.close();
      const next = await Journal.open(await open(), SCOPE);
      expect(next.broken).toMatchObject([found]);
      await next.acknowledge();
      await next.close();
      expect(await verify()).toMatchObject({ whole: true, findings: [] });
    },
  );

  test('an end that was noted elsewhere is still there, or the row is named', async () => {
    const { chains } = await verify();
    const [{ end } = { end: { id: 0, hash: '' } }] = chains;
    const noted = { profile: 'demo', chain: 'events', end } as const;
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    await journal.append([recorded(T + 5)]);
    await journal.close();
    expect(await verify([noted])).toMatchObject({ whole: true });
    const other = { ...noted, end: { id: end.id, hash: '0'.repeat(64) } };
    expect((await verify([other])).findings).toMatchObject([{ kind: 'altered', id: end.id }]);
    const later = { ...noted, end: { id: 99, hash: end.hash } };
    expect((await verify([later])).findings).toMatchObject([{ kind: 'removed', id: 99 }]);
  });
});
