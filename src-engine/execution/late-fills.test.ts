/** Which finished cycles are remembered, so that a fill that comes late gets a record of its own. */
import { expect, it } from 'vitest';
import { ZERO } from '../domain/decimal.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

/** So many cycles are remembered as over. */
const REMEMBERED = 5_000;

/** A run whose first cycle is over, and after it as many others as are given. */
function after(cycles: number) {
  const run = new KernelHarness();
  run.fairBooks();
  run.openEdge();
  run.pass(1_000);
  const { lateFills } = run.kernel.desk.sequencer;
  const { executionId } = run.of('executionFinished')[0]?.execution ?? { executionId: '' };
  for (let k = 1; k <= cycles; k++) lateFills.onCycleOver(`other-${k}`);
  const order = [...run.of('orderCreated')].map(({ order: { orderId } }) =>
    run.kernel.orders.get(orderId),
  )[0];
  if (order === undefined) throw new Error('the cycle sent no order');
  const ids: string[] = [];
  const nextId = (): string => {
    ids.push('late');
    return 'late';
  };
  const before = { spent: ZERO, received: ZERO, asideFees: 0 };
  lateFills.take({ ...order, executionId }, before, nextId, run.clock.nowUs());
  return ids;
}

it('the last five thousand are, the oldest of one more is not', () => {
  expect(after(0)).toEqual(['late']);
  expect(after(REMEMBERED - 1)).toEqual(['late']);
  expect(after(REMEMBERED)).toEqual([]);
});
