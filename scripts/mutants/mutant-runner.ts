/**
 * vitest's runner with a second part: after the tests have passed as they are, each mutant is put in force and the tests
 * that reach it run again, cheapest and most often successful first, in the same process and with the same modules. Within
 * a test loops are counted, so that an endless one ends by operations and not by the clock.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { type RunnerTask, type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest';
import { type Line, MOST_EXAMPLES, type Plan, PLAN_VARIABLE } from './plan.ts';

/** Turns of loops that a test may take: this many times what it took without a mutant, and so many more. */
const MOST_TURNS = 20;
const FREE_TURNS = 200_000;

/** What the instrumented code asks, see `withMutants`. */
class Runtime {
  active = -1;
  recording = true;
  turns = 0;
  mostTurns = Number.POSITIVE_INFINITY;
  /** Mutants that the present test has reached; at imports a set of its own. */
  seen = new Set<number>();

  see(...ids: readonly number[]): void {
    for (const id of ids) this.seen.add(id);
  }

  tick(): void {
    if (++this.turns > this.mostTurns) throw new Error('endless: more turns of loops than the test may take');
  }
}

type Known = {
  readonly test: RunnerTestCase;
  readonly name: string;
  readonly ids: ReadonlySet<number>;
  readonly turns: number;
  readonly ms: number;
  /** Mutants that this test noticed first: the next one in the same file is likely to be noticed by it too. */
  noticed: number;
};

const plan = JSON.parse(readFileSync(process.env[PLAN_VARIABLE] ?? '', 'utf8')) as Plan;
const runtime = new Runtime();
(globalThis as { __mutants?: Runtime }).__mutants = runtime;
runtime.active = plan.from ?? -1;
// The same examples in every run, and no search for a smaller one: that a test fails is all there is to know.
fc.configureGlobal({ seed: 1, numRuns: MOST_EXAMPLES, endOnFailure: true });

export default class MutantRunner extends TestRunner {
  readonly #known: Known[] = [];
  readonly #atImport = new Set<number>();
  #files = 0;
  #began = 0;

  override onBeforeTryTask(...args: Parameters<TestRunner['onBeforeTryTask']>): void {
    for (const id of runtime.seen) this.#atImport.add(id);
    runtime.seen = new Set();
    runtime.turns = 0;
    if (plan.from !== undefined) runtime.mostTurns = 50_000_000;
    this.#began = performance.now();
    super.onBeforeTryTask(...args);
  }

  override onAfterTryTask(test: RunnerTestCase): void {
    const ms = performance.now() - this.#began;
    this.#known.push({ test, name: nameOf(test), ids: runtime.seen, turns: runtime.turns, ms, noticed: 0 });
    runtime.seen = new Set();
    send({ what: 'passed' });
    super.onAfterTryTask(test);
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onAfterRunSuite(suite);
    if (!('filepath' in suite)) return;
    for (const id of runtime.seen) this.#atImport.add(id);
    runtime.seen = new Set();
    this.#files++;
    if (this.#files === plan.tests.length && plan.from === undefined) await this.#tryAll();
  }

  async #tryAll(): Promise<void> {
    runtime.recording = false;
    const unsteady: string[] = [];
    const steady: Known[] = [];
    for (const known of this.#known) {
      if (known.test.result?.state === 'fail' || (await failed(known))) unsteady.push(known.name);
      else steady.push(known);
      send({ what: 'passed' });
    }
    send({ what: 'ready', tests: this.#known.length, unsteady });
    for (const id of plan.ids) await this.#tryOne(id, steady);
    runtime.active = -1;
  }

  async #tryOne(id: number, tests: readonly Known[]): Promise<void> {
    const cost = ({ ms, noticed }: Known): number => ms / (1 + noticed);
    const reached = tests.filter(({ ids }) => ids.has(id)).toSorted((a, b) => cost(a) - cost(b));
    if (reached.length === 0) {
      send({ what: this.#atImport.has(id) ? 'once' : 'unreached', id });
      return;
    }
    send({ what: 'begun', id });
    // Messages to vitest's main thread get their turn.
    await setImmediate();
    runtime.active = id;
    for (const known of reached) {
      if (!(await failed(known))) {
        send({ what: 'passed' });
        continue;
      }
      known.noticed++;
      send({ what: 'noticed', id, by: known.name });
      return;
    }
    send({ what: 'survived', id });
  }
}

/** Runs one test again with its hooks. */
async function failed({ test, turns }: Known): Promise<boolean> {
  runtime.turns = 0;
  runtime.mostTurns = turns * MOST_TURNS + FREE_TURNS;
  const suites = suitesOf(test);
  try {
    for (const suite of suites) {
      for (const hook of TestRunner.getSuiteHooks(suite).beforeEach) await hook(test.context, suite);
    }
    await TestRunner.getTestFn(test)();
    return false;
  } catch {
    return true;
  } finally {
    runtime.mostTurns = Number.POSITIVE_INFINITY;
    for (const suite of suites.toReversed()) {
      for (const hook of TestRunner.getSuiteHooks(suite).afterEach) await hook(test.context, suite);
    }
  }
}

/** The suites around a test, the file first. */
function suitesOf(test: RunnerTask): RunnerTestSuite[] {
  return test.suite === undefined ? [test.file] : [...suitesOf(test.suite), test.suite];
}

function nameOf(test: RunnerTestCase): string {
  const names: string[] = [test.name];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
  return `${test.file.name} › ${names.join(' › ')}`;
}

function send(line: Line): void {
  appendFileSync(plan.out, `${JSON.stringify(line)}\n`);
}
