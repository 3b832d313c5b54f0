/** Files of prices become recordings: which files are read, what is refused, and that nothing half is left. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BARS, barsAt } from '../backtest/testing/csv-rig.ts';
import type { JobRecord } from '../contract/lab-records.ts';
import { type OperationInput, type OperationName, operations } from '../contract/operations.ts';
import { Hold } from '../domain/hold.ts';
import { seal } from '../lib/sealed.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { assetPairsText, captureLines, krakenSession } from '../testing/kraken-session.ts';
import { recordingName } from './import-place.ts';
import { MAX_ENTRIES } from './imports.ts';
import { Lab, type LabHandlers } from './lab.ts';

let root: string;
let lab: Lab;
const CALLER = { role: 'operator', via: 'test' } as const;
const at = (...names: string[]): string => join(root, ...names);
const labHere = () =>
  new Lab({ recordings: at('recordings'), lab: at('lab') }, new SystemClock(), new Hold(), async () => []);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'parallax-imports-'));
  mkdirSync(at('imports'));
  lab = labHere();
});

afterEach(async () => {
  await lab.stop();
  rmSync(root, { recursive: true, force: true });
});

async function ask<N extends OperationName & keyof LabHandlers>(op: N, input: OperationInput<N>) {
  const handler = lab.handlers[op] as (given: unknown, caller: typeof CALLER) => unknown;
  const answer: unknown = await handler(operations[op].input.parse(input), CALLER);
  return operations[op].output.parse(answer) as Awaited<ReturnType<LabHandlers[N]>>;
}

const jobOf = (jobId: string): JobRecord | undefined => lab.jobs().find((job) => job.jobId === jobId);

async function ended(jobId: string): Promise<JobRecord> {
  await expect.poll(() => jobOf(jobId)?.finishedUs ?? null, { timeout: 30_000 }).not.toBeNull();
  return jobOf(jobId) as JobRecord;
}

const MINUTES = barsAt(['00', '01', '02', '03', '04'].map((minute) => `2026-03-01T12:${minute}:00Z`));
const QUESTION = { venue: 'made', symbol: 'BTC/USD', depth: '1', spreadBps: 2 } as const;
const recordings = (): string[] => readdirSync(at('recordings')).filter((name) => !name.startsWith('.'));
const unfinished = (): string[] => {
  const folder = at('recordings', '.importing');
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
};

describe('files that wait', () => {
  test('are the plain ones of the folder, with their size; links, folders, pipes and hidden files are counted alone', async () => {
    writeFileSync(at('imports', 'bars.csv'), MINUTES);
    writeFileSync(at('imports', '.hidden.csv'), MINUTES);
    writeFileSync(at('imports', 'two\nlines.csv'), MINUTES);
    writeFileSync(at('secret.csv'), MINUTES);
    symlinkSync(at('secret.csv'), at('imports', 'link.csv'));
    mkdirSync(at('imports', 'folder.csv'));
    expect(spawnSync('mkfifo', [at('imports', 'pipe.csv')]).status).toBe(0);
    const { folder, files, leftOut, isCut, layouts } = await ask('listImports', {});
    expect(folder).toBe(at('imports'));
    expect(files).toEqual([{ name: 'bars.csv', bytes: MINUTES.length, modifiedUs: expect.any(Number) }]);
    expect({ leftOut, isCut }).toEqual({ leftOut: 5, isCut: false });
    expect(layouts.map(({ name }) => name)).toContain('binance-klines');
  });

  test('of a folder that is not there are none, and it is made; more than the bound are said to be there', async () => {
    rmSync(at('imports'), { recursive: true });
    expect(await ask('listImports', {})).toMatchObject({ files: [], leftOut: 0, isCut: false });
    for (let made = 0; made <= MAX_ENTRIES; made++) writeFileSync(at('imports', `${made}.csv`), '');
    const { files, isCut } = await ask('listImports', {});
    expect([files.length, isCut]).toEqual([MAX_ENTRIES, true]);
    rmSync(at('imports'), { recursive: true });
    writeFileSync(at('imports'), 'a file in its place');
    await expect(ask('listImports', {})).rejects.toThrow(
      /imports: ".*imports" cannot be read .* It must be a folder/,
    );
  });
});

describe('what is refused before there is a job', () => {
  test.each([
    '../secret.csv',
    'imports/../secret.csv',
    '/etc/passwd',
    '..',
    '.',
    'link.csv',
    'pipe.csv',
    'folder',
    'nul\0.csv',
    'sub/bars.csv',
    'sub\\bars.csv',
    'missing.csv',
  ])('the name %j, which is not a plain file of the folder', async (file) => {
    writeFileSync(at('secret.csv'), MINUTES);
    symlinkSync(at('secret.csv'), at('imports', 'link.csv'));
    spawnSync('mkfifo', [at('imports', 'pipe.csv')]);
    mkdirSync(at('imports', 'sub'));
    mkdirSync(at('imports', 'folder'));
    writeFileSync(at('imports', 'sub', 'bars.csv'), MINUTES);
    await expect(ask('startImport', { ...QUESTION, file })).rejects.toThrow(
      /is not a plain file of the imports folder/,
    );
    expect(lab.jobs()).toEqual([]);
  });

  test.each<[Partial<OperationInput<'startImport'>>, RegExp]>([
    [{ symbol: 'BTCUSD' }, /symbol: "BTCUSD" is not a pair/],
    [{ layout: 'excel' }, /layout: "excel" is not a known layout\. Choose one of .*binance-klines/],
    [{ columns: { closing: 'C' } }, /columns: "closing" is not a role of a column/],
    [{ zone: 'Berlin' }, /zone: "Berlin" is not an offset from UTC/],
    [{ time: 'weeks' }, /time: "weeks" is not a time format/],
    [{ out: 'taken.jsonl' }, /out: "taken\.jsonl" is a recording already/],
  ])('%j', async (change, problem) => {
    writeFileSync(at('imports', 'bars.csv'), MINUTES);
    mkdirSync(at('recordings'));
    writeFileSync(at('recordings', 'taken.jsonl'), '');
    await expect(ask('startImport', { ...QUESTION, file: 'bars.csv', ...change })).rejects.toThrow(problem);
    expect(lab.jobs()).toEqual([]);
  });

  test('a recording whose name would leave the folder, a venue, and sizes of zero', () => {
    const refused = (change: object) =>
      operations.startImport.input.safeParse({ ...QUESTION, file: 'a.csv', ...change }).success;
    for (const out of ['../a.jsonl', 'a/b.jsonl', '.a.jsonl', 'a.tape', 'a'])
      expect(refused({ out })).toBe(false);
    for (const change of [
      { venue: 'Kraken Inc' },
      { depth: '0' },
      { tickSize: '-1' },
      { lotSize: '0.0000000000001' },
      { path: '/etc' },
    ]) {
      expect(refused(change)).toBe(false);
    }
    expect(refused({})).toBe(true);
  });
});

describe('an import', () => {
  test('is a job that makes a recording, whole, with its warnings and what was made and not read', async () => {
    writeFileSync(at('imports', 'bars of may.csv'), `${MINUTES}\n2026-03-01T12:05:00Z,100,110,90,0,1`);
    const { jobId, recording } = await ask('startImport', {
      ...QUESTION,
      file: 'bars of may.csv',
      skipBad: true,
    });
    expect(recording).toBe('bars-of-may-BTC-USD.jsonl.gz');
    const job = await ended(jobId);
    expect(job).toMatchObject({ kind: 'import', state: 'done', problem: null, recording, unit: 'lines' });
    expect(job.warnings.join(' ')).toMatch(
      /^One row is left out, such as bars of may\.csv row 7, column close/,
    );
    expect(job.notes[0]).toBe('5 bars of made-bars.');
    expect(job.notes.join(' ')).not.toContain(root);
    expect(recordings()).toEqual([recording]);
    await expect.poll(unfinished).toEqual([]);
    await expect(ask('startImport', { ...QUESTION, file: 'bars of may.csv' })).rejects.toThrow(
      /is a recording already/,
    );
  });

  test('that fails says row and column, names its file without its path, leaves nothing, and runs again once it is mended', async () => {
    writeFileSync(at('imports', 'bad.csv'), `${BARS}\n2026-03-01T12:00:00Z,100,110,90,abc,1`);
    const bad = await ended((await ask('startImport', { ...QUESTION, file: 'bad.csv' })).jobId);
    expect(bad).toMatchObject({ state: 'failed', recording: null });
    expect(bad.problem?.message).toMatch(/^bad\.csv row 2, column close: "abc" is not a number above zero\./);
    const { depth: _, ...without } = QUESTION;
    writeFileSync(at('imports', 'bars.csv'), MINUTES);
    const shallow = await ended((await ask('startImport', { ...without, file: 'bars.csv' })).jobId);
    expect(shallow.problem?.message).toMatch(/^--depth: is needed: bars have no book/);
    expect(recordings()).toEqual([]);
    await expect.poll(unfinished).toEqual([]);
    writeFileSync(at('imports', 'bad.csv'), MINUTES);
    const again = await ended((await ask('resumeJob', { jobId: bad.jobId })).jobId);
    expect([again.state, again.recording]).toEqual(['done', 'bad-BTC-USD.jsonl.gz']);
  });

  test('of a file that became a link while it waited is refused', async () => {
    writeFileSync(at('imports', 'first.csv'), barsAt(manyTimes(2_000)));
    writeFileSync(at('imports', 'bars.csv'), MINUTES);
    await ask('startImport', { ...QUESTION, file: 'first.csv' });
    const { jobId } = await ask('startImport', { ...QUESTION, file: 'bars.csv' });
    expect(jobOf(jobId)?.state).toBe('queued');
    rmSync(at('imports', 'bars.csv'));
    writeFileSync(at('secret.csv'), MINUTES);
    symlinkSync(at('secret.csv'), at('imports', 'bars.csv'));
    expect((await ended(jobId)).problem?.message).toMatch(/is not a plain file of the imports folder/);
  });

  test('of a capture of frames is a recording of its books, named after its venue, whatever recorder wrote it', async () => {
    const frames = captureLines(krakenSession(['BTC/USD'], 10));
    writeFileSync(at('imports', 'kraken.jsonl.gz'), gzipSync(frames.join('\n')));
    writeFileSync(at('imports', 'pairs.json'), assetPairsText());
    const question = { file: 'kraken.jsonl.gz', venue: 'kraken' };
    const { jobId, recording } = await ask('startImport', question);
    expect(recording).toBe('kraken-kraken.jsonl.gz');
    const job = await ended(jobId);
    expect(job).toMatchObject({ state: 'done', problem: null, recording });
    expect(job.notes).toEqual([
      expect.stringMatching(/^\d+ frames of kraken: BTC\/USD\.$/),
      expect.stringMatching(/^Ticks and lots are inferred from the digits/),
    ]);
    // With the venue's own list, another file of the same folder, nothing is assumed.
    const listed = await ask('startImport', { ...question, out: 'listed.jsonl', instruments: 'pairs.json' });
    expect((await ended(listed.jobId)).notes).toHaveLength(1);
    expect((await ask('listRecordings', {})).recordings.map(({ name }) => name).toSorted()).toEqual([
      'kraken-kraken.jsonl.gz',
      'listed.jsonl',
    ]);
    await expect.poll(unfinished).toEqual([]);
  });

  test.each([
    [
      'a recorded wire',
      (frame: string, s: number) => JSON.stringify({ t: 'recv', conn: 'w', ts: s, data: frame }),
    ],
    ['nanoseconds and a frame', (frame: string, s: number) => `${s}000000000 ${frame}`],
  ])('of Binance’s frames as %s takes the pair that they do not show', async (_name, line) => {
    const book = { lastUpdateId: 101, bids: [['10.00', '1.0']], asks: [['10.50', '3.0']] };
    const diff = (id: number) => ({
      e: 'depthUpdate',
      E: 1,
      s: 'AAABBB',
      U: id,
      u: id,
      b: [['10.00', `${id}.0`]],
      a: [],
    });
    const frames = [diff(101), diff(102), diff(103)].map((each) => JSON.stringify(each));
    const http = {
      t: 'http',
      conn: 'h',
      ts: 1_700_000_002,
      url: 'https://x/api/v3/depth?symbol=AAABBB',
      data: JSON.stringify(book),
    };
    const lines = frames.map((frame, n) => line(frame, 1_700_000_001 + n));
    lines.splice(
      1,
      0,
      line(frames[0] ?? '', 0).startsWith('{')
        ? JSON.stringify(http)
        : `1700000002000000000 ${JSON.stringify(book)}`,
    );
    writeFileSync(at('imports', 'wire.txt'), `${lines.join('\n')}\n`);
    const question = { file: 'wire.txt', venue: 'binance' };
    const bare = await ended((await ask('startImport', question)).jobId);
    expect(bare.problem?.message).toMatch(/"AAABBB" does not show its two assets/);
    const { jobId, recording } = await ask('startImport', { ...question, symbol: 'AAA/BBB' });
    expect(await ended(jobId)).toMatchObject({ state: 'done', recording });
    expect(recording).toBe('wire-AAA-BBB.jsonl.gz');
  });

  test.each([
    ['bars.csv', { symbol: undefined }, /symbol: is missing: bars\.csv is CSV/],
    [
      'bars.csv',
      { instruments: 'bars.csv' },
      /instruments: "bars\.csv" is of captures, and bars\.csv is none/,
    ],
    [
      'wire.jsonl',
      { instruments: '../list.json' },
      /instruments: "\.\.\/list\.json" is not a plain file of the imports folder/,
    ],
    ['wire.jsonl', {}, /depth: "1" is of CSV files, and wire\.jsonl is a capture/],
    [
      'wire.jsonl',
      { depth: undefined, spreadBps: undefined, skipBad: true },
      /skipBad: "true" is of CSV files/,
    ],
    [
      'wire.jsonl',
      { depth: undefined, spreadBps: undefined, columns: { time: 'a' } },
      /columns: .*is of CSV files/,
    ],
  ])('of %s with %j is refused before there is a job', async (file, change, problem) => {
    writeFileSync(at('imports', 'bars.csv'), MINUTES);
    writeFileSync(at('imports', 'wire.jsonl'), '{"recv_ns": 1760000000000000000, "raw": "{}"}\n');
    await expect(ask('startImport', { ...QUESTION, file, ...change })).rejects.toThrow(problem);
    expect(lab.jobs()).toEqual([]);
  });

  test('that is canceled half-way leaves nothing, and so does an engine that was killed', async () => {
    writeFileSync(at('imports', 'long.csv'), barsAt(manyTimes(120_000)));
    const { jobId } = await ask('startImport', { ...QUESTION, file: 'long.csv' });
    await expect
      .poll(() => unfinished().some((name) => name.endsWith('.part')), { interval: 5, timeout: 60_000 })
      .toBe(true);
    expect(jobOf(jobId)?.state).toBe('running');
    expect((await ask('cancelJob', { jobId })).state).toBe('canceled');
    await expect.poll(unfinished).toEqual([]);
    expect(recordings()).toEqual([]);
    await lab.stop();
    mkdirSync(at('recordings', '.importing', 'job-0'), { recursive: true });
    writeFileSync(at('recordings', '.importing', 'job-0', 'x.jsonl.part'), 'half');
    lab = labHere();
    expect(unfinished()).toEqual([]);
  });

  test('is kept in the list of jobs, and a list from before there were imports is read as it is', async () => {
    writeFileSync(at('imports', 'bars.csv'), MINUTES);
    await ended((await ask('startImport', { ...QUESTION, file: 'bars.csv' })).jobId);
    await lab.stop();
    lab = labHere();
    const [kept] = lab.jobs();
    expect(kept).toMatchObject({ kind: 'import', state: 'done', recording: 'bars-BTC-USD.jsonl.gz' });
    const { recording: _recording, warnings: _warnings, notes: _notes, ...before } = kept as JobRecord;
    const folders = { recordings: at('recordings'), lab: at('lab') };
    const task = {
      kind: 'backtest',
      folders,
      recordings: ['a.jsonl'],
      name: '',
      createdUs: 1,
      settings: {},
      values: {},
    };
    await lab.stop();
    writeFileSync(
      at('lab', 'jobs.json'),
      seal({ jobs: [{ record: { ...before, kind: 'backtest' }, task }] }),
    );
    lab = labHere();
    expect(lab.jobs()).toEqual([
      { ...before, kind: 'backtest', recording: null, model: null, warnings: [], notes: [] },
    ]);
  });
});

function manyTimes(count: number): string[] {
  const start = Date.UTC(2026, 2, 1);
  return Array.from({ length: count }, (_, at) => new Date(start + at * 60_000).toISOString());
}

test.each([
  ['prices.csv.gz', 'BTC/USD', 'prices-BTC-USD.jsonl.gz'],
  ['курс.csv', 'BTC/USD', 'BTC-USD.jsonl.gz'],
  ['a b (1).ZIP', 'ETH/EUR', 'a-b-1-ETH-EUR.jsonl.gz'],
  ['..csv', 'A.B/C', 'A.B-C.jsonl.gz'],
  ['wire.jsonl.gz', 'binance', 'wire-binance.jsonl.gz'],
  ['x'.repeat(255), 'BTC/USD', `${'x'.repeat(120)}-BTC-USD.jsonl.gz`],
])('the recording of %s and %s is named %s', (file, symbol, name) => {
  expect(recordingName(file, symbol)).toBe(name);
  expect(operations.startImport.input.shape.out.safeParse(name).success).toBe(true);
});
