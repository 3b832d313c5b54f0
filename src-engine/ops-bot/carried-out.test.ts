import { expect, it } from 'vitest';
import { ManualClock } from '../gateway/testing/fake-host.ts';
import { until } from '../testing/until.ts';
import { CarriedOut, carriedOut } from './carried-out.ts';

it('a message that changed something is kept before that is done, and taken once, also by the engine after it', async () => {
  const clock = new ManualClock();
  let kept = {};
  const save = async (ids: object) => void (kept = ids);
  const first = new CarriedOut(clock, {}, save);
  expect([await first.take('desk', '7'), kept]).toEqual([true, { desk: ['7'] }]);
  const second = new CarriedOut(clock, kept, save);
  expect([await second.take('desk', '7'), await second.take('other', '7')]).toEqual([false, true]);
  for (let id = 0; id < 60; id++) await second.take('desk', `n${id}`);
  expect(carriedOut.parse(kept)['desk']).toHaveLength(50);
  second.forget('desk');
  expect(await second.take('desk', 'n59')).toBe(true);
});

it('a kill waits a second for a database that hangs', async () => {
  const clock = new ManualClock();
  const hung = new CarriedOut(clock, {}, () => new Promise<void>(() => undefined));
  const taken = hung.take('desk', '7');
  await until(() => clock.pending === 1);
  clock.advanceMs(1_000);
  expect([
    await taken,
    await new CarriedOut(clock, {}, () => Promise.reject(new Error('full'))).take('desk', '7'),
  ]).toEqual([true, true]);
});
