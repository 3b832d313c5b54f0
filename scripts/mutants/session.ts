/** A process of its own that runs one plan in vitest. Its path is in the environment. Ends with 1 when a test failed. */
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import { withTicks } from './mutate.ts';
import { MOST_EXAMPLES, type Plan, PLAN_VARIABLE } from './plan.ts';

const plan = JSON.parse(readFileSync(process.env[PLAN_VARIABLE] ?? '', 'utf8')) as Plan;

const vitest = await createVitest(
  'test',
  {
    root: plan.root,
    config: false,
    watch: false,
    pool: 'threads',
    isolate: false,
    // What is kept on the disk by the name of a file would come back without its mutants, or with those of another run.
    fsModuleCache: false,
    maxWorkers: 1,
    reporters: [{}],
    include: [...plan.tests],
    // A sum of what many mutants take, and no bound of a single test: loops are counted.
    testTimeout: 600_000,
    bail: plan.from === undefined ? 0 : 1,
    runner: fileURLToPath(new URL('mutant-runner.ts', import.meta.url)),
  },
  {
    plugins: [
      {
        name: 'mutants',
        enforce: 'pre',
        transform(source: string, id: string) {
          const file = relative(plan.root, id.split('?')[0] ?? '')
            .split(sep)
            .join('/');
          if (
            file.startsWith('..') ||
            file.startsWith('scripts/mutants/') ||
            file.includes('node_modules/')
          ) {
            return undefined;
          }
          if (!file.endsWith('.ts')) return undefined;
          const code = plan.code[file] ?? withTicks(file, source);
          return { code: file.endsWith('.test.ts') ? withFewExamples(code) : code, map: null };
        },
      },
    ],
  },
);
/** Properties are tried on so many examples at most: what only one in hundreds would notice is not counted on. */
function withFewExamples(code: string): string {
  return code.replaceAll(/numRuns: ([\d_]+)/g, (_, runs: string) => {
    return `numRuns: ${Math.min(Number(runs.replaceAll('_', '')), MOST_EXAMPLES)}`;
  });
}

const found = await vitest.globTestSpecifications();
const place = (file: string): number => plan.tests.findIndex((test) => join(plan.root, test) === file);
const specifications = found.toSorted((a, b) => place(a.moduleId) - place(b.moduleId));
const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
const failed = testModules.some((module) => !module.ok()) || unhandledErrors.length > 0;
await vitest.close();
process.exit(failed || testModules.length === 0 ? 1 : 0);
