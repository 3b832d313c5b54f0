import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { recordedLines } from '../capture/testing/known-books.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BitstampParser } from './parse.ts';

const GRID = {
  tickSize: '0.01',
  lotSize: '0.0001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 5,
  qtyDecimals: 8,
};
const symbols = new SymbolIndex(
  ['btcusd', 'ethusd', 'xrpeur', 'batbtc', 'sgbeur'].map((symbol, id) =>
    createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'bitstamp'),
  ),
);
const parser = (): BitstampParser => new BitstampParser(symbols);
const BOOK =
  '{"data":{"timestamp":"1641343698","microtimestamp":"1641343698660692","bids":[["46000.5","0.19109203"],["46000","1"]],"asks":[["46001","0.00000000"],["46002.00001","3"]]},"channel":"order_book_btcusd","event":"data"}';
const EMPTY =
  '{"data":{"timestamp":"1641343699","microtimestamp":"1641343699660692","bids":[],"asks":[]},"channel":"order_book_ethusd","event":"data"}';

describe('the short way of Bitstamp’s books', () => {
  it('takes whole books, whose channel is behind their levels', () => {
    const check = new LaneCheck(parser);
    expect([BOOK, EMPTY].map((frame) => check.read(frame))).toEqual([true, true]);
    const own = parser();
    own.parse(Buffer.from(BOOK), 7);
    expect(own.update).toMatchObject({
      instrumentId: 0,
      isSnapshot: true,
      bidCount: 2,
      askCount: 2,
      venueUs: 1_641_343_698_660_692,
    });
  });

  it.each([
    [
      'a channel before its data',
      '{"event":"data","channel":"order_book_btcusd","data":{"microtimestamp":"0","bids":[],"asks":[]}}',
    ],
    ['a row without a price', BOOK.replace('46000.5', '0')],
    ['changes', BOOK.replace('order_book', 'diff_order_book')],
    ['a pair of another run', BOOK.replace('btcusd', 'btcgbp')],
    ['what stands behind it', `${BOOK}}`],
    [
      'two channels',
      BOOK.replace(
        '},"channel":"order_book_btcusd"',
        '},"channel":"order_book_btcusd","channel":"order_book_ethusd"',
      ),
    ],
  ])('leaves %s to the general way', (_case, frame) => {
    expect(new LaneCheck(parser).read(frame)).toBe(false);
  });

  it('reads mutants as the general way does', () => {
    expect(checkMutants([BOOK, EMPTY], parser)).toBeGreaterThan(20);
  });

  it.runIf(HAS_SHARED_DATA)('reads a recorded session as the general way does', () => {
    const check = new LaneCheck(parser);
    const frames = recordedLines('venues/BITSTAMP.jsonl.gz').flatMap((line) => {
      const { t, data } = JSON.parse(line) as { readonly t: string; readonly data?: string };
      return t === 'recv' && data !== undefined && /order_book_/.test(data) ? [data] : [];
    });
    expect(frames.length).toBeGreaterThan(100);
    for (const frame of frames) check.read(frame);
  });
});
