/** What a bench says: rows of two figures and their ratio, for a person or for a program. */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

export type Spread = { readonly p50: number; readonly p99: number; readonly p999: number };

export type Row = {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  /** A library or the platform in the same run, or a bound that the figure must keep. */
  readonly peer: { readonly name: string; readonly value: number };
  /** How many times better we are: above 1 is better, whether more or less is good of the unit. */
  readonly ratio: number;
  /** The ratio that must be reached. */
  readonly atLeast?: number;
  readonly reached: boolean;
  readonly oursSpread?: Spread;
  readonly peerSpread?: Spread;
};

type Figures = Omit<Row, 'ratio' | 'reached' | 'peer'> & {
  readonly peer: string;
  readonly peerValue: number;
  /** Whether a smaller figure is the better one. */
  readonly less: boolean;
};

export function rowOf(figures: Figures): Row {
  const { peer, peerValue, less, ...rest } = figures;
  const ratio = less ? peerValue / figures.ours : figures.ours / peerValue;
  return { ...rest, peer: { name: peer, value: peerValue }, ratio, reached: ratio >= (figures.atLeast ?? 0) };
}

/** What a row is held against that has no peer. */
export const BOUND = 'at most';

/** A row that holds a figure to a bound: reached when it is at most that. */
export function boundedRow(name: string, unit: string, ours: number, atMost: number): Row {
  const row = rowOf({ name, unit, ours, peer: BOUND, peerValue: atMost, atLeast: 1, less: true });
  // A bound of zero has no ratio, and below zero is as good as it gets.
  return ours <= 0 && ours <= atMost ? { ...row, ratio: Number.POSITIVE_INFINITY, reached: true } : row;
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
    '| what | unit | Parallax | peer | its figure | ratio | at least | |',
    '|---|---|---:|---|---:|---:|---:|---|',
    ...rows.map(({ name, unit, ours, peer, ratio, atLeast, reached }) => {
      const asked = atLeast === undefined ? '' : atLeast.toFixed(2);
      const verdict = atLeast === undefined ? '' : reached ? 'reached' : 'NOT REACHED';
      return `| ${name} | ${unit} | ${figure(ours)} | ${peer.name} | ${figure(peer.value)} | ${ratio.toFixed(2)} | ${asked} | ${verdict} |`;
    }),
  ];
  const spreads = rows.flatMap(({ name, unit, peer, oursSpread, peerSpread }) => [
    ...(oursSpread === undefined ? [] : [`${name}: ours ${spreadText(oursSpread, unit)}`]),
    ...(peerSpread === undefined ? [] : [`${name}: ${peer.name} ${spreadText(peerSpread, unit)}`]),
  ]);
  return [...lines, '', ...spreads].join('\n');
}

function spreadText({ p50, p99, p999 }: Spread, unit: string): string {
  return `p50 ${figure(p50)}, p99 ${figure(p99)}, p99.9 ${figure(p999)} ${unit}`;
}
