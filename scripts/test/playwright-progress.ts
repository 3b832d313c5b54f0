/** Reports to `npm test` how many tests of the window are done. */
import type { Reporter, Suite } from '@playwright/test/reporter';
import { sendCount } from './progress-reports.ts';

export default class PlaywrightProgress implements Reporter {
  #done = 0;
  #total = 0;

  onBegin(_config: unknown, suite: Suite): void {
    this.#total = suite.allTests().length;
    sendCount(0, this.#total);
  }

  onTestEnd(): void {
    sendCount(++this.#done, this.#total);
  }

  printsToStdio(): boolean {
    return false;
  }
}
