/**
 * A run of the bench against an earlier one. What is compared is each row's ratio to its peer, or to the calibration, in its own
 * run: a figure by itself says how busy the machine was.
 */
import type { KeptRow } from './history.ts';
import { intervalText } from './report.ts';
import type { Interval } from './statistics.ts';

/** How much slower a row may be, as a share of its ratio. */
export const MOST_LOST = 0.03;

export type Change = {
  readonly name: string;
  readonly peer: string;
  readonly was: number;
  readonly is: number;
  readonly wasInterval: Interval | undefined;
  readonly isInterval: Interval | undefined;
  /** Share by which the ratio rose; below 0 it is worse. */
  readonly change: number;
  /** `unsure`: further apart than MOST_LOST, and yet within what chance does. */
  readonly verdict: 'slower' | 'faster' | 'unsure' | 'same';
};

/** Rows that both runs have. One whose ratio is no number, as a bound of zero has, is left out. */
export function changes(earlier: readonly KeptRow[], now: readonly KeptRow[]): Change[] {
  const before = new Map(earlier.map((row) => [keyOf(row), row]));
  return now.flatMap((row) => {
    const then = before.get(keyOf(row));
    if (then === undefined || !isRatio(then.ratio) || !isRatio(row.ratio)) return [];
    const change = row.ratio / then.ratio - 1;
    return [
      {
        name: row.name,
        peer: row.peer.name,
        was: then.ratio,
        is: row.ratio,
        wasInterval: then.interval,
        isInterval: row.interval,
        change,
        verdict: verdictOf(then, row, change),
      },
    ];
  });
}

/** Another version of a peer is another peer. */
function keyOf({ name, peer }: KeptRow): string {
  return `${name} / ${peer.name}`;
}

function isRatio(ratio: unknown): ratio is number {
  return typeof ratio === 'number' && Number.isFinite(ratio) && ratio > 0;
}

/** Where both runs have an interval these must not overlap; without one the change alone decides. */
function verdictOf(then: KeptRow, now: KeptRow, change: number): Change['verdict'] {
  if (Math.abs(change) <= MOST_LOST) return 'same';
  if (then.interval !== undefined && now.interval !== undefined) {
    const areApart = now.interval[1] < then.interval[0] || now.interval[0] > then.interval[1];
    if (!areApart) return 'unsure';
  }
  return change < 0 ? 'slower' : 'faster';
}

export function changesTable(all: readonly Change[]): string {
  return [
    '| row | peer | ratio before | 95 % | ratio now | 95 % | change | |',
    '|---|---|---:|---:|---:|---:|---:|---|',
    ...all.map(
      ({ name, peer, was, is, wasInterval, isInterval, change, verdict }) =>
        `| ${name} | ${peer} | ${was.toFixed(2)} | ${intervalText(wasInterval)} | ${is.toFixed(2)} | ${intervalText(isInterval)} | ${(change * 100).toFixed(1)} % | ${verdict === 'same' ? '' : verdict} |`,
    ),
  ].join('\n');
}
