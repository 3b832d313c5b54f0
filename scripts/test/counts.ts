/** How many tests of a report passed, failed and were left out. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numFailedTestSuites: z.number(),
});

const playwrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

/** Of vitest's JSON report. A file that could not even be loaded counts as one failure. */
export function vitestCounts(path: string): Counts | undefined {
  const report = vitestReport.safeParse(readJson(path)).data;
  if (report === undefined) return undefined;
  const failed = report.numFailedTests > 0 ? report.numFailedTests : report.numFailedTestSuites;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests };
}

/** Of Playwright's JSON report. A test that passed only when tried again is a failure: it is not to be trusted. */
export function playwrightCounts(path: string): Counts | undefined {
  const stats = playwrightReport.safeParse(readJson(path)).data?.stats;
  if (stats === undefined) return undefined;
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/** A report; undefined where there is none, or it is not whole. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
