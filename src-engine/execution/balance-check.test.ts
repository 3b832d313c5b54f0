import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { createInstrument } from '../domain/instrument.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { sampleFill } from '../testing/sample-events.ts';
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
  const one = new BalanceCheck(portfolio, 'test', new Set(['USD', 'BTC', 'ETH']), {
    explain: () => false,
    onLook: () => undefined,
    isUnderWay: () => false,
  });
  const turnover = new Turnover();
  const compare = (venue: Readonly<Record<string, string>>) =>
    one.compare(
      Object.entries(venue).map(([asset, total]) => ({ asset, total })),
      turnover,
      0,
    );
  return { one, portfolio, compare, turnover };
}

const AGREES = { USD: '1000', BTC: '1' };
const SHORT = { USD: '990', BTC: '1' };

describe('balances against the venue', () => {
  it('are news when two looks in a row find the same difference, and stand from then on', () => {
    const { one, compare } = check();
    expect([compare(AGREES), one.isReported]).toEqual(['agrees', false]);
    expect([compare(SHORT), one.isReported]).toEqual(['suspected', false]);
    expect([compare(SHORT), one.isReported]).toEqual(['news', true]);
    expect([compare(SHORT), one.isReported]).toEqual(['standing', true]);
    expect(one.describe()).toBe('balances differ: USD 1000 here, 990 at the venue');
  });

  it('are looked at twice again when a difference that agreed in between returns', () => {
    const { one, compare } = check();
    compare(SHORT);
    compare(SHORT);
    expect([compare(AGREES), one.isReported, one.differences]).toEqual(['agrees', false, []]);
    expect(compare(SHORT)).toBe('suspected');
    // Reported before it agreed: it is news again.
    expect([compare(SHORT), one.isReported]).toEqual(['news', true]);
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
    expect([one.isReported, one.differences]).toEqual([false, []]);
    expect(compare(SHORT)).toBe('agrees');
    expect(compare(AGREES)).toBe('suspected');
    expect(compare(AGREES)).toBe('news');
  });

  it('that rounding explains are rounded, and not where one of several differs by more', () => {
    const { one, compare, turnover } = check();
    const [btcUsd] = instruments;
    if (btcUsd === undefined) throw new Error('there are three');
    turnover.add(btcUsd, { ...sampleFill(), price: '10000', qty: '0.01', fee: '0.05', feeAsset: 'USD' });
    expect(compare({ ...AGREES, USD: '1000.0001' })).toBe('rounded');
    expect(one.isReported).toBe(false);
    expect(compare({ USD: '1000.0001', BTC: '0.9' })).toBe('suspected');
    expect(compare({ USD: '1000.0001', BTC: '0.9' })).toBe('news');
  });

  it('of what no instrument trades are taken over at once, and are no difference', () => {
    const { one, portfolio, compare } = check();
    expect(compare({ ...AGREES, KFEE: '12', DOGE: '3' })).toBe('agrees');
    expect(one.adoptUntraded()).toEqual([
      { asset: 'DOGE', ledger: '0', venue: '3' },
      { asset: 'KFEE', ledger: '0', venue: '12' },
    ]);
    expect(portfolio.balances.total('KFEE').toString()).toBe('12');
    expect(one.adoptUntraded()).toEqual([]);
    expect(compare({ ...AGREES, KFEE: '12', DOGE: '3' })).toBe('agrees');
    expect(one.adoptUntraded()).toEqual([]);
  });

  it('are the same difference in whichever order the venue lists its assets', () => {
    const { compare } = check();
    expect(compare({ ETH: '2', DOGE: '1', USD: '990', BTC: '1' })).toBe('suspected');
    expect(compare({ BTC: '1', USD: '990', ETH: '2' })).toBe('news');
    const { compare: other } = check({});
    expect(other({ ETH: '2', BTC: '1' })).toBe('suspected');
    expect(other({ BTC: '1', ETH: '2' })).toBe('news');
  });
});
