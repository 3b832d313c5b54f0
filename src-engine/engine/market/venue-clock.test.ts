import { expect, it } from 'vitest';
import type { Clock } from '../../lib/clock.ts';
import { VenueClock } from './venue-clock.ts';

/** A clock that the test drives: what was scheduled runs when it is called. */
function handClock() {
  let nowUs = 1_000_000_000;
  let due: (() => void) | undefined;
  const clock: Clock = {
    nowUs: () => nowUs,
    schedule: (_atUs, run) => {
      due = run;
      return () => {
        due = undefined;
      };
    },
  };
  return {
    clock,
    pass: (us: number) => {
      nowUs += us;
    },
    nextMinute: () => due?.(),
    isDue: () => due !== undefined,
  };
}

it('measures the way there and back, and a clock that is cut to whole seconds no better than that', async () => {
  const { clock, pass } = handClock();
  const venue = new VenueClock({
    clock,
    readTime: () => {
      const timeUs = 1_003_000_000;
      pass(80_000);
      return Promise.resolve({ timeUs, stepUs: 1_000_000 });
    },
  });
  expect(venue.reading).toBeUndefined();
  venue.start();
  await Promise.resolve();
  expect(venue.reading).toEqual({
    roundTripUs: 80_000,
    skewUs: 3_460_000,
    errorUs: 540_000,
    atUs: 1_000_080_000,
  });
});

it('keeps its last answer while the venue cannot be asked, and asks no more once stopped', async () => {
  const { clock, nextMinute, isDue } = handClock();
  const answers = [Promise.resolve({ timeUs: 1_000_000_000, stepUs: 0 }), Promise.reject(new Error('cut'))];
  const venue = new VenueClock({
    clock,
    readTime: () => answers.shift() ?? Promise.reject(new Error('late')),
  });
  venue.start();
  await Promise.resolve();
  const first = venue.reading;
  expect(first).toMatchObject({ skewUs: 0, errorUs: 0 });
  nextMinute();
  await Promise.resolve();
  expect(venue.reading).toBe(first);
  venue.stop();
  expect(isDue()).toBe(false);
});
