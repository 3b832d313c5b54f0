/** House rules that no compiler checks: a pure kernel, small files, descriptive names, nothing dead. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkProject, importsOf } from '../scripts/boundaries.ts';

const FOLDERS = ['src-engine', 'src-main', 'src-renderer', 'scripts', 'e2e'];
const PURE = [
  'domain',
  'statistics',
  'features',
  'models',
  'books',
  'detection',
  'portfolio',
  'inventory',
  'strategies',
  'risk',
  'execution',
  'kernel',
];
const MAX_LINES = 400;
const MAX_TEST_LINES = 600;
/** Where a run begins: nothing imports these. */
const ENTRIES = [
  'src-engine/entry/cli.ts',
  'src-engine/entry/utility.ts',
  'src-engine/entry/watchdog.ts',
  'src-engine/entry/remote.ts',
  'src-engine/venues/local-exchange/worker.ts',
  'src-engine/onnx/process/main.ts',
  'src-engine/venues/ccxt/process/main.ts',
  'src-engine/venues/uniswap/process/main.ts',
  'src-engine/venues/uniswap/wallet/main.ts',
  'src-engine/storage/writer/sqlite-worker.ts',
  'src-engine/storage/writer/postgres-worker.ts',
  'src-engine/storage/intents/sync-worker.ts',
  'src-engine/backtest/sweep/sweep-worker.ts',
  'src-engine/assembly/own-strategy-worker.ts',
  'src-engine/lab/lab-worker.ts',
  'src-engine/lab/replay-worker.ts',
  'src-engine/backtest/library/library-worker.ts',
  'src-engine/intelligence/round-worker.ts',
  'scripts/simulate.ts',
  'src-main/main.ts',
];

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|mjs)$/.test(name))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/'))),
);
const sources = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
const isTest = (file: string): boolean => /\.(test|spec)\.tsx?$/.test(file);

/** The code without comments and strings: words in prose break no rule. */
function code(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''");
}

/** `file: match` for every match of `pattern` in the code of the files. */
function offences(
  chosen: readonly string[],
  pattern: RegExp,
  read: (source: string) => string = code,
): string[] {
  return chosen.flatMap((file) => {
    const found = pattern.exec(read(sources.get(file) ?? ''));
    return found === null ? [] : [`${file}: ${found[0]}`];
  });
}

describe('house rules', () => {
  it('the kernel’s rooms read no clock, no chance and no environment, and never wait or speak', () => {
    const pure = files.filter(
      (file) => !isTest(file) && PURE.some((room) => file.startsWith(`src-engine/${room}/`)),
    );
    expect(pure.length).toBeGreaterThan(40);
    const banned =
      /\b(Date\.now|performance\.now|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|process\.|console\.|await\b|async\b)|new (globalThis\.)?Date\(\)/;
    expect(offences(pure, banned)).toEqual([]);
    // Making text of a time that came in reads no clock: one room does it for all.
    const others = pure.filter((file) => file !== 'src-engine/domain/time.ts');
    expect(offences(others, /\bnew (globalThis\.)?Date\b/)).toEqual([]);
  });

  it('no file is longer than a room should be', () => {
    const long = [...sources].flatMap(([file, source]) => {
      const lines = source.split('\n').length;
      return lines > (isTest(file) ? MAX_TEST_LINES : MAX_LINES) ? [`${file}: ${lines} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  it('files have names in kebab-case, and none is a barrel', () => {
    const odd = files.filter(
      (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.(tsx?|mjs)$/.test(basename(file)),
    );
    expect(odd).toEqual([]);
    expect(files.filter((file) => /^index\.tsx?$/.test(basename(file)))).toEqual([]);
  });

  it('no test depends on how fast its machine is: none times itself, sleeps, or has a patience of its own', () => {
    const tests = files.filter(
      (file) => isTest(file) && !file.startsWith('e2e/') && file !== 'src-engine/tidy.test.ts',
    );
    // What is waited for is awaited with `until` of testing/until.ts; what must be timed is a row of bench/.
    const paced =
      /\bperformance\.now\(|\bvi\.wait(For|Until)\(|\bset(Timeout|Interval)\(|\bsleep\(|\btimeout: \d{3}|^\s*\}, [\d_]{4,}\);/m;
    expect(offences(tests, paced)).toEqual([]);
    // Specs have the patience of playwright.config.ts; a page that is kept busy, or an outage that lasts, asserts no time.
    const specs = files.filter((file) => isTest(file) && file.startsWith('e2e/'));
    const lasting = new Set(['e2e/pulled-cable.spec.ts', 'e2e/window.spec.ts']);
    const hurried = /\btimeout: \d{3}|\bwaitForTimeout\(|\bperformance\.now\(|\bDate\.now\(\)/;
    expect(
      offences(
        specs.filter((file) => !lasting.has(file)),
        hurried,
      ),
    ).toEqual([]);
    // Reads of the wall clock are compared with a moment before or after, never with a number of milliseconds.
    const timed = /\bDate\.now\(\) - (?!\d)|expect\(Date\.now\(\)/;
    // Under the fake clock of vitest.
    const others = tests.filter((file) => file !== 'src-renderer/engine/client.test.ts');
    expect(offences(others, timed)).toEqual([]);
  });

  it('nothing is left unfinished, silenced or skipped', () => {
    const others = files.filter((file) => file !== 'src-engine/tidy.test.ts');
    const unfinished =
      /\b(TODO|FIXME|XXX)\b|@ts-(ignore|nocheck|expect-error)|\b(it|test|describe)\.(only\(|skip\(['"`])/;
    expect(offences(others, unfinished, (source) => source)).toEqual([]);
    expect(offences(others, /\bas any\b|: any\b/)).toEqual([]);
  });

  it('an import of ours says which file it means', () => {
    const vague = [...sources].flatMap(([file, source]) =>
      [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])(\.{1,2}\/[^'"]*)\1/g)]
        .map(([, , path = '']) => path)
        .filter((path) => !/\.(tsx?|mjs|json|css)(\?[a-z]+)?$/.test(path))
        .map((path) => `${file}: ${path}`),
    );
    expect(vague).toEqual([]);
  });

  it('imports go one way', () => {
    const { problems, imports } = checkProject();
    expect(problems).toEqual([]);
    expect(imports).toBeGreaterThan(1_000);
  });

  it('every file of the engine is reached from an entry or a test', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file) || !sources.has(file)) return;
      reached.add(file);
      for (const { to } of importsOf(file, sources.get(file) ?? '')) visit(to);
    };
    for (const entry of ENTRIES) visit(entry);
    const product = new Set(reached);
    for (const file of files) if (isTest(file)) visit(file);
    const engine = files.filter((file) => file.startsWith('src-engine/'));
    // Programs that a test starts as a process of their own are named in it, not imported.
    const tests = files
      .filter(isTest)
      .map((file) => sources.get(file) ?? '')
      .join('\n');
    const started = (file: string): boolean =>
      file.includes('/testing/') && tests.includes(basename(file, '.ts'));
    expect(engine.filter((file) => !reached.has(file) && !started(file))).toEqual([]);
    const onlyTested = engine.filter(
      (file) => !product.has(file) && !isTest(file) && !file.includes('/testing/'),
    );
    expect(onlyTested).toEqual([]);
  });
});
