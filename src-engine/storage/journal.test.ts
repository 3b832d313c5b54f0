import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { SWEEP_MARK } from '../domain/ids.ts';
import { testDatabases } from '../testing/databases.ts';
import {
  sampleEquity,
  sampleExecution,
  sampleFill,
  sampleOpportunity,
  sampleOrder,
  sampleRun,
} from '../testing/sample-events.ts';
import type { Database } from './database-types.ts';
import { openDatabase } from './database.ts';
import { Journal, MAX_AUDIT_PER_COMMIT, MAX_QUEUED_AUDIT, MAX_QUEUED_EVENTS } from './journal.ts';
import { latestBalances, latestEquity } from './queries/account.ts';
import { readTotals } from './queries/totals.ts';
import { listAudit, listExecutions, listFills, listOpportunities, listOrders } from './queries/history.ts';
import {
  eventsSince,
  isKilled,
  leftByExecutions,
  listRuns,
  openOrders,
  recoveredOrders,
  unfinishedFills,
} from './queries/recovery.ts';
import { getSetting, setSetting } from './settings.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

const T = 1_700_000_000_000_000;
const page = { limit: 100 };
const SCOPE = { profile: 'demo', runId: 'run-1' };

const filled = (atUs: number): EngineEvent => ({
  type: 'orderFilled',
  atUs,
  order: sampleOrder(),
  fill: sampleFill(),
});

const finished = (id: number, profitHome: string, outcome: 'completed' | 'unwound'): EngineEvent => ({
  type: 'executionFinished',
  atUs: T,
  execution: sampleExecution({ executionId: `execution-${id}`, profitHome, outcome }),
});

const feedChanged = (atUs: number): EngineEvent => ({
  type: 'feedChanged',
  atUs,
  venue: 'simulated',
  state: 'open',
  venueStatus: 'online',
  reason: '',
});

