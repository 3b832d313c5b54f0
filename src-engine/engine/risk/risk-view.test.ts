import { expect, it } from 'vitest';
import { type HarnessOptions, KernelHarness } from '../../testing/kernel-harness.ts';
import { riskStatus } from './risk-view.ts';

const holdsOf = (options: HarnessOptions, run?: (harness: KernelHarness) => void) => {
  const harness = new KernelHarness(options);
  run?.(harness);
  return riskStatus(harness.kernel, harness.clock.nowUs(), '0').holds;
};

it('whatever denies every new cycle is named: an account without a value, and a day whose cycles are used', () => {
  expect(holdsOf({ capital: { USD: '10000' } })).toEqual([]);
  // Coins, and no book that prices them yet.
  expect(holdsOf({ capital: { USD: '10000', BTC: '0.5' } })).toMatchObject([
    { kind: 'unvalued', reason: 'Not everything that the account holds has a price in USD yet.' },
  ]);
  const before = new KernelHarness().kernel.risk.snapshot();
  const used = (tradesToday: number) =>
    holdsOf({ limits: { maxTradesPerDay: 3 }, risk: { ...before, tradesToday } });
  expect(used(2)).toEqual([]);
  expect(used(3)).toMatchObject([
    { kind: 'day-limit', reason: expect.stringMatching(/^All 3 cycles of the UTC day are used/) },
  ]);
});

it('a cycle under way at the limit of the day is the last one that is counted', () => {
  const holds = holdsOf({ limits: { maxTradesPerDay: 1 } }, (harness) => {
    harness.fairBooks();
    harness.openEdge('0.2');
    expect(harness.placed.length).toBeGreaterThan(0);
  });
  expect(holds).toMatchObject([{ kind: 'day-limit' }]);
});
