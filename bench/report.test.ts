import { describe, expect, it } from 'vitest';
import { changes, changesTable } from './against.ts';
import { lastRun, keep, keptRow, type KeptRow, type Run } from './history.ts';
import { boundedRow, calibratedRow, rowOf, table } from './report.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const row = { name: 'a', unit: 'µs', peer: 'b', less: true } as const;

describe('a row', () => {
  it('has the ratio of medians, and an interval where rounds of both were measured', () => {
    const made = rowOf({ ...row, ours: [1, 2, 3], peerValue: [4, 8, 12], atLeast: 4 });
    expect(made).toMatchObject({ ours: 2, peer: { value: 8 }, ratio: 4, reached: true, interval: [4, 4] });
    expect(rowOf({ ...row, ours: 2, peerValue: [4, 8, 12] }).interval).toBeUndefined();
  });

  it('puts together what all rounds measured before it takes another statistic', () => {
    const most = (values: readonly number[]): number => Math.max(...values);
    const made = rowOf({ ...row, ours: [[1, 9], [2], [3]], peerValue: [[18], [1], [2]], statistic: most });
    expect(made).toMatchObject({ ours: 9, ratio: 2 });
  });

  it('holds a time against the calibration of its own round: a machine half as fast changes nothing', () => {
    const [fast, slow] = [1, 2].map((times) =>
      calibratedRow(
        'walk',
        [3, 3, 3].map((us) => us * times),
        4,
        [1, 1, 1].map((us) => us * times),
      ),
    );
    expect(fast?.ratio).toBe(slow?.ratio);
    expect(fast).toMatchObject({ ratio: 4 / 3, reached: true });
    expect(calibratedRow('walk', 5, 4, 1).reached).toBe(false);
  });

  it('keeps a bound of zero, and prints every row on a line of its own', () => {
    expect(boundedRow('lost', 'facts', 0, 0).reached).toBe(true);
    expect(table([boundedRow('lost', 'facts', 0, 0)]).split('\n')).toHaveLength(4);
  });
});

const kept = (name: string, ratio: number, interval?: readonly [number, number]): KeptRow => ({
  name,
  unit: 'µs',
  ours: 1,
  peer: { name: 'peer 1.0', value: ratio },
  ratio,
  ...(interval === undefined ? {} : { interval }),
});

describe('a run against an earlier one', () => {
  it('is slower only where the ratio fell by more than 3 % and the intervals lie apart', () => {
    const before = [
      kept('same', 2),
      kept('slower', 2, [1.9, 2.1]),
      kept('unsure', 2, [1.5, 2.5]),
      kept('faster', 2),
    ];
    const now = [
      kept('same', 1.95),
      kept('slower', 1.5, [1.4, 1.6]),
      kept('unsure', 1.6, [1.2, 2]),
      kept('faster', 3),
    ];
    const found = changes(before, now);
    expect(found.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['same', 'same'],
      ['slower', 'slower'],
      ['unsure', 'unsure'],
      ['faster', 'faster'],
    ]);
    expect(changesTable(found)).toContain('| -25.0 % | slower |');
  });

  it('compares nothing with another peer, a row that is new, or a bound without a ratio', () => {
    const other = { ...kept('a', 2), peer: { name: 'peer 2.0', value: 2 } };
    const infinite = kept('b', Number.POSITIVE_INFINITY);
    expect(changes([kept('a', 2), infinite, kept('b', 2)], [other, infinite, kept('c', 1)])).toEqual([]);
  });
});

describe('the history', () => {
  const run: Run = {
    day: '2026-11-29',
    commit: 'abc1234',
    machine: 'm',
    node: 'v24',
    data: 'd',
    peers: {},
    rows: [],
  };

  it('gets a line a run, of which the last is compared with', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-history-'));
    try {
      const path = join(folder, 'made', 'runs.jsonl');
      const second = { ...run, commit: 'def5678', rows: [keptRow(boundedRow('lost', 'facts', 1, 2))] };
      keep(run, path);
      keep(second, path);
      expect(lastRun(path)).toEqual(second);
      const other = join(folder, 'other.json');
      writeFileSync(other, '{"rows":[{"name":1}]}\n');
      expect(() => lastRun(other)).toThrow(`${other} holds no run of the bench`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
