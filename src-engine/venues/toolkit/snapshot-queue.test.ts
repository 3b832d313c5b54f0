import { expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { SnapshotQueue } from './snapshot-queue.ts';

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

it('forgets what one connection asked for, with the answer that is on its way, and fetches on for the others', async () => {
  const clock = new SimulatedClock(1_000_000);
  const asked: [symbol: string, answer: (body: string) => void][] = [];
  const bodies: string[] = [];
  const queue = new SnapshotQueue({
    clock,
    random: () => 0,
    spacingUs: () => 100,
    fetch: (symbol) => new Promise((resolve) => void asked.push([symbol, resolve])),
    onBody: (symbol, body) => void bodies.push(`${symbol} ${body}`),
    onFailed: () => undefined,
  });
  for (const symbol of ['A', 'B', 'C']) queue.want(symbol);
  clock.advanceTo(clock.nowUs());
  expect(asked.map(([symbol]) => symbol)).toEqual(['A']);
  queue.forget(['A', 'B']);
  expect(queue.waiting).toBe(1);
  asked[0]?.[1]('late');
  await settle();
  clock.advanceTo(clock.nowUs() + 100);
  expect([asked.map(([symbol]) => symbol), bodies]).toEqual([['A', 'C'], []]);
  asked[1]?.[1]('new');
  await settle();
  expect(bodies).toEqual(['C new']);
  queue.want('A');
  clock.advanceTo(clock.nowUs() + 100);
  expect(asked.map(([symbol]) => symbol)).toEqual(['A', 'C', 'A']);
  queue.stop();
});
