/** What the command of a sweep says of bad input, and what it keeps. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { header, logFolder, TRIANGLE, triangleEvents } from '../../backtest/testing/made-log.ts';
import { makeTape } from '../../backtest/tape-maker.ts';
import type { Output } from '../command.ts';
import { parseCommandLine } from '../command-line.ts';
import { cliEntry } from '../../testing/cli-entry.ts';
import { sweep } from './sweep.ts';

const files = logFolder();
let folder = '';
beforeAll(() => {
  folder = dirname(files.write('triangle.jsonl', [header(TRIANGLE), ...triangleEvents(7, 400).events]));
});
afterAll(() => files.remove());

const SPEC = {
  logs: ['triangle.jsonl'],
  base: { 'capital.USD': 1_000 },
  parameters: {
    'limits.maxOrderQty.BTC': { values: [0.001, 0.01, 1] },
    'execution.parallelLegs': { values: [true, false] },
  },
  search: { method: 'grid' },
  periodMs: 1_000,
  blocks: 4,
  split: { kind: 'walk-forward', folds: 2 },
};

type Report = {
  trials: number;
  failed: number;
  digest: string;
  overfit: { readonly triedBefore: number; readonly cautions: readonly string[] };
  failures: readonly { readonly message: string }[];
};

async function run(
  spec: object | string,
  name = 'spec',
  dataDir = 'data',
): Promise<{ code: number; summary: Report }> {
  const path = files.write(`${name}.json`, [spec]);
  let summary: unknown;
  const output: Output = {
    json: true,
    result: (data) => {
      summary = data;
    },
    note: () => undefined,
  };
  const code = await sweep.run(
    parseCommandLine(sweep, [
      path,
      '--workers=2',
      `--out=${join(folder, `${name}.results`)}`,
      `--data-dir=${join(folder, dataDir)}`,
    ]),
    output,
  );
  return { code, summary: summary as Report };
}

const resultsOf = (name: string): string[] =>
  readFileSync(join(folder, `${name}.results`), 'utf8')
    .split('\n')
    .filter(Boolean);

test('settings of every kind are swept, to the same digest each time', async () => {
  const first = await run(SPEC);
  expect(first).toMatchObject({ code: 0, summary: { trials: 6, failed: 0 } });
  rmSync(join(folder, 'spec.results'));
  expect((await run(SPEC)).summary.digest).toBe(first.summary.digest);
});

test('settings that earlier commands tried on the same data are counted, and shown', async () => {
  const specOf = (values: readonly number[]) => ({ ...SPEC, parameters: { feeBps: { values } } });
  expect((await run(specOf([1, 2]), 'one', 'shelf')).summary.overfit.triedBefore).toBe(0);
  const { overfit } = (await run(specOf([2, 3, 4]), 'two', 'shelf')).summary;
  expect(overfit.triedBefore).toBe(1);
  expect(overfit.cautions.join(' ')).toContain('1 other setting was tested on the same data before');
});

test.each<[string, object | string, RegExp]>([
  ['no JSON', '{"logs": [', /SPEC: ".*bad\.json" is not JSON/],
  [
    'an impossible range',
    { ...SPEC, parameters: { feeBps: { from: 5, to: 1, step: 1 } } },
    /parameters\.feeBps\.to: "1" is below "from" \(5\)\. Swap/,
  ],
  [
    'a range without end',
    { ...SPEC, parameters: { feeBps: { from: 0, to: 9000, step: 0.0001 } } },
    /step: "0.0001" makes more than \d+ values.*Give a larger step/,
  ],
  [
    'a setting that is none',
    { ...SPEC, parameters: { feebps: { values: [1] } } },
    /parameters: "feebps" is not a setting.*Choose among/,
  ],
  ['an absent log', { ...SPEC, logs: ['absent.jsonl'] }, /market log: ".*absent\.jsonl" does not exist/],
])('%s is refused by field, value and remedy, and nothing is begun', async (_, spec, message) => {
  await expect(run(spec, 'bad')).rejects.toThrow(message);
  expect(existsSync(join(folder, 'bad.results'))).toBe(false);
});

test.each<[string, readonly unknown[], RegExp]>([
  ['an empty file', [], /empty|is not a market log/],
  ['a log without events', [header(TRIANGLE)], /has no events. Record for longer/],
  [
    'time running backwards',
    [header(TRIANGLE), ...triangleEvents(7, 50).events.toReversed()],
    /line 3, t: "\d+" is before the event above it/,
  ],
  [
    'an unknown pair',
    [header(TRIANGLE), { t: 1, i: 'DOGE/USD', k: 'snapshot', b: [], a: [] }],
    /line 2, i: "DOGE\/USD" is not an instrument/,
  ],
])('%s is refused with its place', async (_, lines, message) => {
  files.write('faulty.jsonl', lines);
  if (lines.length === 0) writeFileSync(join(folder, 'faulty.jsonl'), '');
  await expect(run({ ...SPEC, logs: ['faulty.jsonl'] }, 'bad')).rejects.toThrow(message);
  expect(existsSync(join(folder, 'bad.results'))).toBe(false);
});

test('capital that nothing trades fails each trial by its words, and the command says that none ran', async () => {
  const { summary } = await run({ ...SPEC, base: { 'capital.DOGE': 5 } }, 'doge');
  expect(summary).toMatchObject({ trials: 0, failed: 6 });
  expect(summary.failures[0]?.message).toMatch(/capital: "DOGE" is not an asset of these logs. Choose among/);
});

test('a tape that is damaged after half of the sweep: the other half is kept and not run again', async () => {
  const tape = join(folder, 'triangle.tape');
  await makeTape({ logs: [join(folder, 'triangle.jsonl')], path: tape });
  const spec = { ...SPEC, logs: ['triangle.tape'] };
  const whole = await run(spec, 'half');
  const lines = resultsOf('half');
  writeFileSync(join(folder, 'half.results'), `${lines.slice(0, 3).join('\n')}\n`);
  const bytes = readFileSync(tape);
  truncateSync(tape, bytes.length - 100);
  await expect(run(spec, 'half')).rejects.toThrow(
    /tape: ".*triangle\.tape" is damaged: .* Make it again with "parallax tape"/,
  );
  expect(resultsOf('half')).toEqual(lines.slice(0, 3));
  writeFileSync(tape, bytes);
  const again = await run(spec, 'half');
  expect(again.summary.digest).toBe(whole.summary.digest);
  expect(resultsOf('half').slice(0, 3)).toEqual(lines.slice(0, 3));
  expect(resultsOf('half')).toHaveLength(6);
});

test('Ctrl+C ends it at once; what is done is kept, and the same command goes on', async () => {
  const many = { 'detection.minNetBps': { from: 0.5, to: 10, step: 0.5 } };
  const path = files.write('long.json', [{ ...SPEC, parameters: many }]);
  const out = join(folder, 'long.results');
  const child = spawn(process.execPath, [
    cliEntry(),
    'sweep',
    path,
    '--workers',
    '1',
    '--out',
    out,
    '--data-dir',
    join(folder, 'data'),
    '--json',
  ]);
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  const closed = once(child, 'close');
  await expect.poll(() => existsSync(out) && resultsOf('long').length).toBeGreaterThan(1);
  child.kill('SIGINT');
  const [code] = (await closed) as [number];
  expect(code).toBe(1);
  const { trials, planned } = JSON.parse(stdout) as { trials: number; planned: number };
  expect(trials).toBe(resultsOf('long').length);
  expect(trials).toBeLessThan(planned);
  const whole = await run({ ...SPEC, parameters: many }, 'long');
  expect(whole).toMatchObject({ code: 0, summary: { trials: planned, failed: 0 } });
  expect(new Set(resultsOf('long')).size).toBe(planned);
});
