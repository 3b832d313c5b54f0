import { expect, it } from 'vitest';
import { MINUTE_US } from '../../slo/slo-book.ts';
import { SlowConditions, type SlowFacts } from './slow-conditions.ts';

const FACTS: SlowFacts = {
  drawdownPct: 0,
  opportunities: 3,
  booksLive: 70,
  hasOtherTrade: false,
  startedUs: 0,
};
const HALF_HOUR_US = 30 * MINUTE_US;

it('a drawdown over 10 % is said once, until it is well below', () => {
  const slow = new SlowConditions();
  const said = [9.9, 10, 10.1, 9.9, 9.1, 10.2, 9, 10].map(
    (drawdownPct) => slow.look({ ...FACTS, drawdownPct }, 0).drawdown !== '',
  );
  expect(said).toEqual([false, false, true, true, true, true, false, false]);
});

/** Looks every ten seconds, as long as `until` is ahead. */
function looking() {
  const slow = new SlowConditions();
  let nowUs = 0;
  slow.look(FACTS, nowUs);
  return (untilMinutes: number, change: Partial<SlowFacts> = {}): boolean => {
    let isSaid = false;
    while (nowUs < untilMinutes * MINUTE_US) {
      nowUs = Math.min(untilMinutes * MINUTE_US, nowUs + 10_000_000);
      isSaid = slow.look({ ...FACTS, ...change }, nowUs).signals !== '';
    }
    return isSaid;
  };
}

it('half an hour without an opportunity is said while books are live, and counts anew with each, with a session, and behind dead books', () => {
  const isSaid = looking();
  expect([isSaid(29.9), isSaid(30), isSaid(31)]).toEqual([false, true, true]);
  expect([isSaid(32, { opportunities: 4 }), isSaid(61, { opportunities: 4 })]).toEqual([false, false]);
  expect(isSaid(62, { opportunities: 4 })).toBe(true);
  // A session that begins anew counts its own opportunities.
  const other = { opportunities: 4, startedUs: HALF_HOUR_US };
  expect([isSaid(63, other), isSaid(93, { ...other, booksLive: 0 })]).toEqual([false, false]);
  expect([isSaid(122.9, other), isSaid(123, other)]).toEqual([false, true]);
});

it('where markets are quoted or strategies run, no opportunity is no fault', () => {
  const isSaid = looking();
  expect([isSaid(90, { hasOtherTrade: true }), isSaid(119), isSaid(121)]).toEqual([false, false, true]);
});

it('an hour in which the machine slept is no silence', () => {
  const slow = new SlowConditions();
  const looks = [0, 60, 120, 180].map((minutes) => slow.look(FACTS, minutes * MINUTE_US).signals);
  expect(looks).toEqual(['', '', '', '']);
});
