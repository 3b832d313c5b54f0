import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepDurations, keptDurations } from './durations.ts';
import { duration, Progress } from './progress.ts';
import { ProgressLine } from './progress-line.ts';
import { countOf } from './progress-reports.ts';

const PARTS = [{ name: 'lint' }, { name: 'unit', unit: 'files' }, { name: 'window', unit: 'tests' }];

class Hand {
  ms = 0;
  readonly read = (): number => this.ms;
}

it('says which part runs, how much of it is done, since when, and until when', () => {
  const clock = new Hand();
  const progress = new Progress(PARTS, { lint: 10, unit: 100, window: 200 }, clock.read);
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
  const progress = new Progress(PARTS, { lint: 10, unit: 100, window: 200 }, clock.read);
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

it('of a part that was never timed goes by the share that is done, and says so when there is none', () => {
  const clock = new Hand();
  const progress = new Progress(PARTS.slice(0, 2), {}, clock.read);
  progress.started('lint');
  clock.ms = 3_000;
  expect(progress.line()).toBe('lint, 3 s elapsed, time left unknown');
  progress.ended('lint');
  progress.started('unit');
  progress.counted('unit', 0, 40);
  expect(progress.etaSeconds()).toBeUndefined();
  progress.counted('unit', 10, 40);
  clock.ms = 23_000;
  expect(progress.line()).toBe('unit: 10 of 40 files, 23 s elapsed, about 1:00 min left');
});

it('of parts side by side names both, and a part that takes longer than it did is never below zero', () => {
  const clock = new Hand();
  const progress = new Progress(PARTS, { lint: 10, unit: 1, window: 1 }, clock.read);
  progress.started('lint');
  progress.started('unit');
  clock.ms = 30_000;
  expect(progress.line()).toBe('lint · unit, 30 s elapsed, about 1 s left');
  for (const name of ['lint', 'unit', 'window']) progress.ended(name);
  expect(progress.seconds()).toEqual({ lint: 30, unit: 30 });
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
    keepDurations(root, { lint: 3, unit: 40 });
    keepDurations(root, { unit: 50 });
    expect(keptDurations(root)).toEqual({ lint: 3, unit: 50 });
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

it('takes counts from a runner, and no other message', () => {
  expect(countOf({ parallaxTests: { done: 1, total: 2 } })).toEqual({ done: 1, total: 2 });
  for (const other of [undefined, 'ready', {}, { parallaxTests: { done: '1' } }]) {
    expect(countOf(other)).toBeUndefined();
  }
});
