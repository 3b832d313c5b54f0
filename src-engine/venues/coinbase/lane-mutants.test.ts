import { expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { CoinbaseParser } from './parse.ts';

const GRID = {
  tickSize: '0.1',
  lotSize: '0.0001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 3,
  qtyDecimals: 8,
};
const symbols = new SymbolIndex(
  ['BTC-USD', 'ETH-USD'].map((symbol, id) =>
    createInstrument({ symbol, base: 'BTC', quote: 'USD', ...GRID }, id, 'coinbase'),
  ),
);
const parser = (): CoinbaseParser => new CoinbaseParser(symbols);
const rows = ({ rows: { count, isBid, prices, qtys } }: CoinbaseParser): unknown => [
  isBid.slice(0, count),
  prices.slice(0, count),
  qtys.slice(0, count),
];
const FRAMES = [
  '{"channel":"l2_data","timestamp":"2026-08-09T21:05:48.228568804Z","sequence_num":0,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-08-09T21:05:48.170326Z","price_level":"60000.1","new_quantity":"0.5"},{"side":"offer","event_time":"2026-08-09T21:05:48.170326Z","price_level":"60001","new_quantity":"12.00000001"}]}]}',
  '{"channel":"l2_data","timestamp":"2026-08-09T21:06:00.1Z","sequence_num":17,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"offer","event_time":"2026-08-09T21:05:48.170326Z","price_level":"60001","new_quantity":"0"}]}]}',
];

it('reads mutants of Coinbase’s frames as the general way does', () => {
  const check = new LaneCheck(parser, rows);
  expect(FRAMES.map((frame) => check.read(frame))).toEqual(FRAMES.map(() => true));
  expect(checkMutants(FRAMES, parser, { more: rows })).toBeGreaterThan(20);
});
