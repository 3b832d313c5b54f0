import { expect, it } from 'vitest';
import { KernelHarness } from '../../testing/kernel-harness.ts';
import { sampleOpportunity } from '../../testing/sample-events.ts';
import { AlertMarket } from './alert-market.ts';

const ALL = { edge: true, silence: true };

function rig(capital: Readonly<Record<string, string>> = { USD: '10000' }) {
  const harness = new KernelHarness({ capital });
  const market = new AlertMarket(harness.kernel);
  return { harness, market, look: () => market.refresh(harness.clock.nowUs(), ALL) };
}

it('a price is the exact middle of a live book, and of no other', () => {
  const { harness, market } = rig();
  const [venue = ''] = harness.kernel.feeds.keys();
  expect(market.price(venue, 'BTC/USD')).toBeUndefined();
  harness.book('BTC/USD', [[60_000, 1]], [['60000.1', 1]]);
  expect(market.price(venue, 'BTC/USD')?.toString()).toBe('60000.05');
  expect(market.price('elsewhere', 'BTC/USD')).toBeUndefined();
  expect(market.price(venue, 'XYZ/USD')).toBeUndefined();
  harness.book('BTC/USD', [[60_000, 1]], []);
  expect(market.price(venue, 'BTC/USD')).toBeUndefined();
});

it('a book is silent from the first look at which it is not live, and any book by the longest of them', () => {
  const { harness, market, look } = rig();
  const [venue = ''] = harness.kernel.feeds.keys();
  harness.book('BTC/USD', [[60_000, 1]], [[60_001, 1]]);
  look();
  expect(market.silence(venue, 'BTC/USD')).toEqual({ forUs: 0, books: [] });
  expect(market.silence('', '')).toEqual({ forUs: 0, books: ['ETH/BTC', 'ETH/USD'] });
  harness.pass(4_000, { silent: true });
  look();
  const quiet = market.silence('', '');
  expect(quiet.forUs).toBe(4_000_000);
  expect(quiet.books.slice(0, 2)).toEqual(['ETH/BTC', 'ETH/USD']);
  harness.book('ETH/USD', [[3_000, 1]], [[3_001, 1]]);
  look();
  expect(market.silence(venue, 'ETH/USD')).toEqual({ forUs: 0, books: [] });
  expect(market.silence(venue, 'XYZ/USD')).toEqual({ forUs: 0, books: [] });
});

it('an edge that came and went between two looks is seen once, by its best', () => {
  const { market, look } = rig();
  const opportunity = sampleOpportunity({ peakNetBps: 9.5 });
  market.onEvent({ type: 'opportunityOpened', atUs: 1, opportunity });
  market.onEvent({ type: 'opportunityClosed', atUs: 2, opportunity });
  look();
  expect(market.edge).toEqual({ netBps: 9.5, cycle: 'USD → BTC → ETH → USD' });
  look();
  expect(market.edge).toBeUndefined();
});

it('an edge that is open is seen at every look', () => {
  const { harness, market, look } = rig();
  harness.fairBooks();
  look();
  expect(market.edge).toBeUndefined();
  harness.openEdge();
  const open = harness.kernel.desk.tracker.open();
  expect(open.length).toBeGreaterThan(0);
  for (let k = 0; k < 2; k++) {
    look();
    expect(market.edge?.netBps).toBe(Math.max(...open.map(({ waterfall }) => waterfall.netBps)));
  }
});

it('a drawdown is not known before the account was valued', () => {
  const { harness, market } = rig({ USD: '10000', BTC: '1' });
  harness.pass(10_000);
  expect(market.drawdownPct).toBeUndefined();
  harness.fairBooks();
  harness.pass(10_000);
  expect(market.drawdownPct).toBe(0);
});
