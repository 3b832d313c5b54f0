import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { recordedLines } from '../capture/testing/known-books.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { GeminiParser } from './parse.ts';

const GRID = {
  tickSize: '0.01',
  lotSize: '0.0001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 2,
  qtyDecimals: 8,
};
const symbols = new SymbolIndex(
  ['btcusd', 'ethusd'].map((symbol, id) =>
    createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'gemini'),
  ),
);
const parser = (): GeminiParser => new GeminiParser(symbols);
const WHOLE =
  '{"e":"depthUpdate","E":1764550512767893123,"s":"btcusd","U":1764550512767893,"u":1764550512767893,"b":[["60000.0","1.5"],["59999","0.00000001"]],"a":[["60001.25","2"]]}';
const CHANGE =
  '{"e":"depthUpdate","E":1764550512867893999,"s":"btcusd","U":1764550512767893,"u":1764550512767901,"b":[],"a":[["60001.25","0.00000000"]]}';
const BEHIND =
  '{"e":"depthUpdate","E":1764550512967893001,"s":"btcusd","U":1764550512767902,"u":1764550512767902,"b":[["59999","0"]],"a":[]}';
const BEGINS = '{"begins":["btcusd","xrpusd"]}';

describe('the short way of Gemini’s books', () => {
  it('takes first books and changes, each by the numbers of the one before', () => {
    const check = new LaneCheck(parser);
    expect([BEGINS, WHOLE, CHANGE, BEHIND].map((frame) => check.read(frame))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    const own = parser();
    own.parse(Buffer.from(WHOLE), 7);
    expect(own.update).toMatchObject({ isSnapshot: true, bidCount: 2, venueUs: 1_764_550_512_767_893 });
    own.parse(Buffer.from(CHANGE), 7);
    expect(own.update).toMatchObject({
      isSnapshot: false,
      seq: 1_764_550_512_767_901,
      prevSeq: 1_764_550_512_767_893,
    });
  });

  it('counts a frame that cannot be read as a message, in both ways', () => {
    const check = new LaneCheck(parser);
    for (const frame of [WHOLE, CHANGE.replace('60001.25', 'much'), BEHIND, WHOLE, BEGINS, WHOLE, BEHIND])
      check.read(frame);
    expect(check.taken).toBe(5);
  });

  it.each([
    ['a time in milliseconds', CHANGE.replace('1764550512867893999', '1764550512867')],
    ['a time that is text', CHANGE.replace('1764550512867893999', '"1764550512867893999"')],
    ['a symbol behind its levels', CHANGE.replace('"s":"btcusd",', '').replace(']]}', ']],"s":"btcusd"}')],
    ['a side that is missing', CHANGE.replace('"b":[],', '')],
    ['another kind', CHANGE.replace('depthUpdate', 'bookTicker')],
  ])('leaves %s to the general way', (_case, frame) => {
    const check = new LaneCheck(parser);
    check.read(WHOLE);
    expect(check.read(frame)).toBe(false);
    expect(check.read(BEHIND)).toBe(true);
  });

  it('reads mutants as the general way does', () => {
    expect(checkMutants([WHOLE, CHANGE, BEHIND, BEGINS], parser)).toBeGreaterThan(20);
  });

  it.runIf(HAS_SHARED_DATA)('reads a recorded session as the general way does', () => {
    const check = new LaneCheck(parser);
    const frames = recordedLines('venues/GEMINI.jsonl.gz').flatMap((line) => {
      const { t, data } = JSON.parse(line) as { readonly t: string; readonly data?: string };
      return t === 'recv' && data !== undefined && /l2_updates|depthUpdate/.test(data) ? [data] : [];
    });
    expect(frames.length).toBeGreaterThan(100);
    for (const frame of frames) check.read(frame);
  });
});
