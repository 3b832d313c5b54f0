import { expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { OkxParser } from './parse.ts';

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
    createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'okx'),
  ),
);
const parser = (): OkxParser => new OkxParser(symbols);
const FRAMES = [
  '{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[{"asks":[["30249.4","0.5","0","1"]],"bids":[["30249.3","0.25","0","12"],["30249","1","0","2"]],"ts":"1652459225464","checksum":-5,"seqId":35996,"prevSeqId":-1}]}',
  '{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["30249.4","0","0","0"]],"bids":[],"ts":"1652459225564","checksum":0,"seqId":35997,"prevSeqId":35996}]}',
];

it('reads mutants of OKX’s frames as the general way does', () => {
  const check = new LaneCheck(parser);
  expect(FRAMES.map((frame) => check.read(frame))).toEqual(FRAMES.map(() => true));
  expect(checkMutants(FRAMES, parser)).toBeGreaterThan(20);
});
