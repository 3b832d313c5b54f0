import { expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BybitParser } from './parse.ts';

const GRID = {
  tickSize: '0.1',
  lotSize: '0.0001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 3,
  qtyDecimals: 8,
};
const symbols = new SymbolIndex(
  ['BTCUSDT', 'ETHUSDT'].map((symbol, id) =>
    createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'bybit'),
  ),
);
const parser = (): BybitParser => new BybitParser(symbols);
const FRAMES = [
  '{"topic":"orderbook.50.BTCUSDT","ts":1786310816618,"type":"snapshot","data":{"s":"BTCUSDT","b":[["65140.4","0.875077"],["65140","1"]],"a":[["65141","2.5"]],"u":62505424,"seq":112488545864},"cts":1786310816584}',
  '{"topic":"orderbook.50.BTCUSDT","ts":1786310816618,"type":"delta","data":{"s":"BTCUSDT","b":[["65140.4","0.875077"],["65140","0"]],"a":[],"u":62505425,"seq":112488545865},"cts":1786310816585}',
];

it('reads mutants of Bybit’s frames as the general way does', () => {
  const check = new LaneCheck(parser);
  expect(FRAMES.map((frame) => check.read(frame))).toEqual(FRAMES.map(() => true));
  expect(checkMutants(FRAMES, parser)).toBeGreaterThan(20);
});
