import { expect, it } from 'vitest';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { TrackedOrder } from '../../toolkit/order-tracker.ts';
import { OrderPoll } from './order-poll.ts';

const MINUTE_US = 60_000_000;

async function asksIn(minutes: number, order: TrackedOrder, row: unknown): Promise<number> {
  const clock = new SimulatedClock();
  let asked = 0;
  const poll = new OrderPoll({
    clock,
    ask: () => {
      asked++;
      return Promise.resolve(row);
    },
    onRow: () => undefined,
    onFailed: () => undefined,
    onIdle: () => undefined,
  });
  poll.watch(order);
  for (let second = 0; second < minutes * 60; second++) {
    clock.advanceTo(clock.nowUs() + 1_000_000);
    for (let n = 0; n < 5; n++) await Promise.resolve();
  }
  poll.stop();
  return asked;
}

it('asks about an order that is nowhere after its deadline ever later, and about any other each two seconds', async () => {
  const lost: TrackedOrder = {
    orderId: 'a',
    symbol: 'BTC/USD',
    state: 'unknown',
    deadlineUs: new SimulatedClock().nowUs() + MINUTE_US,
  };
  const soon = await asksIn(1, lost, null);
  expect(soon).toBeGreaterThan(25);
  expect((await asksIn(61, lost, null)) - soon).toBeLessThan(40);
  expect(await asksIn(10, { ...lost, state: 'open' }, {})).toBeGreaterThan(200);
});
