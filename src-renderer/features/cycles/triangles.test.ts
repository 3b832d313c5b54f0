import { expect, test } from 'vitest';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { QuoteView } from '../../../src-engine/contract/topics.ts';
import { doubtedCodeOf, trianglesOf, valueOf, whyNotValued } from './triangles.ts';

const instrument = (id: number, base: string, quote: string, venue = 'kraken'): InstrumentRecord => ({
  id,
  venue,
  symbol: `${base}/${quote}`,
  base,
  quote,
  tickSize: '0.01',
  lotSize: '0.01',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 2,
  qtyDecimals: 2,
  takerFee: '0.001',
  feeBasis: 'listed by the venue',
  stoppedFor: '',
  status: 'online',
});
const BOOKS = [instrument(0, 'BTC', 'USD'), instrument(1, 'ETH', 'BTC'), instrument(2, 'ETH', 'USD')];
const quote = (bid: number, ask: number, state: QuoteView['state'] = 'live'): QuoteView => ({
  instrumentId: 0,
  state,
  isTradable: true,
  ageUs: 0,
  bid,
  bidQty: 1,
  ask,
  askQty: 1,
});

test('three instruments over three assets are one triangle in two directions; another venue adds none', () => {
  expect(trianglesOf(BOOKS)).toHaveLength(2);
  expect(trianglesOf([...BOOKS.slice(0, 2), instrument(2, 'ETH', 'USD', 'other')])).toEqual([]);
  expect(trianglesOf(BOOKS.slice(0, 2))).toEqual([]);
});

test('a triangle is worth the product of what a taker meets, with every fee in quote', () => {
  const way = trianglesOf(BOOKS).find(
    ({ legs }) =>
      legs.map(({ side, instrument: { symbol } }) => `${side} ${symbol}`).join() ===
        'buy BTC/USD,buy ETH/BTC,sell ETH/USD' ||
      legs
        .map(({ side, instrument: { symbol } }) => `${side} ${symbol}`)
        .toSorted()
        .join() === 'buy BTC/USD,buy ETH/BTC,sell ETH/USD',
  );
  // 100 USD a BTC, half a BTC an ETH, 55 USD an ETH: 10 % before fees.
  const quotes = [quote(9_900, 10_000), quote(40, 50), quote(5_500, 5_600)];
  const valued =
    way &&
    valueOf(
      way,
      (id) => quotes[id],
      () => 7,
    );
  expect(valued?.grossBps).toBeCloseTo(1_000, 6);
  expect(valued?.netBps).toBeCloseTo((1.1 * (0.999 / 1.001 / 1.001) - 1) * 10_000, 6);
  expect(valued?.oldestMs).toBe(7);
  expect(valued?.steps.at(-1)?.after).toBeCloseTo(1.1 * (0.999 / 1.001 / 1.001), 9);
  // For a start of `fits` no leg moves more base than rests at its price, and the narrowest moves all of it.
  const fits = valued?.fits ?? 0;
  const moved = (valued?.steps ?? []).map(
    ({ leg: { side }, before, after, qty }) => ((side === 'sell' ? before : after) * fits) / qty,
  );
  expect(valued?.steps.map(({ qty }) => qty)).toEqual([0.01, 0.01, 0.01]);
  expect(Math.max(...moved)).toBeCloseTo(1, 9);
  expect(moved[valued?.narrowest ?? -1]).toBeCloseTo(1, 9);
});

test('a book that is not live, or has nothing to trade with, makes its triangles worth nothing that could be shown', () => {
  const [way] = trianglesOf(BOOKS);
  const live = quote(100, 101);
  const value = (middle: QuoteView | undefined) =>
    way &&
    valueOf(
      way,
      (id) => (id === 1 ? middle : live),
      () => 0,
    );
  expect(value(live)).not.toBeNull();
  expect(value(quote(100, 101, 'stale'))).toBeNull();
  expect(value({ ...live, askQty: 0, bidQty: 0 })).toBeNull();
  expect(value(undefined)).toBeNull();
});

test('a leg that the run does not trade makes its triangles worth nothing, however live its book; the words say why', () => {
  const [way] = trianglesOf(BOOKS);
  const legs = way?.legs ?? [];
  const live = quote(100, 101);
  const closed = (id: number) => (id === 1 ? { ...live, isTradable: false } : live);
  expect(way && valueOf(way, closed, () => 0)).toBeNull();
  expect(whyNotValued(legs, closed)).toBe('ETH/BTC at Kraken is not traded now');
  expect(whyNotValued(legs, () => undefined)).toBe('a book is not live');
  const unknown = legs.map(({ side, instrument: one }) => ({ side, instrument: { ...one, takerFee: null } }));
  expect(whyNotValued(unknown, () => live)).toMatch(/^the fee of .* at Kraken is not known$/);
});

test('a route over a quarantined code is not valued; a cycle of one venue is, for it has one coin of that code', () => {
  const sell = { instrument: instrument(3, 'ETH@west', 'USD@west', 'west'), side: 'sell' } as const;
  const buy = { instrument: instrument(4, 'ETH@east', 'USD@east', 'east'), side: 'buy' } as const;
  expect(doubtedCodeOf([buy, sell], ['ETH'])).toBe('ETH');
  expect(doubtedCodeOf([buy, sell], ['BTC'])).toBeUndefined();
  expect(doubtedCodeOf([buy, { ...buy, side: 'sell' }], ['ETH'])).toBeUndefined();
});
