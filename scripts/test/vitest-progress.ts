/** Reports to `npm test` how many test files of vitest are done. */
import type { Reporter } from 'vitest/node';
import { sendCount } from './progress-reports.ts';

export default class VitestProgress implements Reporter {
  #done = 0;
  #total = 0;

  onTestRunStart(files: readonly unknown[]): void {
    this.#total = files.length;
    sendCount(0, this.#total);
  }

  onTestModuleEnd(): void {
    sendCount(++this.#done, this.#total);
  }
}
