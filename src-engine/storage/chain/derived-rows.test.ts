/** A row altered, removed or added in any table that follows from the facts, or in the settings: found, named, and set right where facts say how. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import { DEFAULT_LIMITS } from '../../domain/limits.ts';
import type { RiskSnapshot } from '../../domain/risk.ts';
import { testDatabases } from '../../testing/databases.ts';
import {
  sampleEquity,
  sampleExecution,
  sampleFill,
  sampleOpportunity,
  sampleOrder,
  sampleRun,
} from '../../testing/sample-events.ts';
import type { Database } from '../database-types.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { renameBalances } from '../queries/account.ts';
import { getSetting, setSetting } from '../settings.ts';
import { checkDerived } from './derived.ts';
import { verifyChains } from './verify.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const T = 1_700_000_000_000_000;
const SCOPE = { profile: 'demo', runId: 'run-1' };
const actor = { kind: 'operator', via: 'window' } as const;
const balance = (asset: string, total: string) => ({ asset, total, reserved: '0', costHome: '1' });

/** One fact after the other, with the table whose row it gives or changes. */
const FACTS: readonly EngineEvent[] = [
  sampleRun(),
  { type: 'balancesChanged', atUs: T, balances: [balance('BTC', '1'), balance('USD', '900')] },
  { type: 'orderCreated', atUs: T, order: sampleOrder({ orderId: 'o-1' }) },
  {
    type: 'orderFilled',
    atUs: T,
    order: sampleOrder({ orderId: 'o-1', state: 'filled', filledQty: '0.01', updatedUs: T + 9 }),
    fill: sampleFill({ fillId: 'f-1', orderId: 'o-1', cost: '640' }),
  },
  { type: 'executionFinished', atUs: T, execution: sampleExecution({ executionId: 'x-1' }) },
  { type: 'opportunityOpened', atUs: T, opportunity: sampleOpportunity({ opportunityId: 'p-1' }) },
  sampleEquity(T),
  {
    type: 'limitsChanged',
    atUs: T,
    actor,
    version: 1,
    scope: 'limits',
    changes: [],
    after: DEFAULT_LIMITS,
  },
  { type: 'riskRecorded', atUs: T, risk: { peakEquity: '100' } as unknown as RiskSnapshot },
];

type AnyDb = Kysely<Record<string, Record<string, unknown>>>;
type Table = readonly [table: string, key: string, id: string | number, column: string, value: unknown];
/** A row of each table, and what an attacker would set in it. */
const TABLES: readonly Table[] = [
  ['runs', 'runId', 'run-1', 'homeAsset', 'EUR'],
  ['balances', 'asset', 'BTC', 'total', '1000'],
  ['orders', 'orderId', 'o-1', 'state', 'unknown'],
  ['fills', 'fillId', 'f-1', 'cost', null],
  ['executions', 'executionId', 'x-1', 'profitHome', '9999'],
  ['opportunities', 'opportunityId', 'p-1', 'decision', 'denied'],
  ['equity', 'atUs', T, 'realizedPnl', '9999'],
  ['limitChanges', 'version', 1, 'actor', 'engine via kernel'],
  ['riskState', 'profile', 'demo', 'json', '{}'],
];
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const named = (table: string): RegExp => new RegExp(`row ${snake(table)} \\[`);

