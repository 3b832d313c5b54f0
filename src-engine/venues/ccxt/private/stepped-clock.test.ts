import { expect, it } from 'vitest';
import { SteppedClock } from './stepped-clock.ts';

const SECOND = 1_000_000;
/** The venue is 300 ms ahead; each answer takes 20 ms, half-way of which it is given. */
const AHEAD = 300_000;
const ask = (clock: SteppedClock, sentUs: number, aheadUs = AHEAD) => {
  const venueUs = sentUs + 10_000 + aheadUs;
  return clock.take(sentUs, Math.floor(venueUs / SECOND) * SECOND, SECOND, sentUs + 20_000);
};

it('narrows whole seconds down by answers at different parts of a second, and is never surer than it may be', () => {
  const clock = new SteppedClock();
  const first = ask(clock, 50 * SECOND);
  expect(first.errorUs).toBeGreaterThan(500_000);
  let last = first;
  for (const [n, part] of [130_000, 370_000, 520_000, 690_000, 880_000].entries()) {
    last = ask(clock, (51 + n) * SECOND + part);
    expect(Math.abs(last.skewUs - AHEAD)).toBeLessThanOrEqual(last.errorUs);
  }
  expect(last.errorUs).toBeLessThan(150_000);
});

it('begins anew where a clock was set, and after ten minutes', () => {
  const clock = new SteppedClock();
  for (let n = 0; n < 8; n++) ask(clock, (50 + n) * SECOND + n * 120_000);
  const set = ask(clock, 60 * SECOND, AHEAD + 5 * SECOND);
  expect(Math.abs(set.skewUs - AHEAD - 5 * SECOND)).toBeLessThanOrEqual(set.errorUs);
  expect(ask(clock, 900 * SECOND, AHEAD + 5 * SECOND).errorUs).toBeGreaterThan(500_000);
});
