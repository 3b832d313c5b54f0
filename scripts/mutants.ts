/**
 * `npm run mutants -- [--room R] [--file F] [--sample N --seed S] [--near [--with R]] [--json]`: puts one token of the core
 * otherwise at a time and runs the core's tests that reach it. Says for each room how many such mutants they notice, and names
 * those that they do not. `--near` runs the tests of the rooms themselves alone, which takes a fraction of the time, and with
 * `--with` those of further rooms: what they notice is a lower bound. What is known to make no difference is in
 * `mutants/equivalent.ts` and not counted. Ends with 1 below 95 % in any room.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../src-engine/lib/random.ts';
import { isEquivalent } from './mutants/equivalent.ts';
import type { Mutant } from './mutants/mutate.ts';
import { tryMutants } from './mutants/run.ts';
import { ROOMS, roomOf, sharesOf, sourcesOf, testsOf } from './mutants/rooms.ts';

/** Least share of the mutants of a room that its tests must notice. */
const LEAST_SHARE = 0.95;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const { values } = parseArgs({
  options: {
    room: { type: 'string', multiple: true, default: [] },
    file: { type: 'string', multiple: true, default: [] },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    near: { type: 'boolean', default: false },
    with: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});

function fail(message: string): never {
  process.stderr.write(`mutants: ${message}\n`);
  process.exit(2);
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  return fail(`--${option}: "${text}" is not a whole number from 1 on. Write for example --${option} 60.`);
}

for (const option of ['room', 'with'] as const) {
  for (const room of values[option]) {
    if (!ROOMS.includes(room)) fail(`--${option}: "${room}" is none of ${ROOMS.join(', ')}.`);
  }
}
if (values.with.length > 0 && !values.near)
  fail('--with: without --near the tests of all rooms run. Leave --with out, or add --near.');
const core = sourcesOf(ROOT);
for (const file of values.file) {
  if (!core.includes(file))
    fail(`--file: "${file}" is not a file of ${ROOMS.join(', ')}. Write it as src-engine/risk/kelly.ts.`);
}
const sample = values.sample === undefined ? undefined : wholeNumber('sample', values.sample);
const random = new SeededRandom(wholeNumber('seed', values.seed));
const files = core.filter((file) => {
  if (values.file.length > 0) return values.file.includes(file);
  return values.room.length === 0 || values.room.includes(roomOf(file));
});

/** All that may make a difference, or as many of each room as were asked for. */
function choose(all: readonly Mutant[]): readonly Mutant[] {
  const real = all.filter((mutant) => !isEquivalent(mutant));
  if (sample === undefined) return real;
  const drawn = new Set(
    ROOMS.flatMap((room) => {
      const own = real.filter(({ file }) => roomOf(file) === room);
      const ordered = own.map((mutant) => ({ mutant, at: random.next() })).toSorted((a, b) => a.at - b.at);
      return ordered.slice(0, sample).map(({ mutant }) => mutant);
    }),
  );
  return real.filter((mutant) => drawn.has(mutant));
}

const progress = (done: number, of: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} `);
};
const rooms = new Set([...files.map(roomOf), ...values.with]);
const chosenTests = testsOf(ROOT).filter((test) => !values.near || rooms.has(roomOf(test)));
const { trials, tests, unsteady } = await tryMutants(ROOT, files, chosenTests, choose, progress);
if (process.stderr.isTTY) process.stderr.write('\r');
const shares = sharesOf(trials);
const survivors = trials.filter(({ outcome }) => outcome !== 'noticed');
if (values.json) {
  process.stdout.write(`${JSON.stringify({ tests, unsteady, shares, survivors })}\n`);
} else {
  for (const { mutant, outcome } of survivors) {
    const { file, line, change, code } = mutant;
    process.stdout.write(
      `${file}:${line}: ${change}${outcome === 'unreached' ? ' (no test runs it)' : ''}\n    ${code}\n`,
    );
  }
  for (const name of unsteady) process.stdout.write(`fails when it runs a second time, left out: ${name}\n`);
  for (const { room, noticed, tried, share } of shares) {
    process.stdout.write(
      `${room.padEnd(22)} ${noticed} of ${tried} noticed, ${(share * 100).toFixed(1)} %\n`,
    );
  }
}
process.exitCode = shares.every(({ share }) => share >= LEAST_SHARE) ? 0 : 1;
