import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { ChangeLane } from './change-lane.ts';
import { KucoinParser, snapshotFrame } from './parse.ts';

const RECEIVED = 1_785_641_750_000_000;
const symbols = new SymbolIndex([
  createInstrument(
    {
      symbol: 'BTC-USDT',
      base: 'BTC',
      quote: 'USDT',
      tickSize: '0.1',
      lotSize: '0.00001',
      minQty: '0',
      minNotional: '0',
      priceDecimals: 2,
      qtyDecimals: 8,
    },
    0,
    'kucoin',
  ),
]);
const lane = new ChangeLane(symbols);
const parser = new KucoinParser(symbols);

function seen(update: BookUpdate, first: number): unknown {
  const { isSnapshot, seq, venueUs, bidCount, askCount } = update;
  const bids = [update.bidPrices.slice(0, bidCount), update.bidQtys.slice(0, bidCount)];
  const asks = [update.askPrices.slice(0, askCount), update.askQtys.slice(0, askCount)];
  return { isSnapshot, first, seq, venueUs, bids, asks };
}

/** Whether the lane takes a frame, in both forms; what it takes it reads as the general way does. */
function isTaken(text: string): boolean {
  const update = new BookUpdate();
  const bytes = Buffer.from(text);
  const taken = lane.read(bytes, 0, bytes.length, RECEIVED, update);
  const escaped = Buffer.from(JSON.stringify(text));
  expect(lane.readEscaped(escaped, 1, escaped.length - 1, RECEIVED, update), text).toBe(taken);
  if (!taken) return false;
  expect(parser.parseText(text, RECEIVED)).toEqual({ kind: 'book' });
  expect(seen(parser.update, parser.firstSeq)).toEqual(seen(update, lane.firstSeq[0] as number));
  return true;
}

const DATA =
  '"subject":"trade.l2update","data":{"changes":{"asks":[["18906","0.00331","14103845"],["0","0","14103844"]],"bids":[["18891.9","0.15688","14103847"]]},"sequenceEnd":14103847,"sequenceStart":14103844,"symbol":"BTC-USDT","time":1663747970273}}';
const FRAME = `{"topic":"/market/level2:BTC-USDT","type":"message",${DATA}`;

describe('changes of KuCoin', () => {
  it('are read the short way in both orders of their keys, without rows that only advance the sequence', () => {
    for (const text of [FRAME, `{"type":"message","topic":"/market/level2:BTC-USDT",${DATA}`]) {
      expect(isTaken(text)).toBe(true);
      expect(seen(parser.update, parser.firstSeq)).toEqual({
        isSnapshot: false,
        first: 14_103_844,
        seq: 14_103_847,
        venueUs: 1_663_747_970_273_000,
        bids: [Float64Array.of(1_889_190), Float64Array.of(15_688_000)],
        asks: [Float64Array.of(1_890_600), Float64Array.of(331_000)],
      });
    }
  });

  it.each([
    [
      'the order of 2021, without a time',
      '{"data":{"sequenceStart":5,"symbol":"BTC-USDT","changes":{"asks":[["0","0","5"]],"bids":[]},"sequenceEnd":5},"subject":"trade.l2update","topic":"/market/level2:BTC-USDT","type":"message"}',
      'book',
    ],
    ['a price finer than the book counts', FRAME.replace('18891.9', '18891.905'), 'error'],
    ['numbers in the wrong order', FRAME.replace('14103844,"symbol"', '14103848,"symbol"'), 'error'],
    ['another symbol in its data', FRAME.replace('"symbol":"BTC-USDT"', '"symbol":"ETH-USDT"'), 'error'],
    ['no changes', FRAME.replace('"changes":', '"change":'), 'error'],
    ['a number as text', FRAME.replace('"sequenceEnd":14103847', '"sequenceEnd":"14103847"'), 'book'],
    ['an unknown symbol', FRAME.replaceAll('BTC-USDT', 'XRP-USDT'), 'error'],
    ['a pong', '{"id":"0","type":"pong"}', 'other'],
    ['a ticker', '{"topic":"/market/ticker:BTC-USDT","type":"message","data":{}}', 'other'],
  ])('in another layout are left to the general way: %s', (_case, text, kind) => {
    expect(isTaken(text)).toBe(false);
    expect(parser.parseText(text, RECEIVED).kind).toBe(kind);
  });

  it('answers that accept a request and answers that refuse one are read as such', () => {
    expect(parser.parseText('{"id":"12","type":"ack"}', RECEIVED)).toMatchObject({
      kind: 'ack',
      id: 12,
      error: '',
    });
    const refusal = '{"code":404,"data":"topic is not found","id":"12","type":"error"}';
    expect(parser.parseText(refusal, RECEIVED)).toMatchObject({
      id: 12,
      error: '404 topic is not found',
      isFinal: true,
    });
  });

  it('an order book is read as REST gives it, under the symbol that a recording keeps it by', () => {
    const body =
      '{"code":"200000","data":{"time":1550653727731,"sequence":"3262786978","bids":[["6500.12","0.4505"]],"asks":[]}}';
    expect(parser.parseText(snapshotFrame('BTC-USDT', body), RECEIVED)).toEqual({ kind: 'rest-book' });
    expect(parser.update).toMatchObject({ isSnapshot: true, seq: 3_262_786_978, bidCount: 1, askCount: 0 });
    const odd = snapshotFrame('BTC-USDT', body.replace('"3262786978"', '"x"'));
    expect(parser.parseText(odd, RECEIVED)).toMatchObject({ kind: 'error', instrumentId: 0 });
  });

  it('a trade has its time in nanoseconds as text, more digits than a double holds', () => {
    const data = {
      sequence: '1',
      type: 'match',
      symbol: 'BTC-USDT',
      side: 'sell',
      price: '8.20000000000',
      size: '0.01022222000',
    };
    const text = (more: object): string =>
      JSON.stringify({ topic: '/market/match:BTC-USDT', type: 'message', data: { ...data, ...more } });
    expect(parser.parseText(text({ time: '1545913818099033203' }), RECEIVED)).toMatchObject({
      kind: 'trades',
      trades: [{ side: 'sell', price: 820, qty: 1_022_222, venueUs: 1_545_913_818_099_033 }],
    });
    expect(parser.parseText(text({ side: 'both' }), RECEIVED)).toMatchObject({
      kind: 'error',
      instrumentId: undefined,
    });
  });
});
