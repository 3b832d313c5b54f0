/** Earlier runs of the bench: a line of JSON each, in bench/history, with the commit and the machine that it was made on. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './report.ts';
import type { Interval } from './statistics.ts';

export const HISTORY = fileURLToPath(new URL('history/runs.jsonl', import.meta.url));

/** What is kept of a row: its figures and what they were held against. */
export type KeptRow = {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: { readonly name: string; readonly value: number };
  readonly ratio: number;
  readonly interval?: Interval;
};

/** One run. It names no host, no user and no path. */
export type Run = {
  /** Day of the run, UTC: `2026-11-29`. */
  readonly day: string;
  /** Short hash; with `+` behind it where the tree differed from it. */
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly data: string;
  readonly peers: Readonly<Record<string, string>>;
  readonly rows: readonly KeptRow[];
};

export function keptRow({ name, unit, ours, peer, ratio, interval }: Row): KeptRow {
  return { name, unit, ours, peer, ratio, ...(interval === undefined ? {} : { interval }) };
}

/** The commit of this tree. Empty where there is no repository. */
export function commitHere(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: dirname(HISTORY.replace(/history.runs\.jsonl$/, '')),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return (
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+')
    );
  } catch {
    return '';
  }
}

export function keep(run: Run, path: string = HISTORY): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(run)}\n`);
}

/**
 * The last run of a file: what `--json` printed, or a history.
 * @throws Error that names the file when it holds none.
 */
export function lastRun(path: string): Run {
  const line = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  let run: unknown;
  try {
    run = JSON.parse(line);
  } catch {
    run = undefined;
  }
  if (isRun(run)) return run;
  throw new Error(
    `${path} holds no run of the bench: give it what --json printed, or bench/history/runs.jsonl`,
  );
}

function isRun(value: unknown): value is Run {
  if (typeof value !== 'object' || value === null || !('rows' in value) || !Array.isArray(value.rows))
    return false;
  return value.rows.every(
    (row: Partial<KeptRow> | null) => typeof row?.name === 'string' && typeof row.peer?.name === 'string',
  );
}
