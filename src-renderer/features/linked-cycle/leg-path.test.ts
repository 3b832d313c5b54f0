import { expect, test } from 'vitest';
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { fakeOpportunity } from '../../testing/fake-trading.ts';
import { cycleKey } from '../../workspace/followed.ts';
import { currentLife, followedOf, legsOf } from './leg-path.ts';
import { takenOf } from '../book/taken.ts';

const BOOK = { bids: [100, 5, 99, 5, 98, 50], asks: [101, 2, 102, 2, 110, 50] };

test('an order takes level after level up to its limit, and no further', () => {
  expect(takenOf(BOOK, { side: 'buy', qty: 3, limit: 105 })).toEqual({
    share: 1,
    levels: 2,
    mean: (2 * 101 + 102) / 3,
  });
  expect(takenOf(BOOK, { side: 'buy', qty: 8, limit: 105 }).share).toBe(0.5);
  expect(takenOf(BOOK, { side: 'sell', qty: 4, limit: 101 })).toEqual({ share: 0, levels: 0, mean: null });
  expect(takenOf({ bids: [], asks: [] }, { side: 'sell', qty: 4, limit: 1 }).share).toBe(0);
});

const instrument = (venue: string, symbol: string, base: string, quote: string) =>
  ({ venue, symbol, base, quote }) as Parameters<typeof legsOf>[1][number];
const KNOWN = [
  instrument('a', 'BTC/USD', 'BTC@a', 'USD@a'),
  instrument('b', 'BTC/USD', 'BTC@b', 'USD@b'),
  instrument('b', 'USDTUSD', 'USDT@b', 'USD@b'),
];

test('legs of a route keep their venues, with a plan and without one', () => {
  const made = fakeOpportunity(1, 5, () => 0.5);
  const route: Opportunity = {
    ...made,
    venue: 'a+b',
    path: ['USD@a', 'BTC@b'],
    legs: [
      { symbol: 'BTC/USD', side: 'buy', limitPrice: '1', qty: '1', venue: 'a' },
      { symbol: 'BTC/USD', side: 'sell', limitPrice: '1', qty: '1', venue: 'b' },
    ],
  };
  const places = (of: Opportunity) =>
    legsOf(of, KNOWN)?.map(({ instrument: { venue, symbol }, side }) => `${side} ${symbol} ${venue}`);
  expect(places(route)).toEqual(['buy BTC/USD a', 'sell BTC/USD b']);
  expect(places({ ...route, legs: [] })).toEqual(['buy BTC/USD a', 'sell BTC/USD b']);
  expect(places({ ...route, path: ['EUR@a', 'BTC@b'], legs: [] })).toBeUndefined();
});

test('the open life of the cycle comes first, then the one that closed last, then the chosen one', () => {
  const chosen: Opportunity = {
    ...fakeOpportunity(1, 5, () => 0.5),
    venue: 'a',
    path: ['USD@a', 'BTC@a'],
    legs: [],
  };
  const followed = followedOf(chosen, KNOWN);
  if (followed === undefined) throw new Error('its legs are known');
  expect(followed.key).toBe(cycleKey(chosen));
  const next = { ...chosen, opportunityId: 'next' };
  const other = { ...chosen, opportunityId: 'other', path: ['USD@a', 'ETH@a'] };
  expect(currentLife(followed, [other, next], [])?.opportunityId).toBe('next');
  expect(currentLife(followed, [other], [next, chosen])?.opportunityId).toBe('next');
  expect(currentLife(followed, [other], [])).toBe(chosen);
});
