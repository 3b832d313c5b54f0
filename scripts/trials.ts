/**
 * `npm run trials -- [--kill N] [--sigkill N] [--sigkill-two N] [--sigstop N] [--cut N] [--full-disk N] [--hostile N] [--audit-kill N] [--seed S] [--jobs J] [--untimed] [--json]`: an engine trades
 * on the local exchange over real sockets; it is killed, frozen, cut off and starved of its disk in the middle of its
 * orders. The exchange's own log and ledger say what came of it. Without a number: ten kills. With --untimed what is
 * later than promised is told and is no failure: on a machine that does other things at the same time. The number of
 * `--hostile` is that of random and hostile inputs while one engine trades, that of `--audit-kill` the SIGKILLs in the moment of an
 * answered change. `--sigkill-two`: the same as `--sigkill` with accounts at two venues, each a local exchange of its own.
 */
import { parseArgs } from 'node:util';
import { auditKill } from './trials/audit-kill.ts';
import { cut } from './trials/cuts.ts';
import { sigkill, sigstop } from './trials/dead-engine.ts';
import { fullDisk } from './trials/full-disk.ts';
import { hostile } from './trials/hostile.ts';
import { kill } from './trials/kill.ts';
import type { Outcome, TrialPlan } from './trials/numbers.ts';
import { sigkillTwo } from './trials/two-accounts.ts';

const MAX_TRIALS = 100_000;
const KINDS = [
  'kill',
  'sigkill',
  'sigkill-two',
  'sigstop',
  'cut',
  'full-disk',
  'hostile',
  'audit-kill',
] as const;
type Kind = (typeof KINDS)[number];

type Told = Pick<Outcome, 'trials' | 'violations' | 'late'>;

const { values } = parseArgs({
  options: {
    ...(Object.fromEntries(KINDS.map((kind) => [kind, { type: 'string' }])) as Record<
      Kind,
      { type: 'string' }
    >),
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    untimed: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function wholeNumber(option: Kind | 'seed' | 'jobs', text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1 && number <= MAX_TRIALS) return number;
  process.stderr.write(
    `trials: --${option}: "${text}" is not a whole number from 1 to ${MAX_TRIALS}. Write for example --${option} 100.\n`,
  );
  process.exit(2);
}

const firstSeed = wholeNumber('seed', values.seed);
const jobs = wholeNumber('jobs', values.jobs);
const chosen = KINDS.flatMap((kind) => {
  const text = values[kind];
  return text === undefined ? [] : [{ kind, trials: wholeNumber(kind, text) }];
});
if (chosen.length === 0) chosen.push({ kind: 'kill', trials: 10 });

const RUN: Readonly<Record<Kind, (plan: TrialPlan) => Promise<Told>>> = {
  kill,
  sigkill,
  'sigkill-two': sigkillTwo,
  sigstop,
  cut,
  'full-disk': fullDisk,
  hostile,
  'audit-kill': auditKill,
};

const results = new Map<Kind, Told>();
for (const { kind, trials } of chosen) {
  const told = await RUN[kind]({ trials, firstSeed, jobs });
  results.set(kind, told);
  if (!values.json) process.stdout.write(describe(kind, told));
}
const violations = [...results.values()].flatMap((told) => told.violations);
const late = [...results.values()].flatMap((told) => told.late);
const trials = [...results.values()].reduce((sum, told) => sum + told.trials, 0);
if (values.json) {
  process.stdout.write(`${JSON.stringify({ trials, violations, late, ...Object.fromEntries(results) })}\n`);
}
// What a trial left behind must not keep this process: its exchanges are gone.
process.exit(violations.length === 0 && (values.untimed || late.length === 0) ? 0 : 1);

/** One line of figures, then what was breached. */
function describe(kind: Kind, { trials: made, violations: found, late: delays, ...figures }: Told): string {
  const details = Object.entries(figures)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const counts = `${found.length} violations, ${delays.length} later than promised`;
  return [`${kind}: ${made} trials, ${counts}; ${details.join(', ')}`, ...found, ...delays, ''].join('\n');
}
