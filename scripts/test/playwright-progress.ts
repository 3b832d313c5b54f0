/** Reports to `npm test` how many tests of the window are done. */
import { relative, sep } from 'node:path';
import type { Reporter, Suite, TestCase } from '@playwright/test/reporter';
import { ROOT } from '../start/run.ts';
import { weightOf } from './durations.ts';
import { Counter } from './progress-reports.ts';

const fileOf = ({ location }: TestCase): string => relative(ROOT, location.file).split(sep).join('/');

export default class PlaywrightProgress implements Reporter {
  #counter: Counter | undefined;
  /** Of each test: a file's is that of its tests together. */
  readonly #weights = new Map<TestCase, number>();

  onBegin(_config: unknown, suite: Suite): void {
    const tests = suite.allTests();
    for (const test of tests) {
      const beside = tests.filter((other) => fileOf(other) === fileOf(test)).length;
      this.#weights.set(test, weightOf(fileOf(test)) / beside);
    }
    this.#counter = new Counter([...this.#weights.values()]);
  }

  onTestEnd(test: TestCase): void {
    this.#counter?.ended(this.#weights.get(test) ?? 0);
  }

  printsToStdio(): boolean {
    return false;
  }
}
