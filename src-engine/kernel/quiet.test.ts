/** When a run may be started again: nothing of it is under way. */
import { expect, it, vi } from 'vitest';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { isQuiet } from './quiet.ts';

it('a run is quiet before a cycle and after it, and not while one is under way', () => {
  const run = new KernelHarness();
  run.fairBooks();
  expect(isQuiet(run.kernel)).toBe(true);
  run.openEdge();
  expect(run.kernel.desk.sequencer.activeCount).toBe(1);
  expect(isQuiet(run.kernel)).toBe(false);
  run.pass(1_000);
  expect(run.of('executionFinished')).toHaveLength(1);
  expect(isQuiet(run.kernel)).toBe(true);
});

it('an order keeps a run from being quiet where it is at a venue of the run, and not at another', () => {
  const run = new KernelHarness();
  const { desk, portfolio } = run.kernel;
  const quiet = (venue: string): boolean =>
    isQuiet({ orders: { open: () => [{ venue }] } as never, desk, portfolio });
  expect([quiet('test'), quiet('another')]).toEqual([false, true]);
});

it('a run is not quiet while a single cycle waits, without an order of its own', () => {
  const { portfolio, desk } = new KernelHarness().kernel;
  const orders = { open: () => [] } as never;
  const quiet = (): boolean => isQuiet({ orders, desk, portfolio });
  const waits = vi.spyOn(desk.sequencer, 'activeCount', 'get').mockReturnValue(0);
  const isNone = quiet();
  waits.mockReturnValue(1);
  expect([isNone, quiet()]).toEqual([true, false]);
});
