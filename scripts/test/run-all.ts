/**
 * `npm test`: all that this machine can run. What is left out is named with the command that brings it; with
 * PARALLAX_TEST_ALL=1 it is a failure. The last line is `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../start/run.ts';
import { copyAlone, missingSharedData, testsThatReach } from './lone-copy.ts';
import { type Counts, playwrightCounts, vitestCounts } from './counts.ts';
import {
  findChromium,
  missingChromium,
  missingKeychain,
  type MissingPart,
  missingPostgres,
  missingRedis,
} from './parts.ts';

type Check = { readonly name: string; readonly script: readonly string[] };

const CHECKS: readonly Check[] = [
  { name: 'types', script: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', script: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', script: ['node_modules/@biomejs/biome/bin/biome', 'format', '.'] },
  { name: 'boundaries', script: ['scripts/boundaries.ts'] },
];

/** Answers the exit code: 0 when nothing failed. */
export async function runAllTests(): Promise<number> {
  const reports = mkdtempSync(join(tmpdir(), 'parallax-test-reports-'));
  try {
    return await runEverything(reports, process.env['PARALLAX_TEST_ALL'] === '1');
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

async function runEverything(reports: string, isAllRequired: boolean): Promise<number> {
  const results: Counts[] = [];
  for (const check of CHECKS) {
    heading(check.name);
    const code = await run(check.script, {});
    results.push(code === 0 ? { passed: 1, failed: 0, skipped: 0 } : FAILED);
  }
  const missing = [missingKeychain(), missingPostgres(ROOT), missingRedis(), missingSharedData()].filter(
    (part) => part !== undefined,
  );
  results.push(await runVitest(join(reports, 'vitest.json'), isAllRequired));
  // Where the recorded markets are not there, the run above was one of a lone clone.
  if (isAllRequired && missingSharedData() === undefined) results.push(await runAlone(reports));

  const chromium = await findChromium();
  if (chromium === undefined) missing.push(missingChromium());
  else results.push(await runPlaywright(join(reports, 'playwright.json'), chromium));
  return summarize(results, missing, isAllRequired);
}

/** The one file that knows where recorded markets lie. */
const KNOWS_RECORDED = 'src-engine/testing/shared-data.ts';

const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };

async function runVitest(report: string, isAllRequired: boolean): Promise<Counts> {
  heading('unit and integration tests');
  const required = {
    PARALLAX_TEST_KEYCHAIN: 'required',
    PARALLAX_TEST_POSTGRES: 'required',
    PARALLAX_TEST_REDIS: 'required',
  };
  const code = await run(vitest(report), isAllRequired ? required : {});
  return honest(vitestCounts(report), code);
}

/** The tests that know of the recorded markets, without them. What they skip there is no condition of this machine. */
async function runAlone(reports: string): Promise<Counts> {
  heading('the tests that know of recorded markets, in a copy with nothing beside it');
  const report = join(reports, 'alone.json');
  const copy = copyAlone(ROOT, reports);
  const code = await run(vitest(report, testsThatReach(ROOT, KNOWS_RECORDED)), {}, copy);
  return { ...honest(vitestCounts(report), code), skipped: 0 };
}

function vitest(report: string, files: readonly string[] = []): string[] {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...files];
}

async function runPlaywright(report: string, chromium: string): Promise<Counts> {
  heading(`the window in a browser (${chromium})`);
  const code = await run(['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'], {
    PARALLAX_CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  return honest(playwrightCounts(report), code);
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

function heading(name: string): void {
  process.stdout.write(`\n── ${name}\n`);
}

/** Runs a program with this Node. */
function run(script: readonly string[], env: Record<string, string>, cwd = ROOT): Promise<number> {
  const child = spawn(process.execPath, [...script], {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
