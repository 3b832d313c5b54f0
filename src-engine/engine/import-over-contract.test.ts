/** Files of prices over the contract: imported into recordings by a running engine, and backtested together. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createEngine, type RunningEngine } from '../assemble.ts';
import { operations } from '../contract/operations.ts';
import { connectEngine, type EngineClient } from '../testing/patient-client.ts';
import { untilFits } from '../testing/until.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'parallax-import-engine-'));
let engine: RunningEngine | undefined;
afterEach(async () => {
  await engine?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const SECONDS = 60;

/** One quote a second. Over the three files, USD that buys ETH, sells it for BTC and that for USD gains 18 bps. */
function quotes(bid: string, ask: string): string {
  const rows = Array.from({ length: SECONDS }, (_, at) => {
    const time = new Date(Date.UTC(2026, 2, 1, 12, 0, at)).toISOString();
    return `${time},${bid},5.1234,${ask},5.1234`;
  });
  return ['time,bid,bid_size,ask,ask_size', ...rows].join('\n');
}

async function ended(client: EngineClient, jobId: string) {
  const { jobs } = await untilFits(
    () => client.call('listJobs', {}),
    ({ jobs: all }) => all.some((job) => job.jobId === jobId && job.finishedUs !== null),
  );
  const job = jobs.find((each) => each.jobId === jobId);
  expect([job?.problem, job?.state]).toEqual([null, 'done']);
  return job;
}

test('an engine imports three small CSV files and trades the cycle of their prices in a backtest', async () => {
  engine = await createEngine({ dataDir, note: () => undefined });
  const client = connectEngine(dataDir, 'test');
  const { folder, files } = await client.call('listImports', {});
  expect(files).toEqual([]);
  const pairs = {
    'BTC/USD': quotes('10000.0', '10001.0'),
    'ETH/USD': quotes('500.0', '500.1'),
    'ETH/BTC': quotes('0.0501', '0.0502'),
  };
  mkdirSync(folder, { recursive: true });
  const recordings: string[] = [];
  for (const [symbol, text] of Object.entries(pairs)) {
    const file = `${symbol.replace('/', '')}.csv`;
    writeFileSync(join(folder, file), text);
    const { jobId, recording } = await client.call('startImport', { file, symbol, venue: 'made' });
    expect(await ended(client, jobId)).toMatchObject({ kind: 'import', recording });
    recordings.push(recording);
  }
  const listed = (await client.call('listRecordings', {})).recordings;
  expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(recordings));
  for (const each of listed) expect(each).toMatchObject({ venue: 'made-quotes', fault: '' });
  const settings = { capital: { USD: '1000' }, feeBps: 1 };
  const { jobId } = await client.call('startBacktest', { recordings, settings });
  const run = await client.call('getRun', { runId: (await ended(client, jobId))?.runId ?? '' });
  expect(run.trades, run.explain.join('\n')).toBeGreaterThan(0);
  expect(Number(run.netPnl)).toBeGreaterThan(0);
});

test('files and imports are for operators alone, and an import is a change', () => {
  const { listImports, startImport } = operations;
  expect([listImports.role, startImport.role, startImport.changes]).toEqual(['operator', 'operator', true]);
});
