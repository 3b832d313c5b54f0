import { expect, it } from 'vitest';
import { MINUTE_US } from '../../slo/slo-book.ts';
import { SlowConditions, type SlowFacts } from './slow-conditions.ts';

const FACTS: SlowFacts = { drawdownPct: 0, opportunities: 3, booksLive: 70, startedUs: 0 };
const HALF_HOUR_US = 30 * MINUTE_US;

it('a drawdown over 10 % is said once, until it is well below', () => {
  const slow = new SlowConditions();
  const said = [9.9, 10, 10.1, 9.9, 9.1, 10.2, 9, 10].map(
    (drawdownPct) => slow.look({ ...FACTS, drawdownPct }, 0).drawdown !== '',
  );
  expect(said).toEqual([false, false, true, true, true, true, false, false]);
});

it('half an hour without an opportunity is said while books are live, and counts anew with each, with a session, and behind dead books', () => {
  const slow = new SlowConditions();
  const isSaid = (atMinutes: number, change: Partial<SlowFacts> = {}): boolean =>
    slow.look({ ...FACTS, ...change }, atMinutes * MINUTE_US).signals !== '';
  expect([isSaid(0), isSaid(29.9), isSaid(30), isSaid(31)]).toEqual([false, false, true, true]);
  expect([isSaid(32, { opportunities: 4 }), isSaid(61, { opportunities: 4 })]).toEqual([false, false]);
  expect(isSaid(62, { opportunities: 4 })).toBe(true);
  // A session that begins anew counts its own opportunities.
  expect(isSaid(63, { opportunities: 4, startedUs: HALF_HOUR_US })).toBe(false);
  const dead = { opportunities: 4, startedUs: HALF_HOUR_US };
  expect([isSaid(93, { ...dead, booksLive: 0 }), isSaid(122, dead), isSaid(123, dead)]).toEqual([
    false,
    false,
    true,
  ]);
});
