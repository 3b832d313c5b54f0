import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepDurations, keptDurations, knownDurations, weightOf } from './durations.ts';
import LongestFirst from './longest-first.ts';
import { duration, type Known, type PartSeconds, Progress } from './progress.ts';
import { ProgressLine } from './progress-line.ts';
import { Counter, countOf } from './progress-reports.ts';
import { USUAL_FILES, USUAL_PARTS } from './usual-seconds.ts';

const PARTS = [{ name: 'lint' }, { name: 'unit', unit: 'files' }, { name: 'window', unit: 'tests' }];
const ours = (seconds: PartSeconds): Known => ({ seconds, isOurs: true });
const usual = (seconds: PartSeconds): Known => ({ seconds, isOurs: false });
const UNKNOWN = usual({});

class Hand {
  ms = 0;
  readonly read = (): number => this.ms;
}

it('says which part runs, how much of it is done, since when, and until when', () => {
  const clock = new Hand();
  const progress = new Progress([PARTS], ours({ lint: 10, unit: 100, window: 200 }), clock.read);
  progress.started('lint');
  clock.ms = 4_000;
  expect(progress.line()).toBe('lint, 4 s elapsed, about 5:06 min left');
  clock.ms = 10_000;
  progress.ended('lint');
  progress.started('unit');
  progress.counted('unit', 0, 224);
  expect(progress.line()).toBe('unit: 0 of 224 files, 10 s elapsed, about 5:00 min left');
  clock.ms = 60_000;
  progress.counted('unit', 112, 224);
  expect(progress.line()).toBe('unit: 112 of 224 files, 1:00 min elapsed, about 4:10 min left');
});

it('stretches what is left by how this run goes beside the last one', () => {
  const clock = new Hand();
  const progress = new Progress([PARTS], ours({ lint: 10, unit: 100, window: 200 }), clock.read);
  progress.started('lint');
  clock.ms = 20_000;
  progress.ended('lint');
  expect(progress.etaSeconds()).toBe(600);
  progress.started('unit');
  progress.counted('unit', 5, 10);
  clock.ms = 120_000;
  // Both parts took twice as long: 60 s of work in 120.
  expect(progress.etaSeconds()).toBe(100 + 400);
});

it('on a machine without a last run estimates nothing before it has ground, and then by what parts take usually', () => {
  const clock = new Hand();
  const lanes = [PARTS.slice(0, 2), PARTS.slice(2)];
  const progress = new Progress(lanes, usual({ lint: 10, unit: 300, window: 200 }), clock.read);
  for (const name of ['lint', 'window']) progress.started(name);
  clock.ms = 20_000;
  progress.counted('window', 1, 224, 0.004);
  expect(progress.line()).toBe('lint · window: 1 of 224 tests, 20 s elapsed, time left not known yet');
  // Twice as slow as usual, by a fiftieth of all: too little to go by.
  progress.ended('lint');
  progress.started('unit');
  progress.counted('unit', 0, 240, 0);
  expect(progress.etaSeconds()).toBeUndefined();
  // The first of 240 files is a tenth of the work, and took as long as it says: 30 s of 600.
  clock.ms = 80_000;
  progress.counted('unit', 1, 240, 0.1);
  expect(progress.line()).toBe(
    'unit: 1 of 240 files · window: 1 of 224 tests, 1:20 min elapsed, about 9:00 min left',
  );
});

it('goes by how long files take, not by how many are done', () => {
  const clock = new Hand();
  const progress = new Progress([[{ name: 'unit', unit: 'files' }]], UNKNOWN, clock.read);
  progress.started('unit');
  clock.ms = 52_000;
  progress.counted('unit', 1, 240, 0.2);
  expect(progress.line()).toBe('unit: 1 of 240 files, 52 s elapsed, about 3:28 min left');
});

it('waits for the longest lane and then for what runs after all of them', () => {
  const clock = new Hand();
  const known = ours({ lint: 10, unit: 30, window: 50, processes: 20 });
  const lanes = [PARTS.slice(0, 2), PARTS.slice(2)];
  const progress = new Progress(lanes, known, clock.read, [{ name: 'processes' }]);
  expect(progress.etaSeconds()).toBe(70);
  progress.started('processes');
  clock.ms = 15_000;
  progress.ended('processes');
  expect(progress.seconds()).toEqual({ processes: 15 });
  const unknown = new Progress(lanes, UNKNOWN, clock.read, [{ name: 'processes' }]);
  expect(unknown.etaSeconds()).toBeUndefined();
});

it('of a part that nothing is known of goes by the share that is done, and says so when there is too little', () => {
  const clock = new Hand();
  const progress = new Progress([PARTS.slice(0, 2)], UNKNOWN, clock.read);
  progress.started('lint');
  clock.ms = 3_000;
  expect(progress.line()).toBe('lint, 3 s elapsed, time left not known yet');
  progress.ended('lint');
  progress.started('unit');
  progress.counted('unit', 0, 40);
  expect(progress.etaSeconds()).toBeUndefined();
  progress.counted('unit', 1, 40);
  expect(progress.etaSeconds()).toBeUndefined();
  progress.counted('unit', 10, 40);
  clock.ms = 23_000;
  expect(progress.line()).toBe('unit: 10 of 40 files, 23 s elapsed, about 1:00 min left');
});

