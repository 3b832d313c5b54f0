import { expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { KucoinParser } from './parse.ts';

const GRID = {
  tickSize: '0.1',
  lotSize: '0.0001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 3,
  qtyDecimals: 8,
};
const symbols = new SymbolIndex(
  ['BTC-USDT', 'ETH-USDT'].map((symbol, id) =>
    createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'kucoin'),
  ),
);
const parser = (): KucoinParser => new KucoinParser(symbols);
const FRAMES = [
  '{"topic":"/market/level2:BTC-USDT","type":"message","subject":"trade.l2update","data":{"changes":{"asks":[["18906","0.00331","14103845"]],"bids":[["18905.5","0","14103844"],["0","0","14103846"]]},"sequenceEnd":14103846,"sequenceStart":14103844,"symbol":"BTC-USDT","time":1663747970273}}',
  '{"type":"message","topic":"/market/level2:BTC-USDT","subject":"trade.l2update","data":{"changes":{"asks":[],"bids":[]},"sequenceEnd":14103847,"sequenceStart":14103847,"symbol":"BTC-USDT","time":1663747970373}}',
];

it('reads mutants of KuCoin’s frames as the general way does', () => {
  const check = new LaneCheck(parser, ({ firstSeq }) => firstSeq);
  expect(FRAMES.map((frame) => check.read(frame))).toEqual(FRAMES.map(() => true));
  expect(checkMutants(FRAMES, parser, { more: ({ firstSeq }) => firstSeq })).toBeGreaterThan(20);
});
