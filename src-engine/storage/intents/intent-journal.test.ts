import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import { testDatabases } from '../../testing/databases.ts';
import { SimulatedSegments } from '../../testing/simulated-segments.ts';
import { sampleOrder } from '../../testing/sample-events.ts';
import { verifyChains } from '../chain/verify.ts';
import type { Database } from '../database-types.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { openOrders } from '../queries/recovery.ts';
import { IntentJournal, MAX_SEGMENTS } from './intent-journal.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const SCOPE = { profile: 'live', runId: 'live-1' };
const FILE = 2 * 1024;

const intent = (id: string, state: 'created' | 'accepted' = 'created'): EngineEvent => ({
  type: 'orderCreated',
  atUs: 1_700_000_000_000_000,
  order: sampleOrder({ orderId: id, state }),
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

async function memory(): Promise<Database> {
  const database = await openDatabase({ memory: true });
  opened.push(database);
  return database;
}

async function journalOn(
  segments: SimulatedSegments,
  level: 'process' | 'disk',
): Promise<{ journal: IntentJournal; keeper: ReturnType<IntentJournal['keeperOf']>; database: Database }> {
  const journal = new IntentJournal(segments, level);
  const database = await memory();
  await journal.recover(database);
  return { journal, keeper: journal.keeperOf(SCOPE), database };
}

describe('the intent journal', () => {
  it('has written an intent when it answers at the level of a process, and waits for no disk', async () => {
    const segments = new SimulatedSegments();
    segments.atSync = () => undefined;
    const { keeper } = await journalOn(segments, 'process');
    expect(keeper.keep([intent('a')])).toBeUndefined();
    expect(segments.certain('death')[0]?.bytes.includes('"a"')).toBe(true);
  });

  it('answers at the level of the disk once a sync has ended that began after the write', async () => {
    const segments = new SimulatedSegments();
    const { keeper } = await journalOn(segments, 'disk');
    const held: (() => void)[] = [];
    segments.atSync = (run) => void held.push(run);
    const done: string[] = [];
    for (const id of ['a', 'b', 'c'])
      void Promise.resolve(keeper.keep([intent(id)])).then(() => done.push(id));
    await settle();
    expect(held).toHaveLength(1);
    held.shift()?.();
    await settle();
    expect(done).toEqual(['a']);
    // What was written while the first sync ran shares the second.
    expect(held).toHaveLength(1);
    held.shift()?.();
    await settle();
    expect(done).toEqual(['a', 'b', 'c']);
    expect(segments.certain('power loss')[0]?.bytes.includes('"c"')).toBe(true);
  });

  it('refuses with the reason while nothing can be written, and goes on in a new file', async () => {
    const segments = new SimulatedSegments();
    const { journal, keeper } = await journalOn(segments, 'process');
    await settle();
    void keeper.keep([intent('a')]);
    await settle();
    segments.refusal = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    expect(() => keeper.keep([intent('b')])).toThrow(/disk is full/);
    expect(journal.health).toMatchObject({ healthy: false, detail: expect.stringMatching(/full/) as string });
    segments.refusal = undefined;
    void keeper.keep([intent('d')]);
    expect(journal.health.healthy).toBe(true);
    const database = await memory();
    await new IntentJournal(segments, 'process').recover(database);
    expect((await openOrders(database, 'live')).map(({ orderId }) => orderId)).toEqual(['a', 'd']);
  });

  it('confirms nothing whose sync failed, and writes nothing more into that file', async () => {
    const segments = new SimulatedSegments();
    const { keeper } = await journalOn(segments, 'disk');
    await settle();
    segments.syncRefusal = Object.assign(new Error('input/output error'), { code: 'EIO' });
    await expect(keeper.keep([intent('a')])).rejects.toThrow(/input\/output error/);
    segments.syncRefusal = undefined;
    await settle();
    await keeper.keep([intent('b')]);
    const [first, second] = segments.certain('death');
    expect(first?.bytes.includes('"b"')).toBe(false);
    expect(second?.bytes.includes('"b"')).toBe(true);
  });

  it('drops files whose intents the database has, the oldest first, and is full rather than without bound', async () => {
    const segments = new SimulatedSegments(FILE);
    const { journal, keeper } = await journalOn(segments, 'process');
    let kept = 0;
    const fill = async (most: number): Promise<void> => {
      for (; kept < most; kept++) {
        await settle();
        void keeper.keep([intent(`order-${kept}`)]);
      }
    };
    await fill(20);
    const { files } = journal.standing;
    expect(files).toBeGreaterThan(4);
    for (let n = 0; n < 19; n++) keeper.confirm();
    await settle();
    expect(journal.standing).toMatchObject({ unconfirmed: 1 });
    expect(journal.standing.files).toBeLessThan(3);
    await expect(fill(1_000)).rejects.toThrow(/has not confirmed/);
    expect(journal.standing.files).toBe(MAX_SEGMENTS);
    expect(segments.names().length).toBeLessThanOrEqual(MAX_SEGMENTS + 1);
  });
});

describe.each(databases.table)('what %s lacks after a crash', (_name, { fresh, missing }) => {
  const test = it.skipIf(missing !== undefined);

  test('is replayed into its hash chain, in order, once', async () => {
    const database = await openDatabase(await fresh());
    opened.push(database);
    const segments = new SimulatedSegments();
    const before = new IntentJournal(segments, 'process');
    await before.recover(database);
    const keeper = before.keeperOf(SCOPE);
    const facts = await Journal.open(database, SCOPE);
    for (const id of ['a', 'b', 'c']) void keeper.keep([intent(id)]);
    // The database has one of them, and what became of it.
    await facts.append([intent('b'), { ...intent('b', 'accepted'), type: 'orderAccepted' } as EngineEvent]);
    await facts.close();
    const after = new IntentJournal(segments, 'process');
    expect(await after.recover(database)).toMatchObject({ replayed: 2, torn: 0, damage: undefined });
    const open = await openOrders(database, 'live');
    expect(open.map(({ orderId, state }) => [orderId, state])).toEqual(
      expect.arrayContaining([
        ['a', 'created'],
        ['b', 'accepted'],
        ['c', 'created'],
      ]),
    );
    const rows = await database.db.selectFrom('events').select(['type', 'runId']).orderBy('seq').execute();
    expect(rows.map(({ type }) => type)).toEqual([
      'orderCreated',
      'orderAccepted',
      'orderCreated',
      'orderCreated',
    ]);
    expect(new Set(rows.map(({ runId }) => runId))).toEqual(new Set(['live-1']));
    expect((await verifyChains(database.db, database.heads)).findings).toEqual([]);
    expect(await new IntentJournal(segments, 'process').recover(database)).toMatchObject({ replayed: 0 });
  });

  test('stays in its files while the database refuses, and is tried again', async () => {
    const database = await openDatabase(await fresh());
    const segments = new SimulatedSegments();
    const { keeper } = await journalOn(segments, 'process');
    void keeper.keep([intent('a')]);
    await database.close();
    const after = new IntentJournal(segments, 'process');
    await expect(after.recover(database)).rejects.toThrow();
    expect(() => after.keeperOf(SCOPE).keep([intent('b')])).toThrow(/not open/);
    const again = await memory();
    expect(await after.recover(again)).toMatchObject({ replayed: 1 });
  });
});

describe('a damaged record', () => {
  it('is named with its place, the others are replayed, and the files stay aside until somebody has looked', async () => {
    const segments = new SimulatedSegments();
    const { keeper } = await journalOn(segments, 'process');
    for (const id of ['a', 'b', 'c']) void keeper.keep([intent(id)]);
    const [name = ''] = segments.names();
    const file = segments.files.get(name);
    const at = file?.cached.indexOf('"b"') ?? 0;
    file?.cached.write('x', at + 1);
    const database = await memory();
    const after = new IntentJournal(segments, 'process');
    const { replayed, damage } = await after.recover(database);
    expect(replayed).toBe(2);
    expect(damage).toMatchObject({ file: name });
    expect(after.damage).toMatch(/number 1, at byte \d+ of/);
    const next = new IntentJournal(segments, 'process');
    await next.recover(database);
    expect(next.damage).toBe(after.damage);
    expect(await next.acknowledge()).toEqual([after.damage]);
    expect(next.damage).toBe('');
    const last = new IntentJournal(segments, 'process');
    await last.recover(database);
    expect(last.damage).toBe('');
  });
});
