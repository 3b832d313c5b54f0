import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { recordedLines } from '../capture/testing/known-books.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { CryptoComParser } from './parse.ts';

const GRID = {
  tickSize: '0.01',
  lotSize: '0.0001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 8,
  qtyDecimals: 6,
};
const symbols = new SymbolIndex(
  ['BTC_USDT', 'ETH_USDT', 'MATIC_USDT', 'HOT_USDT', 'FLOW_CRO'].map((symbol, id) =>
    createInstrument({ symbol, base: 'BTC', quote: 'USDT', ...GRID }, id, 'cryptocom'),
  ),
);
const parser = (): CryptoComParser => new CryptoComParser(symbols);
const RESULT = '"result":{"instrument_name":"BTC_USDT","subscription":"book.BTC_USDT.50",';
const WHOLE = `{"id":-1,"method":"subscribe","code":0,${RESULT}"channel":"book","depth":50,"data":[{"bids":[["60000.0","1.5","3"],["59999","2","1"]],"asks":[["60001","0.25","12"]],"t":1700000000000,"tt":1699999999990,"u":742955585250497280,"cs":-55}]}}`;
const CHANGE = `{"id":-1,"method":"subscribe","code":0,${RESULT}"channel":"book.update","depth":50,"data":[{"update":{"bids":[],"asks":[["60001","0","0"]]},"t":1700000000010,"tt":1700000000009,"u":742955585250497289,"pu":742955585250497280,"cs":0}]}}`;

describe('the short way of Crypto.com’s books', () => {
  it('takes whole books and changes, with numbers above 2^53 by their last digits', () => {
    const check = new LaneCheck(parser);
    expect([WHOLE, CHANGE].map((frame) => check.read(frame))).toEqual([true, true]);
    const own = parser();
    own.parse(Buffer.from(CHANGE), 7);
    expect(own.update).toMatchObject({
      isSnapshot: false,
      seq: 955_585_250_497_289,
      prevSeq: 955_585_250_497_280,
      askCount: 1,
      bidCount: 0,
    });
  });

  it.each([
    ['numbers that are not text', WHOLE.replace('["60000.0","1.5","3"]', '[60000.0,1.5,3]')],
    ['two books in one', WHOLE.replace('}]}}', '},{}]}}')],
    ['a change of one side', CHANGE.replace('"bids":[],', '')],
    ['a change without the number before it', CHANGE.replace(/,"pu":\d+/, '')],
    ['a side that stands twice', WHOLE.replace('"asks"', '"bids"')],
    ['a question', '{"id":1587523073344,"method":"public/heartbeat","code":0}'],
  ])('leaves %s to the general way', (_case, frame) => {
    expect(new LaneCheck(parser).read(frame)).toBe(false);
  });

  it('reads mutants as the general way does', () => {
    expect(checkMutants([WHOLE, CHANGE], parser)).toBeGreaterThan(20);
  });

  it.runIf(HAS_SHARED_DATA)('reads a recorded session as the general way does', () => {
    const check = new LaneCheck(parser);
    const frames = recordedLines('venues/CRYPTO.COM.jsonl.gz').flatMap((line) => {
      const { t, data } = JSON.parse(line) as { readonly t: string; readonly data?: string };
      return t === 'recv' && data !== undefined && /"channel":"book/.test(data) ? [data] : [];
    });
    expect(frames.length).toBeGreaterThan(100);
    for (const frame of frames) check.read(frame);
  });
});
