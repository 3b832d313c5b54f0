import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { KEPT_SECONDS, KEPT_TRADES, MarketTape } from './market-tape.ts';

const S = 1_000_000;
const START = 1_000 * S;

function storeAt(bid: number, ask: number): BookStore {
  const store = new BookStore(
    TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test')),
    { depth: 10 },
  );
  const update = new BookUpdate();
  update.reset(0, true, START);
  update.pushBid(bid, 5);
  update.pushAsk(ask, 5);
  store.apply(update);
  return store;
}

describe('the tape of a market', () => {
  it('has a mid price a second, and none where the book was not live or nobody looked', () => {
    const tape = new MarketTape(3);
    const store = storeAt(100, 103);
    tape.sample(store, START);
    tape.sample(store, START + 300_000);
    tape.sample(store, START + 3 * S);
    expect(tape.mids(0)).toEqual({ fromUs: START, mids: [101.5, Number.NaN, Number.NaN, 101.5] });
    expect(tape.mids(1).mids).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(tape.mids(99).mids).toEqual([]);
  });

  it('keeps half an hour, and forgets what lies before', () => {
    const tape = new MarketTape(3);
    const store = storeAt(100, 102);
    for (let k = 0; k < KEPT_SECONDS + 50; k++) tape.sample(store, START + k * S);
    const { fromUs, mids } = tape.mids(0);
    expect(mids).toHaveLength(KEPT_SECONDS);
    expect(fromUs).toBe(START + 50 * S);
    tape.sample(store, START + 100 * KEPT_SECONDS * S);
    expect(tape.mids(0).mids.filter((mid) => !Number.isNaN(mid))).toHaveLength(1);
  });

  it('tells the last trades, newest first, and keeps a bounded number', () => {
    const tape = new MarketTape(3);
    for (let k = 0; k < 1_000; k++) {
      tape.onTrade({
        kind: 'trade',
        instrumentId: 1,
        price: k,
        qty: 1,
        side: 'buy',
        venueUs: k,
        receivedUs: k,
      });
    }
    expect(tape.trades(1, 3).map(({ price }) => price)).toEqual([999, 998, 997]);
    expect(tape.trades(1, 10_000).length).toBeLessThanOrEqual(KEPT_TRADES * 2);
    expect(tape.trades(0, 5)).toEqual([]);
  });
});
