import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { recordedLines } from '../capture/testing/known-books.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { GateParser } from './parse.ts';

const GRID = {
  tickSize: '0.01',
  lotSize: '0.0001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 10,
  qtyDecimals: 6,
};
const symbols = new SymbolIndex(
  ['BTC_USDT', 'ETH_USDT', 'OMG_USDT'].map((symbol, id) =>
    createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'gate'),
  ),
);
const parser = (): GateParser => new GateParser(symbols);
const FULL =
  '{"channel":"spot.obu","result":{"t":1743673026995,"full":true,"s":"ob.BTC_USDT.50","u":79072179673,"b":[["83705.9","30166"],["83705","0.1"]],"a":[["83706","4208"]]},"time_ms":1743673026999,"event":"update"}';
const CHANGE =
  '{"channel":"spot.obu","event":"update","result":{"t":1743673027017,"s":"ob.BTC_USDT.50","U":79072179674,"u":79072179694,"b":[["83702.2","62"],["83702.1","0"]]},"time_ms":1743673027020}';

describe('the short way of Gate’s windows', () => {
  it('takes whole windows and changes, of which a side may be left out', () => {
    const check = new LaneCheck(parser);
    expect([FULL, CHANGE].map((frame) => check.read(frame))).toEqual([true, true]);
    const own = parser();
    own.parse(Buffer.from(CHANGE), 7);
    expect(own.update).toMatchObject({
      isSnapshot: false,
      seq: 79_072_179_694,
      prevSeq: 79_072_179_673,
      bidCount: 2,
      askCount: 0,
    });
  });

  it.each([
    ['another channel', FULL.replace('spot.obu', 'spot.order_book')],
    [
      'a pair that comes behind its levels',
      CHANGE.replace('"s":"ob.BTC_USDT.50",', '').replace(']}', '],"s":"ob.BTC_USDT.50"}'),
    ],
    ['an answer', CHANGE.replace('"update"', '"subscribe"')],
    ['a window without its number', CHANGE.replace(/"u":\d+,/, '')],
    ['a pair of another run', CHANGE.replace('BTC_USDT', 'BTC_USD')],
    ['what is not full', CHANGE.replace('"t"', '"full":false,"t"')],
  ])('leaves %s to the general way', (_case, frame) => {
    expect(new LaneCheck(parser).read(frame)).toBe(false);
  });

  it('reads mutants as the general way does', () => {
    expect(checkMutants([FULL, CHANGE], parser)).toBeGreaterThan(20);
  });

  it.runIf(HAS_SHARED_DATA)('reads a recorded session as the general way does', () => {
    const check = new LaneCheck(parser);
    const frames = recordedLines('venues/GATEIO.jsonl.gz').flatMap((line) => {
      const { t, data } = JSON.parse(line) as { readonly t: string; readonly data?: string };
      return t === 'recv' && data !== undefined && /order_book/.test(data) ? [data] : [];
    });
    expect(frames.length).toBeGreaterThan(100);
    for (const frame of frames) check.read(frame);
  });
});
