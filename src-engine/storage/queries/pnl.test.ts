import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent, ExecutionRecord } from '../../domain/event.ts';
import { testDatabases } from '../../testing/databases.ts';
import type { Database } from '../database-types.ts';
import { openDatabase } from '../database.ts';
import { Journal } from '../journal.ts';
import { type RecordOf, simulatedRecord } from './account.ts';
import { pnlReport } from './pnl.ts';

const databases = await testDatabases();
afterAll(() => databases.stop());

/** 2023-11-14 00:00 UTC. */
const DAY = 1_699_920_000_000_000;
const HOUR = 3_600_000_000;

let serial = 0;
function finished(of: Partial<ExecutionRecord>): EngineEvent {
  const execution: ExecutionRecord = {
    executionId: `x-${serial++}`,
    opportunityId: 'o',
    venue: 'simulated',
    path: ['USD', 'BTC', 'ETH'],
    startAmount: '100',
    profit: '0',
    profitHome: '0',
    expectedNetBps: 4,
    realizedNetBps: 2,
    dust: [],
    outcome: 'completed',
    detail: '',
    startedUs: of.finishedUs ?? DAY,
    finishedUs: DAY,
    ...of,
  };
  return { type: 'executionFinished', atUs: execution.finishedUs, execution };
}

describe.each(databases.table)('what cycles earned, on %s', (_name, { fresh, missing }) => {
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

  test('the record of an account since a time has every cycle of its venue, however many others traded more lately', async () => {
    const at = (venue: string, k: number, profitHome: string): EngineEvent =>
      finished({ venue, profitHome, finishedUs: DAY + k });
    await journal.append([
      at('ccxt:gate_io', 0, '-100'),
      at('ccxt:gate_io', 1, '-7'),
      at('kraken+ccxt:gate_io+okx', 2, '-0.5'),
      at('ccxt:gateXio', 3, '-30'),
      ...Array.from({ length: 1_003 }, (_, k) => at('kraken', 4 + k, '0.01')),
    ]);
    const record = async (of: RecordOf) => {
      const { cycles, profitHome } = await simulatedRecord(database, ['demo'], of);
      return [cycles, profitHome.toString()];
    };
    expect(await record({ sinceUs: DAY + 1, venue: 'ccxt:gate_io' })).toEqual([2, '-7.5']);
    expect(await record({ sinceUs: DAY + 1 })).toEqual([1_006, '-27.47']);
    expect(await record({})).toEqual([1_000, '10']);
  });

  test('days and cycles add up exactly to the whole', async () => {
    const other = ['USD', 'SOL', 'BTC'];
    await journal.append([
      finished({ profitHome: '0.1', finishedUs: DAY + HOUR }),
      finished({ profitHome: '0.2', finishedUs: DAY + 23 * HOUR, realizedNetBps: 6 }),
      finished({ profitHome: '-0.05', finishedUs: DAY + 25 * HOUR, path: other, outcome: 'unwound' }),
      finished({ profitHome: '0', finishedUs: DAY + 26 * HOUR, path: other, outcome: 'missed' }),
    ]);
    const report = await pnlReport(database, 'demo', 'USD', { fromUs: 0 });
    expect(report).toMatchObject({ profit: '0.25', executions: 4, isCut: false });
    expect(report.days).toEqual([
      { dayUs: DAY, profit: '0.3', executions: 2, wins: 2, losses: 0 },
      { dayUs: DAY + 24 * HOUR, profit: '-0.05', executions: 2, wins: 0, losses: 1 },
    ]);
    expect(report.cycles.map(({ path, profit, realizedBps }) => ({ path, profit, realizedBps }))).toEqual([
      { path: ['USD', 'BTC', 'ETH'], profit: '0.3', realizedBps: 4 },
      { path: other, profit: '-0.05', realizedBps: 2 },
    ]);
  });

  test('only what finished in the range, and of the profile, is counted', async () => {
    await journal.append([
      finished({ profitHome: '1', finishedUs: DAY }),
      finished({ profitHome: '2', finishedUs: DAY + HOUR }),
    ]);
    const range = { fromUs: DAY + 1, toUs: DAY + 2 * HOUR };
    expect((await pnlReport(database, 'demo', 'USD', range)).profit).toBe('2');
    expect((await pnlReport(database, 'paper', 'USD', range)).executions).toBe(0);
  });
});
