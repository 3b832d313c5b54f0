import { expect, test } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { KEPT_TRADED, KEPT_UNTRADED, PriceTracks } from './price-tracks.ts';

const STEPS = { tickSize: '0.01', lotSize: '1', minQty: '1', minNotional: '0' };

function market(count: number, venueOf: (id: number) => string = () => 'made') {
  const instruments = Array.from({ length: count }, (_, id) => {
    const base = `A${String(id % 1_000).padStart(3, '0')}`;
    return createInstrument({ symbol: `${base}/USD`, base, quote: 'USD', ...STEPS }, id, venueOf(id));
  });
  const store = new BookStore(instruments, { depth: 5 });
  const tracks = new PriceTracks(60_000_000);
  for (const instrument of instruments) {
    const update = new BookUpdate();
    update.reset(instrument.id, true, 1);
    update.pushBid(100, 1);
    update.pushAsk(101, 1);
    store.apply(update);
    tracks.see(instrument, store.sync(instrument.id).book, 1);
  }
  return tracks;
}

test('every instrument that was traded has its prices, the most traded first; of others there are some', () => {
  const tracks = market(60);
  for (let id = 20; id < 50; id++) for (let times = 0; times < id; times++) tracks.traded(id);
  const kept = tracks.kept().map(({ symbol }) => symbol);
  expect(kept).toHaveLength(30);
  expect(kept[0]).toBe('A049/USD');
  expect(kept).toContain('A020/USD');
  expect(market(60).kept()).toHaveLength(KEPT_UNTRADED);
  const few = market(60);
  few.traded(59);
  expect(few.kept().map(({ symbol }) => symbol)).toEqual([
    'A059/USD',
    ...Array.from({ length: KEPT_UNTRADED - 1 }, (_, id) => `A${String(id).padStart(3, '0')}/USD`),
  ]);
});

test('beyond their bound the least traded go', () => {
  const tracks = market(KEPT_TRADED + 5);
  for (let id = 0; id < KEPT_TRADED + 5; id++) for (let times = 0; times <= id; times++) tracks.traded(id);
  const kept = tracks.kept().map(({ symbol }) => symbol);
  expect(kept).toHaveLength(KEPT_TRADED);
  expect(kept).not.toContain('A000/USD');
});

test('a pair of two venues is two instruments, named with their venues', () => {
  const tracks = market(2, (id) => ['east', 'west'][id] ?? '');
  expect(tracks.kept().map(({ symbol, points }) => [symbol, points])).toEqual([
    ['A000/USD@east', [[1, 1, 1.01]]],
    ['A001/USD@west', [[1, 1, 1.01]]],
  ]);
});
