/**
 * `npm run trials -- [--kill N] [--sigkill N] [--sigkill-two N] [--sigstop N] [--sigstop-two N] [--kill-two N] [--cut-two N] [--cut N] [--full-disk N] [--hostile N] [--audit-kill N] [--chaos N] [--seed S] [--jobs J] [--untimed] [--json]`: an engine trades
 * on the local exchange over real sockets; it is killed, frozen, cut off and starved of its disk in the middle of its
 * orders. The exchange's own log and ledger say what came of it. Without a number: ten kills. With --untimed what is
 * later than promised is reported and is not a failure: on a machine that does other things at the same time. The number of
 * `--hostile` is that of random and hostile inputs while one engine trades, that of `--audit-kill` the SIGKILLs in the moment of an
 * answered change. Those with `-two`: the same with accounts at two venues, each a local exchange of its own. `--chaos` makes rounds of seven disasters around the engine: network, upstream, load,
 * database, memory, disk, and a death in one of them. `--append FILE` adds
 * one line of JSON a kind to a file, with the commit and the seconds that a trial took.
 */
import { parseArgs } from 'node:util';
import { appendRecord, commitOfSources } from './run-record.ts';
import { auditKill } from './trials/audit-kill.ts';
import { chaos, CHAOS_KINDS } from './trials/chaos.ts';
import { cut } from './trials/cuts.ts';
import { sigkill, sigstop } from './trials/dead-engine.ts';
import { fullDisk } from './trials/full-disk.ts';
import { hostile } from './trials/hostile.ts';
import { kill } from './trials/kill.ts';
import type { Outcome, TrialPlan } from './trials/numbers.ts';
import { cutTwo } from './trials/cut-two.ts';
import { sigkillTwo, sigstopTwo } from './trials/dead-engine-two.ts';
import { killTwo } from './trials/kill-two.ts';

const MAX_TRIALS = 100_000;
const KINDS = [
  'kill',
  'kill-two',
  'sigkill',
  'sigkill-two',
  'sigstop',
  'sigstop-two',
  'cut',
  'cut-two',
  'full-disk',
  'hostile',
  'audit-kill',
  'chaos',
] as const;
type Kind = (typeof KINDS)[number];

type Report = Pick<Outcome, 'trials' | 'violations' | 'late'>;
/** A running figure is written no more often. */
const FIGURE_MS = 2_000;

const OPTIONS = {
  ...(Object.fromEntries(KINDS.map((kind) => [kind, { type: 'string' }])) as Record<
    Kind,
    { type: 'string' }
  >),
  seed: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '1' },
  untimed: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  append: { type: 'string' },
} as const;

const values = readOptions();

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    // An option that is not known, or without a value: its first line names it.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    process.stderr.write(`trials: ${reason} Options: ${Object.keys(OPTIONS).join(', ')}.\n`);
    return process.exit(2);
  }
}

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

const RUN: Readonly<Record<Kind, (plan: TrialPlan) => Promise<Report>>> = {
  kill,
  'kill-two': killTwo,
  sigkill,
  'sigkill-two': sigkillTwo,
  sigstop,
  'sigstop-two': sigstopTwo,
  cut,
  'cut-two': cutTwo,
  'full-disk': fullDisk,
  hostile,
  'audit-kill': auditKill,
  chaos,
};

const results = new Map<Kind, Report>();
const { append } = values;
// Before the first trial: a commit that is made meanwhile is not the one that was tried.
const commit = append === undefined ? '' : commitOfSources();
for (const { kind, trials } of chosen) {
  const beganMs = performance.now();
  const report = await RUN[kind]({
    trials,
    firstSeed,
    jobs,
    onMade: figuresOf(kind, trials * (kind === 'chaos' ? CHAOS_KINDS.length : 1)),
  });
  results.set(kind, report);
  const seconds = (performance.now() - beganMs) / 1_000;
  const secondsATrial = Number((seconds / Math.max(1, report.trials)).toFixed(2));
  if (append !== undefined)
    appendRecord(append, commit, { kind, firstSeed, asked: trials, secondsATrial, ...report });
  if (!values.json) process.stdout.write(describe(kind, report));
}
const violations = [...results.values()].flatMap((report) => report.violations);
const late = [...results.values()].flatMap((report) => report.late);
const trials = [...results.values()].reduce((sum, report) => sum + report.trials, 0);
if (values.json) {
  process.stdout.write(`${JSON.stringify({ trials, violations, late, ...Object.fromEntries(results) })}\n`);
}
// What a trial left behind must not keep this process: its exchanges are gone.
process.exit(violations.length === 0 && (values.untimed || late.length === 0) ? 0 : 1);

/** How far it is, on the standard error: nothing where a program reads the answer. */
function figuresOf(kind: Kind, asked: number): (made: number, breached: number) => void {
  const beganMs = performance.now();
  let lastMs = Number.NEGATIVE_INFINITY;
  return (made, breached) => {
    const nowMs = performance.now();
    if (values.json || (nowMs - lastMs < FIGURE_MS && made < asked)) return;
    lastMs = nowMs;
    const seconds = ((nowMs - beganMs) / 1_000 / Math.max(1, made)).toFixed(1);
    process.stderr.write(`${kind}: ${made} of ${asked} made, ${breached} violations, ${seconds} s a trial\n`);
  };
}

/** One line of figures, then what was breached. */
function describe(kind: Kind, { trials: made, violations: found, late: delays, ...figures }: Report): string {
  const details = Object.entries(figures)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const counts = `${found.length} violations, ${delays.length} later than promised`;
  return [`${kind}: ${made} trials, ${counts}; ${details.join(', ')}`, ...found, ...delays, ''].join('\n');
}
