import { expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BinanceParser } from './parse.ts';

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
    createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'binance'),
  ),
);
const parser = (): BinanceParser => new BinanceParser(symbols);
const FRAMES = [
  '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1663747970273,"s":"BTCUSDT","U":157,"u":160,"b":[["61737.63000000","0.00000000"],["61737","1.5"]],"a":[["61738.1","12.00000001"]]}}',
  '{"e":"depthUpdate","E":1663747970373,"s":"BTCUSDT","U":161,"u":162,"b":[],"a":[]}',
  '{"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BTCUSDT","b":"61737.63000000","B":"0.10000000","a":"61738.10000000","A":"3"}}',
];

it('reads mutants of Binance’s frames as the general way does', () => {
  const check = new LaneCheck(parser);
  expect(FRAMES.map((frame) => check.read(frame))).toEqual(FRAMES.map(() => true));
  expect(checkMutants(FRAMES, parser)).toBeGreaterThan(20);
});
