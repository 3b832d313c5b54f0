/**
 * `npm run bench-compare -- COMMIT`: the bench of an earlier tree and of this one, alternately, so that both meet the same
 * machine. What is compared is each row's ratio to its peer in the same run: a figure by itself depends on the hour.
 * `-- --only frames` runs one group, `-- --rounds 7` as many runs of each tree (5), `-- --json` prints an object. Exit code 1 when a
 * row that both have is more than 3 % slower against its peer.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HAS_SHARED_DATA, sharedFile } from '../src-engine/testing/shared-data.ts';
import { median } from './statistics.ts';
import { BOUND, type Row } from './report.ts';

/** How much slower a row may be, as a share of its ratio. */
const MOST_LOST = 0.03;
const MAX_OUTPUT = 64 * 1024 * 1024;
const HERE = fileURLToPath(new URL('..', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const [commit, ...more] = positionals;
if (commit === undefined || more.length > 0 || !(Number.isInteger(rounds) && rounds >= 1 && rounds <= 99)) {
  process.stderr.write('bench-compare: name one commit, and --rounds from 1 to 99\n');
  process.exit(2);
}

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: HERE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/** Ratios of every row to its peer, one a run. */
function measure(tree: string, ratios: Map<string, number[]>): void {
  const args = ['--expose-gc', join(tree, 'bench', 'bench.ts'), '--json', '--only', values.only];
  const output = execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', maxBuffer: MAX_OUTPUT });
  const { rows } = JSON.parse(output) as { readonly rows: readonly Row[] };
  for (const { name, peer, ratio } of rows) {
    // A bound is no peer: how far a time is from it says how busy the machine was.
    if (peer.name === BOUND) continue;
    const key = `${name} / ${peer.name}`;
    ratios.set(key, [...(ratios.get(key) ?? []), ratio]);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
const before = join(folder, 'before');
const [earlier, now] = [new Map<string, number[]>(), new Map<string, number[]>()];
try {
  git('worktree', 'add', '--detach', before, commit);
  symlinkSync(join(HERE, 'node_modules'), join(before, 'node_modules'));
  // Rows on recorded markets need them beside the earlier tree too.
  if (HAS_SHARED_DATA)
    symlinkSync(join(sharedFile('.'), '..'), join(folder, basename(join(sharedFile('.'), '..'))));
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes: what the machine does after the other one meets both.
    const order: [string, Map<string, number[]>][] = [
      [before, earlier],
      [HERE, now],
    ];
    for (const [tree, ratios] of round % 2 === 0 ? order : order.toReversed()) measure(tree, ratios);
    process.stderr.write(`run ${round + 1} of ${rounds} done\n`);
  }
} finally {
  git('worktree', 'remove', '--force', before);
  rmSync(folder, { recursive: true, force: true });
}

const rows = [...now].flatMap(([name, ratios]) => {
  const then = earlier.get(name);
  if (then === undefined) return [];
  const [was, is] = [median(then), median(ratios)];
  // Where the bound has no ratio there is nothing to compare.
  return Number.isFinite(was) && Number.isFinite(is) && was > 0
    ? [{ name, was, is, change: is / was - 1 }]
    : [];
});
const slower = rows.filter(({ change }) => change < -MOST_LOST);
process.stdout.write(
  values.json
    ? `${JSON.stringify({ commit, rounds, rows, slower: slower.length })}\n`
    : [
        '| row / peer | ratio before | ratio now | change |',
        '|---|---:|---:|---:|',
        ...rows.map(
          ({ name, was, is, change }) =>
            `| ${name} | ${was.toFixed(2)} | ${is.toFixed(2)} | ${(change * 100).toFixed(1)} %${change < -MOST_LOST ? ' SLOWER' : ''} |`,
        ),
        '',
      ].join('\n'),
);
if (rows.length === 0) process.stderr.write('bench-compare: the two trees have no row in common\n');
process.exitCode = rows.length === 0 || slower.length > 0 ? 1 : 0;
