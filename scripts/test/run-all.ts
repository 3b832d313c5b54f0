/**
 * `npm test`: all that this machine can run. What is left out is named with the command that brings it; with
 * PARALLAX_TEST_ALL=1 it is a failure. The last line is `N passed, N failed`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveWay } from '../../src-engine/lib/give-way.ts';
import { BUILT_CLI, CLI_OF_TESTS, CLI_SOURCES } from '../../src-engine/testing/cli-entry.ts';
import { SPARING } from '../../src-engine/testing/sparing.ts';
import { buildIfStale, DESKTOP } from '../start/build.ts';
import { COMPILE_CACHE, ROOT } from '../start/run.ts';
import { type Counts, playwrightCounts, vitestCounts } from './counts.ts';
import { failuresText, playwrightFailures, vitestFailures } from './failures.ts';
import { keepDurations, knownDurations } from './durations.ts';
import { copyAlone, missingSharedData, testsThatReach } from './lone-copy.ts';
import {
  findChromium,
  missingChromium,
  missingKeychain,
  missingMailServer,
  type MissingPart,
  missingPostgres,
  missingPrometheus,
  missingRabbit,
  missingRedis,
} from './parts.ts';
import { Progress } from './progress.ts';
import { ProgressLine } from './progress-line.ts';
import { playwrightTimes, timesText, vitestTimes } from './slowest.ts';
import { type Lanes, type Part, runLanes } from './run-parts.ts';

const TICK_MS = 1_000;
/**
 * That of the lab's threads, which give way to an engine that trades: beside browsers and engines of the usual one they
 * would get a tenth of a core, and tests would wait minutes for seconds of work. Others on this machine come first as well.
 */
const PRIORITY = 10;
/**
 * That of what the sources are checked by, beside the window's specs. A terminal on the screen costs half a core for as long as it
 * waits for one: what waits goes first, and ends sooner; the checks take what is left.
 */
const PRIORITY_BESIDE = 14;
/**
 * How much garbage the compiler and the linter, both in Go, let grow before they collect it, in per cent of what they hold: of four times
 * as much as usual they take a fifth to a quarter less of a core, and 2.7 GB at most as before.
 */
const RARE_COLLECTIONS = '400';
/** The one file that knows where recorded markets lie. */
const KNOWS_RECORDED = 'src-engine/testing/shared-data.ts';
const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

