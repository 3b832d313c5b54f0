/** What a bench says: rows of two figures and their ratio, for a person or for a program. */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { PARSES } from './calibration.ts';
import { bootstrap, type Interval, median } from './statistics.ts';

/** `of`: how many were measured; p99.9 of less than a thousand is the largest of them. */
export type Spread = {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly of?: number;
};

export type Row = {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  /** A library or the platform in the same run, or a bound that the figure must keep. */
  readonly peer: { readonly name: string; readonly value: number };
  /** How many times better we are: above 1 is better, whether more or less is good of the unit. */
  readonly ratio: number;
  /** What the ratio may be with a probability of 95 %, where rounds were measured. */
  readonly interval?: Interval;
  /** The ratio that must be reached. */
  readonly atLeast?: number;
  readonly reached: boolean;
  readonly oursSpread?: Spread;
  readonly peerSpread?: Spread;
};

/** One figure; one of each round; or all that each round measured. */
type Measured = number | readonly number[] | readonly (readonly number[])[];

type Figures = Omit<Row, 'ratio' | 'reached' | 'peer' | 'ours' | 'interval'> & {
  readonly ours: Measured;
  readonly peer: string;
  readonly peerValue: Measured;
  /** What the figures of the rounds are taken together by; the median when left out. */
  readonly statistic?: (values: readonly number[]) => number;
  /** Whether a smaller figure is the better one. */
  readonly less: boolean;
};

export function rowOf(figures: Figures): Row {
  const { peer, less, statistic = median, ours: own, peerValue: others, ...rest } = figures;
  const [ourRounds, peerRounds] = [roundsOf(own), roundsOf(others)];
  const ratioOf = (ours: number, theirs: number): number => (less ? theirs / ours : ours / theirs);
  const [ours, value] = [statistic(ourRounds.flat()), statistic(peerRounds.flat())];
  const drawn = (rounds: readonly (readonly number[])[], numbers: readonly number[]): number =>
    statistic(numbers.flatMap((number) => rounds[number] ?? []));
  const interval =
    ourRounds.length === peerRounds.length
      ? bootstrap(ourRounds.length, (numbers) =>
          ratioOf(drawn(ourRounds, numbers), drawn(peerRounds, numbers)),
        )
      : undefined;
  const ratio = ratioOf(ours, value);
  return {
    ...rest,
    ours,
    peer: { name: peer, value },
    ratio,
    ...(interval === undefined ? {} : { interval }),
    reached: ratio >= (figures.atLeast ?? 0),
  };
}

function roundsOf(measured: Measured): readonly (readonly number[])[] {
  return (typeof measured === 'number' ? [measured] : measured).map((round) =>
    typeof round === 'number' ? [round] : round,
  );
}

/** What a row is held against that has no peer. */
export const BOUND = 'at most';

/** A row that holds a figure to a bound: reached when it is at most that. */
export function boundedRow(name: string, unit: string, ours: number, atMost: number): Row {
  const row = rowOf({ name, unit, ours, peer: BOUND, peerValue: atMost, atLeast: 1, less: true });
  // A bound of zero has no ratio, and below zero is as good as it gets.
  return ours <= 0 && ours <= atMost ? { ...row, ratio: Number.POSITIVE_INFINITY, reached: true } : row;
}

/**
 * A row whose time is held against so many calls of the calibration in the same run: reached when it is at most as many.
 * @param parsesUs microseconds of one call, measured beside it: one figure, or one of each round of `ours`.
 */
export function calibratedRow(
  name: string,
  ours: readonly number[] | number,
  parses: number,
  parsesUs: readonly number[] | number,
): Row {
  const peerValue = typeof parsesUs === 'number' ? parses * parsesUs : parsesUs.map((us) => parses * us);
  return rowOf({ name, unit: 'µs', ours, peer: `${parses} ${PARSES}`, peerValue, atLeast: 1, less: true });
}

/** Version of an installed package, as its own package.json says. */
export function versionOf(name: string): string {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

export function machine(): string {
  const all = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} cores, ${memory} GiB`;
}

function figure(value: number): string {
  return value >= 10_000
    ? Math.round(value).toLocaleString('en-US')
    : value >= 100
      ? value.toFixed(0)
      : value.toPrecision(3);
}

export function table(rows: readonly Row[]): string {
  const lines = [
    '| what | unit | Parallax | peer | its figure | ratio | 95 % | at least | |',
    '|---|---|---:|---|---:|---:|---:|---:|---|',
    ...rows.map(({ name, unit, ours, peer, ratio, interval, atLeast, reached }) => {
      const asked = atLeast === undefined ? '' : atLeast.toFixed(2);
      const verdict = atLeast === undefined ? '' : reached ? 'reached' : 'NOT REACHED';
      return `| ${name} | ${unit} | ${figure(ours)} | ${peer.name} | ${figure(peer.value)} | ${ratio.toFixed(2)} | ${intervalText(interval)} | ${asked} | ${verdict} |`;
    }),
  ];
  const spreads = rows.flatMap(({ name, unit, peer, oursSpread, peerSpread }) => [
    ...(oursSpread === undefined ? [] : [`${name}: ours ${spreadText(oursSpread, unit)}`]),
    ...(peerSpread === undefined ? [] : [`${name}: ${peer.name} ${spreadText(peerSpread, unit)}`]),
  ]);
  return [...lines, '', ...spreads].join('\n');
}

export function intervalText(interval: Interval | undefined): string {
  return interval === undefined ? '' : `${interval[0].toFixed(2)} to ${interval[1].toFixed(2)}`;
}

function spreadText({ p50, p99, p999, of }: Spread, unit: string): string {
  const count = of === undefined ? '' : ` (of ${of.toLocaleString('en-US')})`;
  return `p50 ${figure(p50)}, p99 ${figure(p99)}, p99.9 ${figure(p999)} ${unit}${count}`;
}
