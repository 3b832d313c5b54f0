import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { recordedLines } from '../capture/testing/known-books.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BookLane } from './book-lane.ts';
import { BybitParser } from './parse.ts';

const RECEIVED = 1_785_641_750_000_000;
const GRID = { tickSize: '0.1', lotSize: '0.000001', minQty: '0', minNotional: '0' };
const symbols = new SymbolIndex(
  ['BTCUSDT', 'ETHUSDT'].map((symbol, id) =>
    createInstrument(
      { symbol, base: symbol.slice(0, 3), quote: 'USDT', ...GRID, priceDecimals: 3, qtyDecimals: 8 },
      id,
      'bybit',
    ),
  ),
);

function seen(update: BookUpdate): unknown {
  const { instrumentId, isSnapshot, seq, prevSeq, venueUs, receivedUs, bidCount, askCount } = update;
  const bids = [update.bidPrices.slice(0, bidCount), update.bidQtys.slice(0, bidCount)];
  const asks = [update.askPrices.slice(0, askCount), update.askQtys.slice(0, askCount)];
  return { instrumentId, isSnapshot, seq, prevSeq, venueUs, receivedUs, bids, asks };
}

const lane = new BookLane(symbols);
const parser = new BybitParser(symbols);

/** Whether the lane takes a frame, in both forms; what it takes it reads as the general way does. */
function isTaken(text: string): boolean {
  const update = new BookUpdate();
  const bytes = Buffer.from(text);
  const taken = lane.read(bytes, 0, bytes.length, RECEIVED, update);
  const read = seen(update);
  const escaped = Buffer.from(JSON.stringify(text));
  expect(lane.readEscaped(escaped, 1, escaped.length - 1, RECEIVED, update), text).toBe(taken);
  if (!taken) return false;
  expect(seen(update)).toEqual(read);
  expect(parser.parseText(text, RECEIVED)).toEqual({ kind: 'book' });
  expect(seen(parser.update)).toEqual(read);
  return true;
}

const FRAME =
  '{"topic":"orderbook.50.BTCUSDT","ts":1786310816618,"type":"delta","data":{"s":"BTCUSDT","b":[["65140.4","0.875077"],["65140","0"]],"a":[],"u":62505425,"seq":112488545865},"cts":1786310816585}';

describe('the short way of Bybit’s books', () => {
  it('takes changes and snapshots, and gives each change the number that it follows', () => {
    expect(isTaken(FRAME)).toBe(true);
    expect(parser.update).toMatchObject({
      isSnapshot: false,
      seq: 62_505_425,
      prevSeq: 62_505_424,
      bidCount: 2,
    });
    expect(isTaken(FRAME.replace('"delta"', '"snapshot"'))).toBe(true);
    expect(parser.update).toMatchObject({ isSnapshot: true, prevSeq: -1, venueUs: 1_786_310_816_585_000 });
    expect(isTaken(FRAME.replace('"u":62505425', '"u":1'))).toBe(true);
    expect(parser.update).toMatchObject({ isSnapshot: true, seq: 1, prevSeq: -1 });
  });

  it.each([
    [
      'the order of the futures',
      FRAME.replace('"ts":1786310816618,"type":"delta"', '"type":"delta","ts":1786310816618'),
      'book',
    ],
    ['a price finer than the book counts', FRAME.replace('65140.4', '65140.4321'), 'error'],
    ['a price of zero', FRAME.replace('65140.4', '0'), 'error'],
    [
      'a quantity finer than the book counts, which is cut',
      FRAME.replace('0.875077', '0.8750770001'),
      'book',
    ],
    ['another symbol in its data', FRAME.replace('"s":"BTCUSDT"', '"s":"ETHUSDT"'), 'error'],
    ['an unknown symbol', FRAME.replaceAll('BTCUSDT', 'XRPUSDT'), 'error'],
    ['no update id', FRAME.replace('"u":62505425,', ''), 'error'],
    ['a frame that breaks off', FRAME.slice(0, -30), 'error'],
    ['an answer', '{"success":true,"ret_msg":"","conn_id":"x","req_id":"3","op":"subscribe"}', 'ack'],
    ['a ticker', '{"topic":"tickers.BTCUSDT","ts":1,"type":"snapshot","data":{}}', 'other'],
  ])('leaves %s to the general way', (_case, text, kind) => {
    expect(isTaken(text)).toBe(false);
    expect(parser.parseText(text, RECEIVED).kind).toBe(kind);
  });

  it('reads trades with the side of the taker', () => {
    const row = {
      T: 1_672_304_486_865,
      s: 'BTCUSDT',
      S: 'Sell',
      v: '0.001',
      p: '16578.50',
      i: 'x',
      BT: false,
    };
    const text = JSON.stringify({
      topic: 'publicTrade.BTCUSDT',
      type: 'snapshot',
      ts: 1,
      data: [row, { ...row, S: 'Buy' }],
    });
    const frame = parser.parseText(text, RECEIVED);
    expect(frame.kind === 'trades' && frame.trades.map(({ side, price, qty }) => [side, price, qty])).toEqual(
      [
        ['sell', 16_578_500, 100_000],
        ['buy', 16_578_500, 100_000],
      ],
    );
    expect(parser.parseText(text.replace('"Sell"', '"Hold"'), RECEIVED)).toMatchObject({
      kind: 'error',
      instrumentId: undefined,
    });
  });

  it.runIf(HAS_SHARED_DATA)('takes every book of the spot market in a recorded session', () => {
    const frames = recordedLines('venues/BYBIT.jsonl.gz')
      .filter((line) => /"BYBIT\.ws\.3".*topic..:..orderbook/.test(line))
      .map((line) => (JSON.parse(line) as { readonly data: string }).data);
    expect(frames.length).toBe(550);
    expect(frames.filter((text) => !isTaken(text))).toEqual([]);
  });
});
