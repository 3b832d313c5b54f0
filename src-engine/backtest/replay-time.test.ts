import { expect, test } from 'vitest';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { ReplayTime } from './replay-time.ts';

const SECOND = 1_000_000;

function replayTime(startUs: number, isBusy: () => boolean = () => false) {
  const clock = new SimulatedClock(startUs);
  const ticks: number[] = [];
  return { clock, ticks, time: new ReplayTime(clock, (atUs) => ticks.push(atUs), isBusy) };
}

test('ticks come every 100 ms on the grid, before the event of the same time', () => {
  const { time, ticks, clock } = replayTime(50_000);
  time.advanceTo(300_000);
  expect(ticks).toEqual([100_000, 200_000, 300_000]);
  time.advanceTo(350_000);
  expect(ticks).toHaveLength(3);
  expect(clock.nowUs()).toBe(350_000);
});

test('a long silence costs ten seconds of ticks and one before the next event', () => {
  const { time, ticks } = replayTime(0);
  time.advanceTo(3_600 * SECOND + 50_000);
  expect(ticks).toHaveLength(101);
  expect(ticks.at(-2)).toBe(10 * SECOND);
  expect(ticks.at(-1)).toBe(3_600 * SECOND);
});

test('while something is under way time is not jumped over', () => {
  let busyUntilUs = 60 * SECOND;
  const { time, ticks, clock } = replayTime(0, () => clock.nowUs() < busyUntilUs);
  time.advanceTo(3_600 * SECOND);
  expect(ticks).toHaveLength(600 + 1);
  busyUntilUs = 3_601 * SECOND;
  expect(time.drain(30 * SECOND)).toBe(true);
  expect(clock.nowUs()).toBe(3_601 * SECOND);
  busyUntilUs = Number.POSITIVE_INFINITY;
  expect(time.drain(30 * SECOND)).toBe(false);
  expect(clock.nowUs()).toBe(3_631 * SECOND);
});

test('timers run in the order of their times, between the ticks', () => {
  const clock = new SimulatedClock(0);
  const said: string[] = [];
  const time = new ReplayTime(
    clock,
    (atUs) => said.push(`tick ${atUs}`),
    () => false,
  );
  clock.schedule(150_000, () => said.push('timer 150000'));
  clock.schedule(100_000, () => said.push('timer 100000'));
  time.advanceTo(200_000);
  expect(said).toEqual(['timer 100000', 'tick 100000', 'timer 150000', 'tick 200000']);
});
