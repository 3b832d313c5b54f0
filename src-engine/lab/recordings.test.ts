import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { header, logFolder, START_US, TRIANGLE, triangleEvents } from '../backtest/testing/made-log.ts';
import { operations } from '../contract/operations.ts';
import { libraryOf } from './recordings.ts';

const files = logFolder();
const log = files.write('triangle.jsonl', [header(TRIANGLE), ...triangleEvents(3, 600).events]);
const folders = { recordings: join(dirname(log), 'recordings'), lab: join(dirname(log), 'lab') };
const CALLER = { role: 'operator', via: 'test' } as const;
afterAll(() => files.remove());

test('lists at once, reads in the background, and writes on a thread', async () => {
  const { listRecordings, trimRecording, mergeRecordings, makeTape } = libraryOf(folders).handlers;
  const list = async () => operations.listRecordings.output.parse(await listRecordings({}, CALLER));
  expect(await list()).toEqual({ recordings: [], isReading: false });
  mkdirSync(folders.recordings, { recursive: true });
  copyFileSync(log, join(folders.recordings, 'triangle.jsonl'));
  const symbols = ['BTC/USD', 'ETH/USD', 'ETH/BTC'];
  const unread = {
    name: 'triangle.jsonl',
    venue: 'made',
    symbols,
    events: null,
    details: null,
    isDecoded: false,
  };
  expect(await list()).toMatchObject({ isReading: true, recordings: [unread] });
  const events = async () => (await list()).recordings[0]?.events;
  await expect.poll(events).toBe(600);
  const read = { checksumFaults: 0, tape: 'none', details: { trades: 0, gapCount: 0, bookMessages: 600 } };
  expect((await list()).recordings[0]).toMatchObject(read);
  const half = { recording: 'triangle.jsonl', out: 'cut.jsonl.gz', toUs: START_US + 9_000_000 };
  expect((await trimRecording(half, CALLER)).name).toBe('cut.jsonl.gz');
  const tape = await makeTape({ recordings: ['triangle.jsonl'], out: 'triangle.tape' }, CALLER);
  expect(tape).toMatchObject({ name: 'triangle.tape', events: 600 });
  expect((await list()).recordings.find(({ name }) => name === 'triangle.jsonl')).toMatchObject({
    tape: 'fresh',
  });
  const twice = { recordings: ['triangle.jsonl', 'cut.jsonl.gz'], out: 'm.jsonl' };
  await expect(mergeRecordings(twice, CALLER)).rejects.toThrow(/at the same time/);
});
