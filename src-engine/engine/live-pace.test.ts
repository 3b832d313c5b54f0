import { expect, it } from 'vitest';
import { LivePace } from './live-pace.ts';

it('knows from the first moment on that the loop was blocked, and reports it once', () => {
  let nowUs = 1_000_000;
  let timer = (): void => undefined;
  let calls = 0;
  const clock = {
    nowUs: () => nowUs,
    schedule: (_atUs: number, callback: () => void) => {
      timer = callback;
      return () => undefined;
    },
  };
  const pace = new LivePace(clock, () => calls++);
  expect(pace.hasStoodStill(nowUs)).toBe(false);
  pace.start();
  nowUs += 25_000;
  timer();
  expect([pace.hasStoodStill(nowUs), calls]).toEqual([false, 0]);
  nowUs += 3_000_000;
  // Data is read before timers run.
  expect(pace.hasStoodStill(nowUs)).toBe(true);
  timer();
  expect([pace.hasStoodStill(nowUs), calls]).toEqual([false, 1]);
});