/** Answers the exit code: 0 when nothing failed. */
export async function runAllTests(): Promise<number> {
  const reports = mkdtempSync(join(tmpdir(), 'parallax-test-reports-'));
  giveWay(PRIORITY);
  try {
    return await runEverything(reports, process.env['PARALLAX_TEST_ALL'] === '1');
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

async function runEverything(reports: string, isAllRequired: boolean): Promise<number> {
  const missing = [
    missingKeychain(),
    missingPostgres(ROOT),
    missingRedis(),
    missingPrometheus(),
    missingMailServer(),
    missingRabbit(),
    missingSharedData(),
  ].filter((part) => part !== undefined);
  const chromium = await findChromium();
  if (chromium === undefined) missing.push(missingChromium());
  // The specs of the window take longer beside other tests, and cost as long as they take: only the checks run beside them.
  const lanes: Lanes = [
    checks(),
    chromium === undefined ? [] : [playwright(join(reports, 'playwright.json'), chromium)],
  ];
  process.env['NODE_COMPILE_CACHE'] ??= COMPILE_CACHE;
  const last = [
    vitest(join(reports, 'vitest.json'), isAllRequired),
    // Where the recorded markets are not there, the run above was one of a lone clone.
    ...(isAllRequired && missingSharedData() === undefined ? [alone(reports)] : []),
    processes(join(reports, 'processes.json')),
  ];
  const now = (): number => performance.now();
  const progress = new Progress(lanes, knownDurations(ROOT), now, last);
  const { stdout } = process;
  const screen = {
    write: (text: string) => void stdout.write(text),
    isTerminal: stdout.isTTY,
    // Some terminals do not say.
    columns: () => (stdout.columns > 0 ? stdout.columns : 80),
  };
  const line = new ProgressLine(screen, () => progress.line(), now);
  // Once, before two lanes need it.
  await buildIfStale(ROOT, DESKTOP, (text) => line.write(`${text}\n`)).then(
    () => {
      process.env[CLI_OF_TESTS] = BUILT_CLI;
    },
    (error: unknown) => line.write(`${error instanceof Error ? error.message : String(error)}\n`),
  );
  const ticking = setInterval(() => line.tick(), TICK_MS);
  try {
    const results = [...(await runLanes(lanes, progress, line)), ...(await runLanes([last], progress, line))];
    keepDurations(ROOT, progress.seconds());
    line.clear();
    const timed = [
      ...['vitest.json', 'processes.json'].flatMap((name) => vitestTimes(join(reports, name), ROOT)),
      ...playwrightTimes(join(reports, 'playwright.json')),
    ];
    stdout.write(`\n${timesText(progress.seconds(), timed)}`);
    const parts = [...lanes.flat(), ...last].filter((_part, k) => (results[k]?.failed ?? 0) > 0);
    if (parts.length > 0)
      stdout.write(`\nParts with failures: ${parts.map(({ name }) => name).join(', ')}\n`);
    stdout.write(
      failuresText([
        ...['vitest.json', 'alone.json', 'processes.json'].flatMap((name) =>
          vitestFailures(join(reports, name), ROOT),
        ),
        ...playwrightFailures(join(reports, 'playwright.json')),
      ]),
    );
    return summarize(results, missing, isAllRequired);
  } finally {
    clearInterval(ticking);
    line.clear();
  }
}

function checks(): Part[] {
  const check = (name: string, ...script: string[]): Part => ({
    name,
    heading: name,
    script,
    priority: PRIORITY_BESIDE,
    env: { GOGC: RARE_COLLECTIONS },
    counts: (code) => (code === 0 ? { passed: 1, failed: 0, skipped: 0 } : FAILED),
  });
  return [
    check('types', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'),
    check('lint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'),
    check('format', 'node_modules/@biomejs/biome/bin/biome', 'format', '.'),
    check('boundaries', 'scripts/boundaries.ts'),
  ];
}

function vitest(report: string, isAllRequired: boolean): Part {
  const required = {
    PARALLAX_TEST_KEYCHAIN: 'required',
    PARALLAX_TEST_POSTGRES: 'required',
    PARALLAX_TEST_REDIS: 'required',
  };
  return {
    name: 'unit and integration tests',
    heading: 'unit and integration tests',
    unit: 'files',
    script: vitestScript(report, ['--project=alone', '--project=together']),
    env: isAllRequired ? required : {},
    counts: (code) => honest(vitestCounts(report), code),
  };
}

/**
 * Trials of the product as processes. An engine that gets no processor for seconds is taken for frozen by its watchdog: beside
 * all else that happened in trials of something else.
 */
function processes(report: string): Part {
  return {
    name: 'the product as processes',
    heading: 'trials of the product as processes, with nothing beside them',
    unit: 'files',
    script: vitestScript(report, ['--project=processes', '--maxWorkers=1']),
    counts: (code) => honest(vitestCounts(report), code),
  };
}

/** The tests that know of the recorded markets, without them. What they skip there is no condition of this machine. */
function alone(reports: string): Part {
  const report = join(reports, 'alone.json');
  return {
    name: 'the tests of recorded markets without them',
    heading: 'the tests that know of recorded markets, in a copy with nothing beside it',
    unit: 'files',
    script: vitestScript(report, testsThatReach(ROOT, KNOWS_RECORDED)),
    cwd: copyAlone(ROOT, reports),
    // It has no build.
    env: { [CLI_OF_TESTS]: CLI_SOURCES },
    counts: (code) => ({ ...honest(vitestCounts(report), code), skipped: 0 }),
  };
}

/** @param more files, or options of the run. */
function vitestScript(report: string, more: readonly string[]): string[] {
  const reporters = ['default', 'json', './scripts/test/vitest-progress.ts'].map(
    (name) => `--reporter=${name}`,
  );
  return [
    ...SPARING,
    'node_modules/vitest/vitest.mjs',
    'run',
    ...reporters,
    `--outputFile.json=${report}`,
    ...more,
  ];
}

function playwright(report: string, chromium: string): Part {
  return {
    name: 'the window',
    heading: `the window in a browser (${chromium})`,
    unit: 'tests',
    script: [
      ...SPARING,
      'node_modules/@playwright/test/cli.js',
      'test',
      '--reporter=list,json,./scripts/test/playwright-progress.ts',
    ],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    counts: (code) => honest(playwrightCounts(report), code),
  };
}

/** A run that ended badly is a failure, whatever its report says or does not say. */
function honest(counts: Counts | undefined, code: number): Counts {
  if (counts === undefined) return FAILED;
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function summarize(
  results: readonly Counts[],
  missing: readonly MissingPart[],
  isAllRequired: boolean,
): number {
  const passed = sum(results.map((counts) => counts.passed));
  const skipped = sum(results.map((counts) => counts.skipped));
  const failed =
    sum(results.map((counts) => counts.failed)) +
    (isAllRequired ? missing.filter(({ command }) => command !== undefined).length : 0);
  process.stdout.write('\n');
  for (const part of missing) {
    const remedy = part.command === undefined ? '' : ` To bring it: ${part.command}`;
    process.stdout.write(`Left out: ${part.leavesOut}, because ${part.what} is missing.${remedy}\n`);
  }
  if (skipped > 0) process.stdout.write(`Skipped by their own conditions: ${skipped}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
