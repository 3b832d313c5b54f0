import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { BookUpdate } from '../domain/market-data.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

const WARM_UP = 200_000;
/** Few enough that nothing is collected meanwhile. */
const UPDATES = 50_000;

it('allocates nothing for book updates at which nothing is found', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const run = new KernelHarness();
  run.fairBooks();
  const update = new BookUpdate();
  const { id } = run.instrument('ETH/USD');
  const feed = (count: number): void => {
    for (let i = 0; i < count; i++) {
      update.reset(id, false, run.clock.nowUs());
      update.pushBid(249_900 - (i % 7), 1_000_000_000 + (i % 13));
      update.pushAsk(250_100 + (i % 5), i % 3 === 0 ? 0 : 1_000_000_000 + i);
      run.runner.submit(update);
    }
  };
  // Until the compiler has made its best of it, numbers are put into boxes.
  feed(WARM_UP);
  collect();
  const before = process.memoryUsage().heapUsed;
  feed(UPDATES);
  const bytesPerUpdate = (process.memoryUsage().heapUsed - before) / UPDATES;
  expect(bytesPerUpdate).toBeLessThan(12);
  expect(run.kernel.feeds.get('test')?.messages).toBeGreaterThan(WARM_UP + UPDATES);
  expect(run.of('opportunityOpened')).toEqual([]);
});