describe.each(databases.table)('on %s', (_name, { fresh, missing }) => {
  let dataDir = '';
  let database: Database;
  // One for all: each test leaves it whole.
  beforeAll(async () => {
    if (missing !== undefined) return;
    dataDir = mkdtempSync(join(tmpdir(), 'parallax-rows-'));
    const place = await fresh();
    database = await openDatabase('url' in place ? { url: place.url, dataDir } : { dataDir });
    const journal = await Journal.open(database, SCOPE);
    await journal.append(FACTS);
    await setSetting(database, 'kept', 1);
    await journal.close();
  });
  beforeEach(({ skip }) => skip(missing !== undefined));
  afterAll(async () => {
    if (missing !== undefined) return;
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const findings = async () => {
    database.heads.reread();
    return (await verifyChains(database.db, database.heads)).findings;
  };
  const start = (): Promise<Journal> => Journal.open(database, SCOPE);
  /** Halted until it is acknowledged, and whole from then on. */
  const demandHalted = async (found: unknown): Promise<void> => {
    const journal = await start();
    expect(journal.broken).toMatchObject([found]);
    await journal.acknowledge();
    await journal.close();
    expect(await findings()).toEqual([]);
  };
  const any = (): AnyDb => database.db as unknown as AnyDb;
  const rowsOf = (table: string) =>
    any().selectFrom(table).selectAll().where('profile', '=', 'demo').execute();

  test('untouched tables are whole, in one part or in many', async () => {
    expect(await findings()).toEqual([]);
    expect((await checkDerived(database.db, 'demo', undefined, 2)).findings).toEqual([]);
    expect((await start()).broken).toEqual([]);
  });

  /** Found by an operator and by a start, which sets it right and stays halted until that is acknowledged. */
  const demandFound = async (
    table: string,
    what: RegExp,
    before: readonly Record<string, unknown>[],
  ): Promise<void> => {
    const [found, ...more] = await findings();
    expect(found).toMatchObject({ kind: 'derived', profile: 'demo' });
    expect(found?.detail).toMatch(named(table));
    expect(found?.detail).toMatch(what);
    expect(more).toEqual([]);
    if (table === 'opportunities') {
      // It decides nothing: a start does not look at it.
      expect((await start()).broken).toEqual([]);
      await any().deleteFrom(table).execute();
      for (const row of before) await any().insertInto(table).values(row).execute();
      return;
    }
    await demandHalted(found);
    expect(await rowsOf(table)).toEqual(before);
  };

  test.each(TABLES)('a row of %s that was altered', async (table, key, id, column, value) => {
    const before = await rowsOf(table);
    await any()
      .updateTable(table)
      .set({ [column]: value })
      .where(key, '=', id)
      .execute();
    await demandFound(table, /is not what follows from this fact/, before);
  });

  test.each(TABLES)('a row of %s that was removed', async (table, key, id) => {
    const before = await rowsOf(table);
    await any().deleteFrom(table).where(key, '=', id).execute();
    await demandFound(table, /, which follows from this fact, is missing/, before);
  });

  test.each(TABLES.filter(([table]) => table !== 'riskState'))(
    'a row of %s that was added',
    async (table, key, id) => {
      const before = await rowsOf(table);
      const row = before.find((one) => one[key] === id);
      const other = typeof id === 'number' ? id + 1 : 'other';
      await any()
        .insertInto(table)
        .values({ ...row, [key]: other })
        .execute();
      await demandFound(table, /no fact up to this one knows/, before);
    },
  );

  test('balances that a run of more venues gave other names, and that it had no time to record, are the same', async () => {
    const rename = (from: string, to: string) =>
      renameBalances(database, 'demo', new Map([[from, to]]), 'kraken');
    await rename('USD', 'USD@kraken');
    expect(await findings()).toEqual([]);
    expect((await start()).broken).toEqual([]);
    const richer = (total: string) =>
      any().updateTable('balances').set({ total }).where('asset', '=', 'USD@kraken').execute();
    await richer('901');
    expect(await findings()).toMatchObject([{ kind: 'derived' }, { kind: 'derived' }]);
    await richer('900');
    await rename('USD@kraken', 'USD');
  });

  test('facts that an older version wrote without a column say nothing about it', async () => {
    const { profitHome: _, ...older } = sampleExecution({ executionId: 'x-1' });
    const event = { type: 'executionFinished', atUs: T, execution: older };
    const rewrite = (json: string) =>
      any().updateTable('events').set({ json }).where('type', '=', 'executionFinished').execute();
    await rewrite(JSON.stringify(event));
    expect((await checkDerived(database.db, 'demo')).findings).toEqual([]);
    await rewrite(JSON.stringify({ ...event, execution: { ...older, profit: '7' } }));
    expect((await checkDerived(database.db, 'demo')).findings).toHaveLength(1);
    await rewrite(JSON.stringify(FACTS.find(({ type }) => type === 'executionFinished')));
  });

  test('a row that is older than the chain and that no fact knows was carried along: it is no finding', async () => {
    const anchor = {
      profile: 'demo',
      chain: 'events',
      anchorId: 0,
      lastId: FACTS.length,
      rows: FACTS.length,
    };
    await any()
      .insertInto('chainAnchors')
      .values({ ...anchor, seal: '', hash: '', reason: 'before the chain' })
      .execute();
    const [row] = await rowsOf('executions');
    const add = (executionId: string, finishedUs: number) =>
      any()
        .insertInto('executions')
        .values({ ...row, executionId, finishedUs })
        .execute();
    await add('older', T);
    expect((await checkDerived(database.db, 'demo')).findings).toEqual([]);
    await add('newer', T + 1);
    expect((await checkDerived(database.db, 'demo')).findings).toMatchObject([{ kind: 'derived' }]);
    await any().deleteFrom('executions').where('executionId', 'in', ['older', 'newer']).execute();
    await any().deleteFrom('chainAnchors').where('anchorId', '=', 0).execute();
  });

  test.each([
    [
      'altered',
      (db: AnyDb) =>
        db.updateTable('settings').set({ json: '{"value":2}' }).where('key', '=', 'kept').execute(),
    ],
    ['removed', (db: AnyDb) => db.deleteFrom('settings').where('key', '=', 'kept').execute()],
    ['added', (db: AnyDb) => db.insertInto('settings').values({ key: 'other', json: '1' }).execute()],
  ])('a setting that was %s', async (what, tamper) => {
    await tamper(any());
    const detail = expect.stringMatching(new RegExp(`the setting "[\\w ]+" was ${what}`));
    const found = { kind: 'setting', detail };
    expect(await findings()).toMatchObject([found]);
    await demandHalted(found);
  });

  test('a setting that is put back as it was before is found: the last value alone holds', async () => {
    await setSetting(database, 'kept', 1);
    const row = () => database.db.selectFrom('settings').where('key', '=', 'kept');
    const { json } = await row().select('json').executeTakeFirstOrThrow();
    await Promise.all([2, 3, 4].map((value) => setSetting(database, 'kept', value)));
    expect([await getSetting(database, 'kept'), await findings()]).toEqual([4, []]);
    await database.db.updateTable('settings').set({ json }).where('key', '=', 'kept').execute();
    expect(await findings()).toMatchObject([{ kind: 'setting' }]);
  });
});
