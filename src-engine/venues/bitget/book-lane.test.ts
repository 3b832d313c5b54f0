import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { recordedLines } from '../capture/testing/known-books.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BitgetParser } from './parse.ts';

const GRID = { tickSize: '0.01', lotSize: '0.0001', minQty: '0', minNotional: '0' };
const symbols = new SymbolIndex(
  ['BTCUSDT', 'ETHUSDT', 'CULTUSDT', 'HOTUSDT', 'AVAXUSDT'].map((symbol, id) =>
    createInstrument(
      { symbol, base: symbol.slice(0, -4), quote: 'USDT', ...GRID, priceDecimals: 10, qtyDecimals: 4 },
      id,
      'bitget',
    ),
  ),
);
const parser = (): BitgetParser => new BitgetParser(symbols);
const ARG = '{"instType":"spot","symbol":"BTCUSDT","topic":"books"}';
const SNAPSHOT = `{"action":"snapshot","arg":${ARG},"data":[{"a":[["27000.5","8.760"],["27001","0.4"]],"b":[["27000.0","2.7101"]],"checksum":-12,"pseq":0,"seq":1304314508780707840,"ts":"1695716059516"}],"ts":1695716059520}`;
const CHANGE = `{"action":"update","arg":${ARG},"data":[{"a":[["27000.5","0"]],"b":[],"checksum":0,"pseq":1304314508780707840,"seq":1304314508780707843,"ts":"1695716059616"}],"ts":1695716059620}`;
const SHORT = `{"action":"update","arg":{"instType":"spot","topic":"books","symbol":"ETHUSDT"},"data":[{"b":[["1",".1"]],"a":[]}]}`;

describe('the short way of Bitget’s books', () => {
  it('takes snapshots and changes, with numbers above 2^53 by their last digits', () => {
    const check = new LaneCheck(parser);
    expect([SNAPSHOT, CHANGE].map((frame) => check.read(frame))).toEqual([true, true]);
    const own = parser();
    own.parse(Buffer.from(CHANGE), 7);
    expect(own.update).toMatchObject({
      isSnapshot: false,
      seq: 314_508_780_707_843,
      prevSeq: 314_508_780_707_840,
      askCount: 1,
      bidCount: 0,
    });
  });

  it.each([
    ['another market', SNAPSHOT.replace('"spot"', '"usdt-futures"')],
    ['a price finer than the book counts', CHANGE.replace('27000.5', '27000.12345678901')],
    ['a field that stands twice', CHANGE.replace('"seq"', '"pseq"')],
    ['no number', CHANGE.replace(/"seq":\d+,/, '')],
    ['a number with a zero before it', CHANGE.replace('"seq":', '"seq":0')],
    ['a book without numbers', SHORT],
  ])('leaves %s to the general way', (_case, frame) => {
    expect(new LaneCheck(parser).read(frame)).toBe(false);
  });

  it('reads mutants as the general way does', () => {
    expect(checkMutants([SNAPSHOT, CHANGE, SHORT], parser)).toBeGreaterThan(20);
  });

  it.runIf(HAS_SHARED_DATA)('reads a recorded session as the general way does', () => {
    const check = new LaneCheck(parser);
    const frames = recordedLines('venues/BITGET.jsonl.gz').flatMap((line) => {
      const { t, data } = JSON.parse(line) as { readonly t: string; readonly data?: string };
      return t === 'recv' && data !== undefined && data.includes('"books"') ? [data] : [];
    });
    expect(frames.length).toBeGreaterThan(100);
    for (const frame of frames) check.read(frame);
  });
});
