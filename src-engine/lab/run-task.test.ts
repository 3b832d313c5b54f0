/** What a job of the lab says while it works, as the window and the command line show it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { header, logFolder, TRIANGLE, triangleEvents } from '../backtest/testing/made-log.ts';
import { type BacktestTask, labFolders, type LabProgress } from './lab-task.ts';
import { runBacktestTask } from './run-task.ts';

const logs = logFolder();
afterAll(() => logs.remove());

test('a first backtest says how much of its recording is read, then how much is replayed; a second one opens what is decoded', async () => {
  const folders = labFolders(logs.folder('data'));
  mkdirSync(folders.recordings);
  const lines = [header(TRIANGLE), ...triangleEvents(7, 1_500).events].map((line) => JSON.stringify(line));
  const packed = gzipSync(`${lines.join('\n')}\n`);
  writeFileSync(join(folders.recordings, 'made.jsonl.gz'), packed);
  const task: BacktestTask = {
    kind: 'backtest',
    folders,
    recordings: ['made.jsonl.gz'],
    name: '',
    createdUs: 1,
    settings: { capital: { USD: '1000' } },
    values: {},
  };
  const run = async (): Promise<LabProgress[]> => {
    const said: LabProgress[] = [];
    await runBacktestTask(task, (progress) => said.push(progress));
    return said;
  };
  const first = await run();
  const phases = (said: readonly LabProgress[]): string[] => [...new Set(said.map(({ phase }) => phase))];
  expect(phases(first)).toEqual([
    'looking for the recording',
    'reading the recording',
    'storing it in decoded form',
    'replaying',
  ]);
  const read = first.filter(({ phase }) => phase === 'reading the recording');
  expect(read.length).toBeGreaterThan(0);
  for (const { done, total, unit } of read) {
    expect([unit, total]).toEqual(['bytes', packed.length]);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThanOrEqual(total);
  }
  const played = first.filter(({ phase }) => phase === 'replaying');
  expect(played[0]).toMatchObject({ done: 0, total: 1_500, unit: 'events' });
  expect(played.at(-1)?.done).toBeGreaterThan(1_000);
  expect(phases(await run())).toEqual([
    'looking for the recording',
    'opening the decoded recording',
    'replaying',
  ]);
});
