/** What the `instrument` channel changes in mid-session, and levels that no book can count. */
import { expect, it } from 'vitest';
import { createInstrument, type InstrumentChange, type InstrumentStatus } from '../../domain/instrument.ts';
import type { MarketSink } from '../market-feed.ts';
import { KrakenDecoder } from './market-decoder.ts';

const RULES = {
  symbol: 'MOG/USD',
  base: 'MOG',
  quote: 'USD',
  status: 'online',
  price_precision: 10,
  price_increment: 1e-10,
  qty_precision: 5,
  qty_increment: 0.00001,
  qty_min: 45_000_000,
  cost_min: '0.5',
};
const SPEC = {
  symbol: 'MOG/USD',
  base: 'MOG',
  quote: 'USD',
  tickSize: '0.0000000001',
  lotSize: '0.00001',
  minQty: '45000000',
  minNotional: '0.5',
  takerFee: '0.004',
};

function decoder() {
  const changes: InstrumentChange[] = [];
  const stops: [number, string][] = [];
  const statuses: [number, InstrumentStatus][] = [];
  const lost: number[] = [];
  const sink = {
    onBook: () => undefined,
    onTrade: () => undefined,
    onFeed: () => undefined,
    onAlive: () => undefined,
    onRaw: () => undefined,
    onBookLost: (id) => lost.push(id),
    onInstrumentStatus: (id, status) => statuses.push([id, status]),
    onInstrumentChange: (_id, change) => changes.push(change),
    onInstrumentStopped: (id, reason) => stops.push([id, reason]),
  } satisfies MarketSink;
  const other = { ...SPEC, symbol: 'BTC/USD', base: 'BTC' };
  const instruments = [SPEC, other].map((spec, id) => createInstrument(spec, id, 'kraken'));
  const kraken = new KrakenDecoder(instruments, sink);
  const hear = (frame: unknown) => kraken.decode(Buffer.from(JSON.stringify(frame)), 1);
  const update = (row: object, type = 'update') =>
    hear({ channel: 'instrument', type, data: { pairs: [row] } });
  return { changes, stops, statuses, lost, hear, update, kraken };
}

it('the same rules again are not new; changed ones are named, and only those', () => {
  const { update, changes, stops } = decoder();
  update(RULES);
  expect(changes).toEqual([]);
  update({ ...RULES, price_increment: 1e-9, qty_min: 50_000_000, cost_min: 1 });
  expect(changes).toEqual([{ tickSize: '0.000000001', minQty: '50000000', minNotional: '1' }]);
  expect(stops).toEqual([]);
});

it.each([
  ['another precision', { price_precision: 9, price_increment: 1e-9 }, /has 9\/5 decimals at the venue now/],
  ['a tick of zero', { price_increment: 0 }, /tick of 0/],
  ['a tick below its digits', { price_increment: 5e-11 }, /tick of 0\.00000000005/],
  ['a lot below its digits', { qty_increment: 0.000001 }, /lot of 0\.000001/],
  ['no minimum', { qty_min: null }, /cannot be read: instrument\.qty_min/],
])('a pair that comes with %s is stopped with the reason, and not asked for again', (_what, row, reason) => {
  const { update, stops, changes, kraken } = decoder();
  update({ ...RULES, ...row });
  expect(stops).toEqual([[0, expect.stringMatching(reason)]]);
  expect(changes).toEqual([]);
  expect([kraken.isStopped(0), kraken.isStopped(1)]).toEqual([true, false]);
});

it('a pair that is missing from a snapshot of the venue was taken off its list', () => {
  const { update, statuses } = decoder();
  update(RULES, 'snapshot');
  expect(statuses).toEqual([
    [0, 'online'],
    [1, 'delisted'],
  ]);
});

const bookOf = (bids: readonly object[]) => ({
  channel: 'book',
  type: 'snapshot',
  data: [{ symbol: 'MOG/USD', bids, asks: [], checksum: 1, timestamp: '2026-08-02T03:35:51.660084Z' }],
});

it('a level above 2^53 units stops its pair instead of asking for the same snapshot forever', () => {
  const { hear, stops, lost, kraken } = decoder();
  const frame = hear(bookOf([{ price: 5_000_000, qty: 1 }]));
  expect(frame).toMatchObject({ kind: 'error', code: 'too-large', instrumentId: 0 });
  expect(stops).toEqual([[0, expect.stringMatching(/MOG\/USD: .*more than a book can count exactly/)]]);
  expect(lost).toEqual([0]);
  expect(kraken.isStopped(0)).toBe(true);
});

it('a quantity above 2^53 units is cut to that, and stops nothing by itself', () => {
  const { hear, stops, kraken } = decoder();
  const frame = hear(bookOf([{ price: 0.0000011, qty: 500_000_000_000 }]));
  expect(frame).toMatchObject({ kind: 'book' });
  expect(kraken.update.bidQtys[0]).toBe(Number.MAX_SAFE_INTEGER);
  expect(stops).toEqual([]);
});
