import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { recordedLines } from '../capture/testing/known-books.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { HtxParser } from './parse.ts';

const GRID = {
  tickSize: '0.01',
  lotSize: '0.001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 12,
  qtyDecimals: 3,
};
const symbols = new SymbolIndex(
  [
    'btcusdt',
    'trioeth',
    'propyeth',
    'yfihusd',
    'omgbtc',
    'nesteth',
    'borusdt',
    'dogeeth',
    'xvgeth',
    'zeneth',
  ].map((symbol, id) => createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'htx')),
);
const parser = (): HtxParser => new HtxParser(symbols);
const REFRESH =
  '{"ch":"market.btcusdt.mbp.refresh.20","ts":1573199608679,"tick":{"seqNum":100020142010,"bids":[[618.37,71.594],[423.33,77.726999999999999]],"asks":[[618.66,0.5]]}}';
const STEP =
  '{"ch":"market.btcusdt.depth.step0","ts":1618678071000,"tick":{"bids":[[0.0009,2]],"asks":[[0.00091,1.5],[1,0]],"version":107917436,"ts":1618678071000}}';

describe('the short way of HTX’s books', () => {
  it('takes both kinds of whole books, and cuts quantities that are finer than a book counts', () => {
    const check = new LaneCheck(parser);
    expect([REFRESH, STEP].map((frame) => check.read(frame))).toEqual([true, true]);
    const own = parser();
    own.parse(Buffer.from(REFRESH), 7);
    expect([own.update.bidCount, own.update.bidQtys[1], own.update.venueUs]).toEqual([
      2, 77_726, 1_573_199_608_679_000,
    ]);
  });

  it.each([
    ['9.121E-7', '3.45E-4', 912_100, 0],
    ['1.1E3', '4.99401976014E7', 1_100_000_000_000_000, 49_940_197_601],
    ['5e+0', '26.755973959140651643', 5_000_000_000_000, 26_755],
    ['0.5E0', '0', 500_000_000_000, 0],
  ])('takes a price of %s and a quantity of %s', (price, qty, priceUnits, qtyUnits) => {
    const text = REFRESH.replace('618.37,71.594', `${price},${qty}`);
    expect(new LaneCheck(parser).read(text)).toBe(true);
    const own = parser();
    own.parse(Buffer.from(text), 7);
    expect([own.update.bidPrices[0], own.update.bidQtys[0]]).toEqual([priceUnits, qtyUnits]);
  });

  it.each([
    ['an exponent of three digits', REFRESH.replace('618.37', '9.121E-007')],
    ['a number with a zero before it', REFRESH.replace('618.37', '0618.37')],
    ['numbers that are text', REFRESH.replace('618.37,71.594', '"618.37","71.594"')],
    ['changes', REFRESH.replace('mbp.refresh.20', 'mbp.150')],
    ['a price finer than the book counts', REFRESH.replace('618.37', '618.3700000000001')],
    ['a row of three', REFRESH.replace('71.594', '71.594,1')],
  ])('leaves %s to the general way', (_case, frame) => {
    expect(new LaneCheck(parser).read(frame)).toBe(false);
  });

  it('reads mutants as the general way does', () => {
    expect(checkMutants([REFRESH, STEP], parser)).toBeGreaterThan(20);
  });

  it.runIf(HAS_SHARED_DATA)('reads a recorded session as the general way does', () => {
    const check = new LaneCheck(parser);
    const frames = recordedLines('venues/HTX.jsonl.gz').flatMap((line) => {
      const { b64 } = JSON.parse(line) as { readonly b64?: string };
      const text = b64 === undefined ? '' : gunzipSync(Buffer.from(b64, 'base64')).toString('utf8');
      return text.includes('depth.step0","ts') ? [text] : [];
    });
    expect(frames.length).toBeGreaterThan(100);
    for (const frame of frames) check.read(frame);
    expect(check.taken).toBeGreaterThan(100);
  });
});