describe.each(databases.table)('journal on %s', (_name, { fresh, missing }) => {
  const opened: Database[] = [];
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  const open = async (): Promise<Database> => {
    const database = await openDatabase(await fresh());
    opened.push(database);
    return database;
  };
  const test = it.skipIf(missing !== undefined);

  test('gives back every record exactly as it came', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    const order = sampleOrder({ state: 'filled', filledQty: '0.0100', reason: 'said “all” of it\n' });
    const opportunity = sampleOpportunity({ closedUs: T + 50 });
    await journal.append([
      sampleRun(),
      { type: 'opportunityOpened', atUs: T, opportunity: sampleOpportunity() },
      { type: 'orderCreated', atUs: T + 1, order: sampleOrder() },
      { type: 'orderFilled', atUs: T + 2, order, fill: sampleFill() },
      { type: 'executionFinished', atUs: T + 9, execution: sampleExecution() },
      { type: 'opportunityClosed', atUs: T + 50, opportunity },
      sampleEquity(T + 60),
    ]);
    expect(await listOrders(database, 'demo', page)).toEqual([order]);
    expect(await listFills(database, 'demo', page)).toEqual([sampleFill()]);
    expect(await listExecutions(database, 'demo', page)).toEqual([sampleExecution()]);
    expect(await listOpportunities(database, 'demo', page)).toEqual([opportunity]);
    expect(await latestEquity(database, 'demo')).toEqual({
      atUs: T + 60,
      homeAsset: 'USD',
      equity: '25000.10',
      realizedPnl: '0.10',
      unrealizedPnl: '-0.02',
      fees: '0.05',
    });
    expect(await listRuns(database, 'demo', 10)).toEqual([
      {
        runId: 'run-1',
        profile: 'demo',
        mode: 'paper',
        startedUs: T,
        simulatedMarket: true,
        seed: Number.MAX_SAFE_INTEGER,
        homeAsset: 'USD',
      },
    ]);
  });

  test('numbers events without a gap, over restarts, and gives them back in order', async () => {
    const database = await open();
    const first = await Journal.open(database, SCOPE);
    const events: EngineEvent[] = [sampleRun(), sampleEquity(T + 1), sampleEquity(T + 2)];
    await Promise.all(events.map((event) => first.append([event])));
    await first.close();
    const second = await Journal.open(database, { profile: 'demo', runId: 'run-2' });
    expect(second.lastSeq).toBe(3);
    await second.append([sampleEquity(T + 3)]);
    const found = await eventsSince(database, 'demo', 1, 100);
    expect(found.map((row) => [row.seq, row.runId, row.event])).toEqual([
      [2, 'run-1', events[1]],
      [3, 'run-1', events[2]],
      [4, 'run-2', sampleEquity(T + 3)],
    ]);
  });

  test('takes the same fill once', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    await journal.append([filled(T), filled(T + 1)]);
    await journal.append([filled(T + 2)]);
    expect(await listFills(database, 'demo', page)).toHaveLength(1);
    await journal.append([
      { type: 'orderFilled', atUs: T, order: sampleOrder(), fill: sampleFill({ venue: 'kraken' }) },
    ]);
    expect(await listFills(database, 'demo', page)).toHaveLength(2);
  });

  test('keeps profiles apart', async () => {
    const database = await open();
    const demo = await Journal.open(database, SCOPE);
    const paper = await Journal.open(database, { profile: 'paper', runId: 'run-1' });
    await demo.append([sampleRun(), { type: 'orderCreated', atUs: T, order: sampleOrder() }]);
    const balances = [{ asset: 'USD', total: '7', reserved: '1', costHome: '7' }];
    await paper.append([
      { type: 'orderCreated', atUs: T, order: sampleOrder({ price: '1' }) },
      { type: 'balancesChanged', atUs: T, balances },
    ]);
    expect((await listOrders(database, 'demo', page)).map((order) => order.price)).toEqual(['64000.1']);
    expect((await listOrders(database, 'paper', page)).map((order) => order.price)).toEqual(['1']);
    expect((await latestBalances(database, 'demo'))[0]?.total).toBe('25000');
    expect(await latestBalances(database, 'paper')).toEqual(balances);
    expect(paper.lastSeq).toBe(2);
  });

  test('knows the latest balance of every asset', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    const btc = { asset: 'BTC', total: '0.00000001', reserved: '0', costHome: '0.000641' };
    const usd = { asset: 'USD', total: '24999.36', reserved: '12.5', costHome: '24999.36' };
    await journal.append([
      sampleRun(),
      { type: 'balancesChanged', atUs: T + 1, balances: [btc] },
      { type: 'balancesChanged', atUs: T + 2, balances: [usd] },
    ]);
    expect(await latestBalances(database, 'demo')).toEqual([btc, usd]);
  });

  test('writes all of a batch or nothing, and recovers', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    // A price that is not text at all: what the last of three events breaks must not leave the first two behind.
    const broken = sampleOrder({ orderId: 'order-2', price: null as unknown as string });
    const batch: EngineEvent[] = [
      { type: 'orderCreated', atUs: T, order: sampleOrder() },
      sampleEquity(T),
      { type: 'orderCreated', atUs: T, order: broken },
    ];
    await expect(journal.append(batch)).rejects.toMatchObject({ problem: { code: 'storage-failed' } });
    expect(journal.health.healthy).toBe(false);
    expect(journal.health.detail).toMatch(/price/i);
    expect(await eventsSince(database, 'demo', 0, 10)).toEqual([]);
    expect(await listOrders(database, 'demo', page)).toEqual([]);
    await journal.append(batch.slice(0, 2));
    expect(journal.health).toEqual({ healthy: true, detail: '' });
    expect(journal.lastSeq).toBe(2);
  });

  test('refuses what does not fit into its queue, and loses nothing of the rest', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    const many = Array.from({ length: MAX_QUEUED_EVENTS - 1 }, (_, index) => feedChanged(T + index));
    const first = journal.append(many);
    await expect(journal.append([sampleRun(), sampleRun()])).rejects.toMatchObject({
      problem: { code: 'journal-full' },
    });
    await first;
    await journal.append([feedChanged(T + MAX_QUEUED_EVENTS)]);
    expect(journal.lastSeq).toBe(MAX_QUEUED_EVENTS);
    const last = await eventsSince(database, 'demo', MAX_QUEUED_EVENTS - 1, 10);
    expect(last.map((row) => row.event.atUs)).toEqual([T + MAX_QUEUED_EVENTS]);
  });

  test('a queue full of audited calls delays no fact by more than one commit and refuses none', async () => {
    const database = await open();
    const sizes: number[] = [];
    const counting: Database = {
      ...database,
      chains: {
        put: (states) => database.chains.put(states),
        keep: (setting) => database.chains.keep(setting),
        settle: (profile) => database.chains.settle(profile),
        amend: (amendment) => database.chains.amend(amendment),
        commit: (commit) => {
          sizes.push(commit.facts.length + commit.audit.length);
          return database.chains.commit(commit);
        },
      },
    };
    const journal = await Journal.open(counting, SCOPE);
    const call = { atUs: T, actor: 'viewer via web', action: 'kill', outcome: 'denied', detail: '' };
    const flood = Array.from({ length: MAX_QUEUED_AUDIT }, () => journal.appendAudit(call));
    await expect(journal.appendAudit(call)).rejects.toMatchObject({ problem: { code: 'journal-full' } });
    expect(journal.queued).toEqual({ events: 0, audit: MAX_QUEUED_AUDIT });
    await journal.append([feedChanged(T)]);
    // The commit that had begun, and the one that has the fact.
    expect(sizes).toEqual([MAX_AUDIT_PER_COMMIT, MAX_AUDIT_PER_COMMIT + 1]);
    await Promise.all(flood);
    expect(Math.max(...sizes)).toBe(MAX_AUDIT_PER_COMMIT + 1);
  });

  test('keeps an audit trail of denials, kills and calls', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    const actor = { kind: 'operator', via: 'command line' } as const;
    const denied = sampleOrder({ state: 'denied' });
    await journal.append([
      { type: 'orderDenied', atUs: T, order: denied, code: 'price-collar', detail: '120 bps > 100 bps' },
      { type: 'killed', atUs: T + 1, actor, reason: 'test', cancelsSent: 2 },
    ]);
    const call = { atUs: T + 1, actor: 'operator via window', action: 'kill', outcome: 'ok', detail: '' };
    await journal.appendAudit(call);
    await journal.append([{ type: 'killVerified', atUs: T + 2, openOrders: 0 }]);
    const entries = await listAudit(database, 'demo', page);
    expect(entries.map((entry) => `${entry.actor}: ${entry.action}: ${entry.outcome}`)).toEqual([
      'engine: verify kill: verified',
      'operator via window: kill: ok',
      'operator via command line: kill: killed',
      'engine: order: denied: price-collar',
    ]);
    expect(entries[1]).toEqual(call);
    expect(entries[3]?.detail).toContain('120 bps > 100 bps');
  });

  test('gives a restart every order that may still move money, with the fills that were booked', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    const put = (orderId: string, state: 'accepted' | 'canceled' | 'denied', updatedUs: number) =>
      journal.append([
        { type: 'orderAccepted', atUs: T, order: sampleOrder({ orderId, state, createdUs: T, updatedUs }) },
      ]);
    await put('long-over', 'canceled', T - 120_000_000);
    await put('just-over', 'canceled', T + 20);
    await put('ours-alone', 'denied', T + 20);
    await put('alive', 'accepted', T + 5);
    const order = sampleOrder({ orderId: 'alive', state: 'accepted', createdUs: T, updatedUs: T + 6 });
    const fills = ['f1', 'f2'].map((fillId) => sampleFill({ fillId, orderId: 'alive' }));
    await journal.append(fills.map((fill) => ({ type: 'orderFilled', atUs: T, order, fill })));
    const recovered = await recoveredOrders(database, 'demo', T + 20);
    expect(recovered.map(({ record, fillIds }) => [record.orderId, fillIds.toSorted()])).toEqual([
      ['just-over', []],
      ['alive', ['f1', 'f2']],
    ]);
    // Whose cycle was recorded as finished: a fill that comes now is not in its record.
    expect(recovered.map(({ isCycleOver }) => isCycleOver)).toEqual([false, false]);
    const execution = sampleExecution({ executionId: recovered[0]?.record.executionId ?? '' });
    await journal.append([{ type: 'executionFinished', atUs: T, execution }]);
    const [justOver] = await recoveredOrders(database, 'demo', T + 20);
    expect(justOver?.isCycleOver).toBe(true);
    // An engine that starts long after: what ended last may not have been compared with the venue's balances.
    const longAfter = await recoveredOrders(database, 'demo', T + 9_000_000_000);
    expect(longAfter.map(({ record }) => record.orderId)).toEqual(['just-over', 'alive']);
    await journal.close();
    await database.close();
  });

  test('gives a restart what cycles left and sweeps have not brought home', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    const put = (executionId: string, dust: { asset: string; amount: string }[]) =>
      journal.append([
        { type: 'executionFinished', atUs: T, execution: sampleExecution({ executionId, dust }) },
      ]);
    await put('x1', [
      { asset: 'BTC', amount: '0.00000003' },
      { asset: 'ETH', amount: '0.0002' },
    ]);
    await put('x2', [{ asset: 'BTC', amount: '0.00000004' }]);
    await put('x3', [{ asset: 'ETH', amount: '-0.0002' }]);
    await put('x4', [{ asset: 'SOL', amount: '-0.5' }]);
    await put(`x5${SWEEP_MARK}`, [{ asset: 'ETH', amount: '-0.0001' }]);
    const [all, none] = [await leftByExecutions(database, 'demo'), await leftByExecutions(database, 'paper')];
    expect(all.map(({ asset, amount, isTraded }) => `${amount} ${asset} ${isTraded}`)).toEqual([
      '0.00000003 BTC true',
      '0.0002 ETH true',
      '0.00000004 BTC true',
      '-0.0002 ETH true',
      '-0.5 SOL false',
      // Gas of a sweep that was reverted: nothing that is to be bought back.
      '-0.0001 ETH false',
    ]);
    expect(none).toEqual([]);
    await journal.close();
    await database.close();
  });

  test('gives a restart the fills of unfinished cycles, those of the last run apart', async () => {
    const database = await open();
    for (const runId of ['first', 'last']) {
      const journal = await Journal.open(database, { profile: 'demo', runId });
      await journal.append([sampleRun(runId === 'first' ? T : T + 1_000)]);
      const order = sampleOrder();
      const fills = ['x1', 'x2', 'x2'].map((x, nth) =>
        sampleFill({ fillId: `${runId}-${nth}`, executionId: `${runId}-${x}`, atUs: T + nth }),
      );
      await journal.append(fills.map((fill) => ({ type: 'orderFilled', atUs: T, order, fill })));
      const execution = sampleExecution({ executionId: `${runId}-x1` });
      await journal.append([{ type: 'executionFinished', atUs: T, execution }]);
      await journal.close();
    }
    const { lastRun, earlier } = await unfinishedFills(database, 'demo');
    const idsOf = (fills: typeof lastRun) => fills.map(({ fillId, executionId }) => [fillId, executionId]);
    expect(idsOf(lastRun)).toEqual([
      ['last-1', 'last-x2'],
      ['last-2', 'last-x2'],
    ]);
    expect(idsOf(earlier)).toEqual([
      ['first-1', 'first-x2'],
      ['first-2', 'first-x2'],
    ]);
    expect(lastRun[0]).toEqual(sampleFill({ fillId: 'last-1', executionId: 'last-x2', atUs: T + 1 }));
    expect(await unfinishedFills(database, 'paper')).toEqual({ lastRun: [], earlier: [] });
    await database.close();
  });

  test('knows after a restart which orders are open and whether trading was killed', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    const states = ['created', 'denied', 'accepted', 'filled', 'canceled', 'rejected', 'unknown'] as const;
    await journal.append(
      states.map((state, index) => ({
        type: 'orderAccepted',
        atUs: T,
        order: sampleOrder({ orderId: `order-${index}`, state, createdUs: T + index }),
      })),
    );
    expect((await openOrders(database, 'demo')).map((order) => order.state)).toEqual([
      'created',
      'accepted',
      'unknown',
    ]);
    expect(await isKilled(database, 'demo')).toBe(false);
    const actor = { kind: 'operator', via: 'window' } as const;
    await journal.append([{ type: 'killed', atUs: T, actor, reason: '', cancelsSent: 0 }]);
    expect(await isKilled(database, 'demo')).toBe(true);
    expect(await isKilled(database, 'paper')).toBe(false);
    await journal.append([{ type: 'rearmed', atUs: T, actor }]);
    expect(await isKilled(database, 'demo')).toBe(false);
  });

  test('sums what was realised exactly', async () => {
    const database = await open();
    const journal = await Journal.open(database, SCOPE);
    await journal.append([
      finished(1, '0.1', 'completed'),
      finished(2, '0.2', 'completed'),
      finished(3, '-0.000000000000000001', 'unwound'),
    ]);
    const totals = await readTotals(database, 'demo');
    expect(totals.profitHome.toFixed()).toBe('0.299999999999999999');
    expect(totals.executions).toEqual({
      completed: 2,
      missed: 0,
      quoted: 0,
      unwound: 1,
      stranded: 0,
      denied: 0,
      swept: 0,
      late: 0,
    });
  });

  test('keeps settings', async () => {
    const database = await open();
    expect(await getSetting(database, 'profile')).toBeUndefined();
    await setSetting(database, 'profile', { name: 'demo' });
    await setSetting(database, 'profile', { name: 'paper' });
    expect(await getSetting(database, 'profile')).toEqual({ name: 'paper' });
  });

  test('refuses a setting that was changed in a character, and still reads those of older versions', async () => {
    const database = await open();
    const store = (json: string) =>
      database.db
        .insertInto('settings')
        .values({ key: 'detection', json })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ json }))
        .execute();
    await store('{"minNetBps":5}');
    expect(await getSetting(database, 'detection')).toEqual({ minNetBps: 5 });
    await setSetting(database, 'detection', { minNetBps: 5 });
    const { json } = await database.db.selectFrom('settings').select('json').executeTakeFirstOrThrow();
    for (const changed of [json.replace('5}}', '6}}'), json.replace('sum', 'sun'), json.slice(0, -1)]) {
      await store(changed);
      await expect(getSetting(database, 'detection')).rejects.toThrow(/setting detection: .* is damaged in/);
    }
  });

  test('takes nothing after it was closed', async () => {
    const journal = await Journal.open(await open(), SCOPE);
    const last = journal.append([sampleRun()]);
    await journal.close();
    await last;
    await expect(journal.append([sampleEquity(T)])).rejects.toMatchObject({
      problem: { code: 'journal-closed' },
    });
  });
});
