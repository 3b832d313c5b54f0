import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTape } from '../../storage/tape/tape-file.ts';
import type { Tape } from '../../storage/tape/tape-format.ts';
import { makeTape } from '../tape-maker.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from '../testing/made-log.ts';
import type { SweepProgress } from './ledger-file.ts';
import { readResultLine, type SweepLedger } from './sweep-ledger.ts';
import { planSweep, type SweepPlan } from './sweep-plan.ts';
import { runSweep, type SweepRun } from './sweep-runner.ts';
import { parseSweepSpec } from './sweep-spec.ts';
import { summarise } from './sweep-summary.ts';

const folder = logFolder();
afterAll(() => folder.remove());

let tape: Tape;
let plan: SweepPlan;
let place = '';
/** Of one thread, from nothing: what all others must find. */
let one: SweepLedger;
const reports: SweepProgress[] = [];
beforeAll(async () => {
  const log = folder.write('triangle.jsonl', [header(TRIANGLE), ...triangleEvents(7, 400).events]);
  place = dirname(log);
  const path = join(place, 'triangle.tape');
  await makeTape({ logs: [log], path });
  tape = await readTape(path);
  const spec = parseSweepSpec({
    logs: ['triangle.jsonl'],
    base: { 'capital.USD': 1_000, 'latency.minUs': 1_000, 'latency.tailUs': 0 },
    parameters: {
      'detection.minNetBps': { values: [1, 2, 5, 10_000] },
      'detection.cooldownMs': { values: [0, 1_000, 2_000] },
    },
    search: { method: 'grid' },
    periodMs: 1_000,
    blocks: 4,
    split: { kind: 'walk-forward', folds: 2 },
  });
  const { firstUs, lastUs, sources } = tape.head;
  plan = planSweep(
    spec,
    { digests: sources.map(({ sha256 }) => sha256), fromUs: firstUs, toUs: lastUs },
    'test',
  );
  one = await runSweep(run('one', { workers: 1, onProgress: (progress) => reports.push(progress) }));
});

const run = (name: string, change: Partial<SweepRun> = {}): SweepRun => ({
  plan,
  tape,
  workers: 2,
  ledgerPath: join(place, `${name}.jsonl`),
  ...change,
});

const linesOf = (name: string): string[] =>
  readFileSync(join(place, `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

test('one thread and three find the very same, and the tape is shared, not copied', async () => {
  const three = await runSweep(run('three', { workers: 3 }));
  expect(JSON.stringify(summarise(plan, three))).toBe(JSON.stringify(summarise(plan, one)));
  expect(summarise(plan, one)).toMatchObject({ planned: 12, trials: 12, failed: 0 });
  expect(reports.at(0)).toEqual({ done: 0, total: 12, etaSeconds: undefined });
  expect(reports.at(-1)).toMatchObject({ done: 12, etaSeconds: 0 });
  expect(tape.columns.prices.buffer).toBe(tape.memory);
});

test('ended half-way it takes not one result more, and goes on where it stood: no trial runs twice', async () => {
  const abort = new AbortController();
  let doneAtEnd = 0;
  const half = await runSweep(
    run('half', {
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done < 5 || abort.signal.aborted) return;
        doneAtEnd = done;
        abort.abort();
      },
    }),
  );
  expect(half.isComplete).toBe(false);
  const before = linesOf('half');
  expect(doneAtEnd).toBeGreaterThanOrEqual(5);
  expect(before).toHaveLength(doneAtEnd);
  expect(doneAtEnd).toBeLessThan(12);
  // A crash cut the last line off: its trial runs again, the others do not.
  appendFileSync(join(place, 'half.jsonl'), '{"trialId":"trial-');
  const whole = await runSweep(run('half'));
  expect(whole.isComplete).toBe(true);
  const ids = linesOf('half').flatMap((line) => readResultLine(line)?.trialId ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(12);
  expect(JSON.stringify(summarise(plan, whole))).toBe(JSON.stringify(summarise(plan, one)));
});

test('one character of one line changed: the line is named, its trial runs again, and nothing else is found', async () => {
  const path = join(place, 'damaged.jsonl');
  const lines = readFileSync(join(place, 'one.jsonl'), 'utf8').split('\n');
  const damagedAt = lines.findIndex((line) => line.includes('"outcome":"scored"'));
  const line = lines[damagedAt] ?? '';
  const at = line.search(/"mean":-?0\.0*[1-9]/) + 1;
  const digit = line.slice(at).search(/[1-9]/) + at;
  const altered = `${line.slice(0, digit)}${line[digit] === '9' ? '8' : '9'}${line.slice(digit + 1)}`;
  expect(altered).not.toBe(line);
  writeFileSync(path, lines.with(damagedAt, altered).join('\n'));
  const notes: string[] = [];
  const again = summarise(plan, await runSweep(run('damaged', { onNote: (note) => notes.push(note) })));
  expect(notes).toEqual([expect.stringMatching(new RegExp(`line ${damagedAt + 1} is damaged.*runs again`))]);
  expect(JSON.stringify(again)).toBe(JSON.stringify(summarise(plan, one)));
});

test('results that cannot be written are reported with the place and what to do', async () => {
  await expect(runSweep(run(join('nowhere', 'x')))).rejects.toThrow(/sweep results: .*nowhere.*--out/);
});