it('of lanes side by side names both and waits for the longer, and a part that takes longer than it did is never below zero', () => {
  const clock = new Hand();
  const lanes = [PARTS.slice(0, 2), PARTS.slice(2)];
  const progress = new Progress(lanes, ours({ lint: 10, unit: 1, window: 35 }), clock.read);
  progress.started('lint');
  progress.started('window');
  clock.ms = 30_000;
  expect(progress.line()).toBe('lint · window, 30 s elapsed, about 5 s left');
  for (const name of ['lint', 'unit', 'window']) progress.ended(name);
  expect(progress.seconds()).toEqual({ lint: 30, unit: 0, window: 30 });
  expect(progress.etaSeconds()).toBe(0);
});

it.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [59.6, '1:00 min'],
  [3_605, '60:05 min'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

function screen(isTerminal: boolean, columns = 80) {
  const clock = new Hand();
  let text = '';
  const to = { write: (more: string) => void (text += more), isTerminal, columns: () => columns };
  const line = new ProgressLine(to, () => 'unit: 1 of 2 files', clock.read);
  return { clock, line, text: () => text };
}

it('in a terminal is redrawn in place, under the output and never within one of its lines', () => {
  const { line, text } = screen(true);
  line.write('first\n');
  expect(text()).toBe('first\n… unit: 1 of 2 files');
  line.write('half of');
  line.tick();
  line.write(' a line\n');
  line.clear();
  const clear = '\r\u001B[2K';
  expect(text()).toBe(`first\n… unit: 1 of 2 files${clear}half of a line\n… unit: 1 of 2 files${clear}`);
});

it('in a narrow terminal is cut, so that it can be taken off again', () => {
  const { line, text } = screen(true, 11);
  line.tick();
  expect(text()).toBe('… unit: 1 ');
});

it('in a log is a line of its own, once in half a minute, and never within a line', () => {
  const { clock, line, text } = screen(false);
  line.write('first\n');
  for (clock.ms = 0; clock.ms <= 59_000; clock.ms += 1_000) line.tick();
  expect(text()).toBe('first\n… unit: 1 of 2 files\n');
  line.write('half');
  clock.ms = 90_000;
  line.tick();
  line.write(' and half\n');
  line.tick();
  expect(text()).toBe('first\n… unit: 1 of 2 files\nhalf and half\n… unit: 1 of 2 files\n');
});

it('keeps what parts took for the next run, and is content with a file that says nothing', () => {
  const root = mkdtempSync(join(tmpdir(), 'parallax-durations-'));
  try {
    expect(keptDurations(root)).toEqual({});
    expect(knownDurations(root)).toEqual({ seconds: USUAL_PARTS, isOurs: false });
    keepDurations(root, { lint: 3, unit: 40 });
    keepDurations(root, { unit: 50 });
    expect(knownDurations(root)).toEqual({ seconds: { lint: 3, unit: 50 }, isOurs: true });
    for (const text of ['', '[]', '{"unit":-1}', '{"unit":"long"}', '{']) {
      writeFileSync(join(root, 'node_modules/.cache/parallax/test-durations.json'), text);
      expect(keptDurations(root)).toEqual({});
    }
    rmSync(join(root, 'node_modules'), { recursive: true });
    // A file where the folder should be: nothing is kept, and nothing fails.
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'node_modules/.cache'), '');
    keepDurations(root, { lint: 1 });
    expect(keptDurations(root)).toEqual({});
  } finally {
    rmSync(root, { recursive: true });
  }
});

it('names no file that is gone among those that take long', () => {
  expect(Object.keys(USUAL_FILES).filter((file) => !existsSync(file))).toEqual([]);
  const [longest = ''] = Object.keys(USUAL_FILES);
  expect(weightOf(longest)).toBeGreaterThan(10 * weightOf('src-engine/lib/csv-cell.test.ts'));
});

it('puts long files before short ones, those of a project together', async () => {
  const context = { cache: { getTestSpecificationResult: () => undefined } };
  const [longest = '', second = ''] = Object.keys(USUAL_FILES).filter((file) => file.endsWith('.test.ts'));
  const file = (name: string, path: string) => ({
    moduleId: join(process.cwd(), path),
    project: { name, config: { sequence: { groupOrder: 0 }, isolate: false } },
  });
  const short = 'src-engine/lib/csv-cell.test.ts';
  const given = [file('b', short), file('b', longest), file('a', short), file('b', second)];
  const sequencer = new LongestFirst(context as never);
  const sorted = await sequencer.sort(given as never);
  expect(sorted).toEqual([2, 1, 3, 0].map((index) => given[index]));
});

it('counts what ends with how much of the work that is, and takes no other message', () => {
  const sent: unknown[] = [];
  const counter = new Counter([0.1, 0.2, 0.7], (message) => sent.push(message));
  for (const weight of [0.7, 0.1, 0.2]) counter.ended(weight);
  const counts = sent.map((message) => countOf(message));
  expect(counts.map((count) => [count?.done, count?.total])).toEqual([
    [0, 3],
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  expect(counts.map((count) => count?.share.toFixed(2))).toEqual(['0.00', '0.70', '0.80', '1.00']);
  for (const other of [undefined, 'ready', {}, { parallaxTests: { done: '1' } }]) {
    expect(countOf(other)).toBeUndefined();
  }
});
