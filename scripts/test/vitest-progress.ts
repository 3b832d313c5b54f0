/** Reports to `npm test` how many test files of vitest are done. */
import { relative, sep } from 'node:path';
import type { Reporter, TestModule, TestSpecification } from 'vitest/node';
import { ROOT } from '../start/run.ts';
import { weightOf } from './durations.ts';
import { Counter } from './progress-reports.ts';

const weightAt = ({ moduleId }: Pick<TestModule, 'moduleId'>): number =>
  weightOf(relative(ROOT, moduleId).split(sep).join('/'));

export default class VitestProgress implements Reporter {
  #counter: Counter | undefined;

  onTestRunStart(files: readonly TestSpecification[]): void {
    this.#counter = new Counter(files.map(weightAt));
  }

  onTestModuleEnd(module: TestModule): void {
    this.#counter?.ended(weightAt(module));
  }

  /** A channel that something of the run listens to keeps the process alive: vitest would end it after ten seconds. */
  onTestRunEnd(): void {
    process.channel?.unref();
  }
}
