/** The mutation run itself, on a project of two files. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EQUIVALENT } from './mutants/equivalent.ts';
import { mutantsOf, withMutants, withTicks } from './mutants/mutate.ts';
import { ROOMS, roomOf, sourcesOf, testsOf } from './mutants/rooms.ts';
import { tryMutants } from './mutants/run.ts';

const changes = (source: string): string[] => mutantsOf('a.ts', source).map(({ change }) => change);

describe('mutants of a source', () => {
  test.each([
    ['a < b', ['< → <=', '< → >=']],
    ['a === b', ['=== → !==']],
    ['a + b * c', ['+ → -', '* → /']],
    ['x.plus(y)', ['plus → minus']],
    ['x.lt(y)', ['lt → lte', 'lt → gte']],
    ['Math.min(a, b)', ['min → max']],
    ['a ?? b', ['?? → &&']],
    ['!a', ['! → nothing']],
    ['x.abs()', ['abs() → nothing']],
    ['a ? b : c', ['a → !a']],
    ['1', ['1 → 2']],
    ['25', ['25 → 50']],
    ["'buy'", ["'buy' → 'sell'"]],
    ["decimal('1')", ["'1' → '2'"]],
    ['true', ['true → false']],
  ])('%s', (code, expected) => {
    expect(changes(`const made = ${code};`)).toEqual(expected);
  });

  test('are calls and returns that are left out', () => {
    const source = 'function f(x: number): number {\n  if (x > 7) return x;\n  log(x);\n  return x;\n}';
    expect(changes(source)).toEqual([
      '> → >=',
      '> → <=',
      '7 → 8',
      'x → undefined',
      'log(x) → nothing',
      'x → undefined',
    ]);
    expect(mutantsOf('a.ts', source).map(({ line }) => line)).toEqual([2, 2, 2, 2, 3, 4]);
  });

  test.each([
    ['types', 'type A = { readonly x: 1 | 2 }; let a: Array<1> = [];'],
    ['messages', 'throw new Error(`at ${a + b}` + 1);'],
    ['assertions', "assert(a === b, 'a is b');"],
    ['names', 'import { a } from "b";'],
    ['joined text', "const made = 'at ' + name;"],
  ])('%s have none', (_what, source) => {
    expect(changes(source)).toEqual([]);
  });

  test('of a default are none where an index has one for the type checker', () => {
    expect(changes('const a = list[i] ?? 0;')).toEqual(['?? → &&']);
    expect(changes('const a = list.at(i)?.size ?? 0;')).toEqual(['?? → &&']);
    expect(changes('const a = list[i]?.size ?? 0;')).toEqual(['?? → &&']);
    expect(changes('const a = map.get(i) ?? 0;')).toEqual(['?? → &&', '0 → 1']);
  });

  test('of the same change in the same code are distinguished', () => {
    expect(changes('f(a < b && c < d);').filter((change) => change.startsWith('< → <='))).toEqual([
      '< → <=',
      '< → <= #2',
    ]);
  });

  test('are one program that does as before until one of them is in force', () => {
    const source = `let sum = 0;
for (const x of [1, 2, 3]) if (x > 1) sum += x;
for (let i = 0; i < 2; i++) { sum += i; }
const list = [1, 2];
while (list.length) list.pop();
const one: number = sum ? sum * 2 : 0;
globalThis.result = one as number;`;
    const list = mutantsOf('a.ts', source);
    const all = list.map((_mutant, index) => index);
    const program = stripTypeScriptTypes(withMutants('a.ts', source, all, 100));
    const resultOf = (active: number): { result: unknown; turns: number } => {
      const world = { result: undefined as unknown, turns: 0 };
      const tick = (): void => {
        if (++world.turns > 50) throw new Error('endless');
      };
      const runtime = { active, recording: false, see: () => undefined, tick };
      const scope = { __mutants: runtime, result: undefined as unknown };
      try {
        runInNewContext(program, scope);
        world.result = scope.result;
      } catch (error) {
        world.result = error instanceof Error ? error.message : '';
      }
      return world;
    };
    expect(resultOf(-1)).toEqual({ result: 12, turns: 7 });
    const results = Object.fromEntries(
      list.map(({ change }, index) => [change, resultOf(100 + index).result]),
    );
    expect(results['> → >=']).toBe(14);
    expect(results['> → <=']).toBe(4);
    expect(results['* → /']).toBe(3);
    expect(results['sum → !sum']).toBe(0);
    expect(results['++ → --']).toBe('endless');
    expect(results['list.pop() → nothing']).toBe('endless');
  });

  test('of the whole core can be parsed again, and its loops are counted', () => {
    for (const file of sourcesOf('.')) {
      const source = readFileSync(file, 'utf8');
      const all = mutantsOf(file, source).map((_mutant, index) => index);
      // Throws where it is not a program.
      expect(stripTypeScriptTypes(withMutants(file, source, all, 0)), file).toContain('__mutants');
      expect(withTicks(file, source).split('\n')).toHaveLength(source.split('\n').length);
    }
  });
});

describe('a row of what makes no difference', () => {
  test('names a mutant that there is, and a reason', () => {
    const all = sourcesOf('.').flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
    const stale = EQUIVALENT.flatMap(({ file, code, changes: listed }) => {
      const own = all.filter((mutant) => mutant.file === file && mutant.code === code);
      if (listed === 'all') return own.length > 0 ? [] : [`${file}: ${code}`];
      const missing = listed.filter((one) => !own.some(({ change }) => change === one));
      return missing.map((one) => `${file}: ${code}: ${one}`);
    });
    expect(stale).toEqual([]);
    expect(EQUIVALENT.filter(({ reason }) => reason.length < 20)).toEqual([]);
  });
});

describe('a run', () => {
  let root = '';
  const source = `const LIMIT = 100;
export function fee(amount: number, rate: number): number {
  if (amount > LIMIT) return amount * rate;
  return 0;
}
export function countdown(from: number): number {
  let turns = 0;
  for (let n = from; n > 0; n--) turns++;
  return turns;
}
export const never = (a: number): number => a - 1;
`;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'parallax-mutants-test-'));
    mkdirSync(join(root, 'src'));
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(join(root, 'src/fee.ts'), source);
    writeFileSync(
      join(root, 'src/fee.test.ts'),
      `import { expect, test } from 'vitest';
import { countdown, fee } from './fee.ts';
test('above the limit', () => { expect(fee(200, 0.1)).toBe(20); expect(fee(50, 0.1)).toBe(0); });
test('turns', () => expect(countdown(3)).toBe(3));
`,
    );
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('names what its tests notice, what survives, and what no test runs, and leaves the files as they were', async () => {
    const { trials, tests, unsteady } = await tryMutants(
      root,
      ['src/fee.ts'],
      ['src/fee.test.ts'],
      (all) => all,
    );
    expect([tests, unsteady]).toEqual([2, []]);
    const outcome = (code: string, change: string): string =>
      trials.find(({ mutant }) => mutant.code.startsWith(code) && mutant.change === change)?.outcome ??
      'missing';
    expect(outcome('if (amount', '* → /')).toBe('noticed');
    expect(outcome('if (amount', '> → <=')).toBe('noticed');
    expect(outcome('if (amount', '> → >=')).toBe('survived');
    // Computed once, at the import: 200 is not above 200.
    expect(outcome('const LIMIT', '100 → 200')).toBe('noticed');
    // It never ends: counted, not timed.
    expect(outcome('for (let n', '-- → ++')).toBe('noticed');
    expect(outcome('export const never', '- → +')).toBe('unreached');
    expect(readFileSync(join(root, 'src/fee.ts'), 'utf8')).toBe(source);
  });
});

test('a room, a file or a sample that does not exist is one clear error', () => {
  const wrong = (...options: string[]): string => {
    try {
      execFileSync(process.execPath, ['scripts/mutants.ts', ...options], { encoding: 'utf8', stdio: 'pipe' });
      return 'accepted';
    } catch (error) {
      return (error as { stderr: string }).stderr.trim();
    }
  };
  expect(wrong('--room', 'storage')).toBe(`mutants: --room: "storage" is none of ${ROOMS.join(', ')}.`);
  expect(wrong('--file', 'src-engine/nothing.ts')).toContain('Write it as src-engine/risk/kelly.ts.');
  expect(wrong('--sample', '0')).toContain('is not a whole number from 1 on');
});

test('the core has its tests, and each of its files a room', () => {
  for (const file of sourcesOf('.')) expect([file, ROOMS.includes(roomOf(file))]).toEqual([file, true]);
  expect(testsOf('.').length).toBeGreaterThan(40);
});
