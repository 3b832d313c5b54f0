import { expect, test } from 'vitest';
import { accountHeadline, limitWords } from './account-words.ts';
import type { AccountStanding } from './use-account.ts';

const venue = {
  venue: 'kraken',
  refusal: '',
  agreedUs: 5,
  differences: [],
  foreignOrders: [],
  unreadRows: { count: 0, last: [] },
  deadManSwitch: null,
  limits: [],
};
const calm: AccountStanding = { comparesAccounts: true, venues: [venue], isWatched: true, unknownOrders: [] };
const unknown = {
  orderId: 'a',
  venue: 'kraken',
  symbol: 'BTC/USD',
  side: 'buy',
  qty: '1',
  price: '2',
  reason: 'no answer',
  obstacle: '',
} as const;

test('the headline says the worst first, and never agrees where nothing is compared', () => {
  expect(accountHeadline(calm)).toEqual({ text: 'Account reconciled', isBad: false });
  expect(accountHeadline({ ...calm, comparesAccounts: false })).toEqual({ text: 'Account', isBad: false });
  const refused = { ...venue, refusal: 'kraken was not compared yet', agreedUs: null };
  expect(accountHeadline({ ...calm, venues: [refused] })).toEqual({
    text: 'Account not reconciled',
    isBad: true,
  });
  const differs = { ...refused, differences: [{ asset: 'BTC', ledger: '1', venue: '2' }] };
  expect(accountHeadline({ ...calm, venues: [venue, differs] }).text).toBe('Account differs');
  expect(accountHeadline({ ...calm, venues: [differs], unknownOrders: [unknown] }).text).toBe(
    'Account: 1 unknown',
  );
});

test('what is used of a limit is said with its interval', () => {
  const limit = { name: 'unfilled orders', used: 12, limit: 50 };
  expect(limitWords({ ...limit, intervalS: 10 })).toBe('unfilled orders 12 of 50 in 10 s');
  expect(limitWords({ ...limit, intervalS: 86_400 })).toBe('unfilled orders 12 of 50 a day');
});
