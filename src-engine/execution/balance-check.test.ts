import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { createInstrument } from '../domain/instrument.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { BalanceCheck } from './balance-check.ts';
import { Turnover } from './turnover.ts';

const instruments = TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test'));

function check(held: Readonly<Record<string, string>> = { USD: '1000', BTC: '1' }) {
  const balances = Object.entries(held).map(([asset, total]) => ({ asset, total }));
  const store = new BookStore(instruments, { depth: 5 });
  const portfolio = new Portfolio(
    { balances, realizedPnl: '0', fees: '0' },
    new Marks(instruments, store.books, 'USD'),
  );
  const one = new BalanceCheck(portfolio, 'test', new Set(['USD', 'BTC', 'ETH']));
  const turnover = new Turnover();
  const compare = (venue: Readonly<Record<string, string>>) =>
    one.compare(
      Object.entries(venue).map(([asset, total]) => ({ asset, total })),
      turnover,
    );
  return { one, portfolio, compare };
}

const AGREES = { USD: '1000', BTC: '1' };
const SHORT = { USD: '990', BTC: '1' };

describe('balances against the venue', () => {
  it('are news when two looks in a row find the same difference, and stand from then on', () => {
    const { one, compare } = check();
    expect([compare(AGREES), one.isTold]).toEqual(['agrees', false]);
    expect([compare(SHORT), one.isTold]).toEqual(['suspected', false]);
    expect([compare(SHORT), one.isTold]).toEqual(['news', true]);
    expect([compare(SHORT), one.isTold]).toEqual(['standing', true]);
    expect(one.describe()).toBe('balances differ: USD 1000 here, 990 at the venue');
  });

  it('are looked at twice again when a difference that agreed in between returns', () => {
    const { one, compare } = check();
    compare(SHORT);
    compare(SHORT);
    expect([compare(AGREES), one.isTold, one.differences]).toEqual(['agrees', false, []]);
    expect(compare(SHORT)).toBe('suspected');
    // Told before it agreed: it is news once more.
    expect([compare(SHORT), one.isTold]).toEqual(['news', true]);
  });

  it('are not confirmed by a look before they agreed', () => {
    const { compare } = check();
    expect(compare(SHORT)).toBe('suspected');
    expect(compare(AGREES)).toBe('agrees');
    expect(compare(SHORT)).toBe('suspected');
  });

  it('that differ otherwise at every look are never more than suspected', () => {
    const { compare } = check();
    expect(compare({ ...AGREES, USD: '990' })).toBe('suspected');
    expect(compare({ ...AGREES, USD: '980' })).toBe('suspected');
    expect(compare({ ...AGREES, USD: '990' })).toBe('suspected');
  });

  it('count an asset that only one side has', () => {
    const { one, compare } = check();
    compare({ USD: '1000', ETH: '2' });
    expect(one.differences).toEqual([
      { asset: 'BTC', ledger: '1', venue: '0' },
      { asset: 'ETH', ledger: '0', venue: '2' },
    ]);
  });

  it('are taken over as the venue has them, and what differed before is news again', () => {
    const { one, portfolio, compare } = check();
    compare(SHORT);
    compare(SHORT);
    one.adopt();
    expect(portfolio.balances.total('USD').toString()).toBe('990');
    expect([one.isTold, one.differences]).toEqual([false, []]);
    expect(compare(SHORT)).toBe('agrees');
    expect(compare(AGREES)).toBe('suspected');
    expect(compare(AGREES)).toBe('news');
  });
});
