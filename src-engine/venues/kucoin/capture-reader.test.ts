import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { checkLines, knownBooks, recordedLines } from '../capture/testing/known-books.ts';

type Rows = readonly (readonly string[])[];

const push = (topic: string, data: object): string => JSON.stringify({ data, topic, type: 'message' });
function change(first: number, last: number, bids: Rows, asks: Rows, symbol = 'AB-USD'): string {
  const data = { sequenceStart: first, symbol, changes: { asks, bids }, sequenceEnd: last };
  return push(`/market/level2:${symbol}`, data);
}
function rest(
  sequence: number | string,
  bids: Rows,
  asks: Rows,
  path = 'v3/market/orderbook/level2',
): string {
  const url = `https://api.kucoin.com/api/${path}?symbol=AB-USD`;
  const data = JSON.stringify({ code: '200000', data: { time: 1, sequence, bids, asks } });
  return JSON.stringify({ t: 'http', conn: 'h', ts: 0, url, data });
}
function ticker(sequence: string, bid: string, ask: string): string {
  const best = { bestBid: bid, bestBidSize: '1', bestAsk: ask, bestAskSize: '3' };
  return push('/market/ticker:AB-USD', { sequence, ...best });
}
const unified = (t: string, O: number, C: number, b: Rows, a: Rows): string =>
  JSON.stringify({ T: 'obu.SPOT', dp: 'increment@10ms', t, P: 1, d: { s: 'AB-USD', O, C, M: 1, a, b } });

const START = rest('20', [['10', '1']], [['11', '3']]);
const check = (...lines: string[]) => checkLines('kucoin', lines);

describe('check-book of KuCoin', () => {
  it('joins changes that came before on to the REST order book: older ones are stale, the rest follows', () => {
    const report = check(
      change(18, 18, [['9', '5', '18']], []),
      change(19, 21, [['9.5', '2', '21']], [['11', '9', '20']]),
      START,
      change(22, 22, [], [['11', '0', '22']]),
      change(23, 24, [['10.00', '1.50', '23']], [['10.5', '1', '24']]),
    );
    expect(report).toMatchObject({ gaps: 0, stale: 1, resyncs: 0, firstFault: null });
    expect(report.books['AB-USD']).toMatchObject({
      state: 'live',
      updates: 4,
      applied: 3,
      top5: {
        bids: [
          ['10', '1.5'],
          ['9.5', '2'],
        ],
        asks: [['10.5', '1']],
      },
    });
  });

  it('takes of the first message only what is newer than the order book', () => {
    // KuCoin's own example, with its start and end in their order.
    const book = rest(
      '16',
      [['3988.51', '56']],
      [
        ['3988.59', '3'],
        ['3988.61', '32'],
        ['3988.62', '9'],
      ],
    );
    const asks = [
      ['3988.59', '3', '16'],
      ['3988.61', '0', '19'],
      ['3988.62', '8', '15'],
    ];
    const report = check(change(15, 19, [], asks), book);
    expect(report.books['AB-USD']?.top5.asks).toEqual([
      ['3988.59', '3'],
      ['3988.62', '9'],
    ]);
  });

  it.each(['0', '0.0', '0.00000000'])('a row with price %s only advances the sequence', (price) => {
    const report = check(
      START,
      change(21, 21, [], [[price, '0', '21']]),
      change(22, 22, [], [[price, '7', '22']]),
    );
    expect(report).toMatchObject({ gaps: 0, firstFault: null });
    expect(report.books['AB-USD']).toMatchObject({ applied: 2, ask: ['11', '3'], levels: [1, 1] });
  });

  it.each([
    ['a missing change', [START, change(22, 22, [], [])], 'gap', '22 to 22 came after 20'],
    [
      'a price that crosses the book',
      [START, change(21, 21, [['11', '1', '21']], [])],
      'mismatch',
      'not below',
    ],
    [
      'a quantity that is no number',
      [START, change(21, 21, [['9', '-1', '21']], [])],
      'unreadable',
      'not a price',
    ],
    ['numbers in the wrong order', [START, change(25, 21, [], [])], 'unreadable', 'sequenceStart'],
    [
      'best prices that differ at the same number',
      [START, change(21, 21, [['10', '7', '21']], []), ticker('21', '10', '11')],
      'mismatch',
      'number 21',
    ],
  ])('%s loses the book at its frame, until the next order book', (_name, lines, kind, detail) => {
    const report = check(...lines);
    expect(report).toMatchObject({ resyncs: 1, firstFault: { line: lines.length, symbol: 'AB-USD', kind } });
    expect(report.firstFault?.detail).toContain(detail);
    expect(report.books['AB-USD']?.state).toBe('waiting');
    const again = check(
      ...lines,
      rest('30', [['10', '4']], [['12', '1']]),
      change(31, 31, [['10', '5', '31']], []),
    );
    expect(again.books['AB-USD']).toMatchObject({ state: 'live', bid: ['10', '5'] });
  });

  it('a change that comes twice is named, and the book goes on: it changes nothing', () => {
    const one = change(21, 21, [['10', '2', '21']], []);
    const report = check(START, one, one, change(22, 22, [['10', '3', '22']], []));
    expect(report).toMatchObject({ gaps: 0, stale: 1, resyncs: 0, firstFault: { kind: 'repeat', line: 3 } });
    expect(report.books['AB-USD']).toMatchObject({ state: 'live', bid: ['10', '3'] });
  });

  it('compares best prices with the book as it was at their very number, whenever they come', () => {
    const [next, later] = [
      change(21, 21, [['10.5', '1', '21']], []),
      change(22, 22, [['10.5', '0', '22']], []),
    ];
    const report = check(
      START,
      ticker('21', '10.5', '11'),
      next,
      later,
      ticker('22', '10', '11'),
      ticker('19', '1', '2'),
    );
    expect(report).toMatchObject({ matched: 2, mismatched: 0, firstFault: null });
    const late = check(START, next, later, ticker('21', '10.4', '11'));
    expect(late).toMatchObject({ matched: 0, mismatched: 1, firstFault: { kind: 'mismatch', line: 4 } });
  });

  it('follows the unified socket, whose snapshots come in the stream, and the part of a book that REST gives without a key', () => {
    const report = check(
      unified('snapshot', 5, 5, [['10', '1']], [['11', '1']]),
      unified(
        'delta',
        6,
        9,
        [
          ['10', '0'],
          ['9', '2'],
        ],
        [],
      ),
    );
    expect(report).toMatchObject({ gaps: 0, firstFault: null, books: { 'AB-USD': { bid: ['9', '2'] } } });
    const gap = check(
      unified('snapshot', 5, 5, [['10', '1']], [['11', '1']]),
      unified('delta', 7, 9, [], []),
    );
    expect(gap.firstFault).toMatchObject({ kind: 'gap', line: 2 });
    const part = check(rest('20', [['10', '1']], [], 'v1/market/orderbook/level2_100'));
    expect(part.books['AB-USD']).toMatchObject({ state: 'live', bid: ['10', '1'] });
  });
});

describe.runIf(HAS_SHARED_DATA)('a recorded session of KuCoin', () => {
  const lines = HAS_SHARED_DATA ? recordedLines('venues/KUCOIN.jsonl.gz') : [];

  it('ends with the known books, which agree with every best price of the same number', () => {
    const report = checkLines('kucoin', lines);
    expect(report).toMatchObject({ frames: 3_439, gaps: 0, stale: 32, resyncs: 0, firstFault: null });
    const books = Object.entries(report.books).map(([symbol, book]) => [symbol, { ...book, matched: 0 }]);
    expect(Object.fromEntries(books)).toEqual(knownBooks('KUCOIN'));
    expect([report.matched, report.mismatched]).toEqual([482, 0]);
  });

  it('a change that is removed, doubled or altered is found', () => {
    const at = lines.findIndex((line, index) => index > 1_000 && /level2:BCHSV-USDT/.test(line));
    const next = lines.findIndex((line, index) => index > at && /level2:BCHSV-USDT/.test(line));
    expect(checkLines('kucoin', lines.toSpliced(at, 1)).firstFault).toMatchObject({
      kind: 'gap',
      line: next,
    });
    const twice = checkLines('kucoin', lines.toSpliced(at, 0, lines[at] ?? ''));
    expect(twice.firstFault).toMatchObject({ kind: 'repeat', line: at + 2 });
    expect(twice.books['BCHSV-USDT']).toMatchObject({ state: 'live' });
    const altered = (lines[at] ?? '')
      .replace('\\"bids\\":[', '\\"bids\\":[[\\"1000\\",\\"1\\",\\"1\\"],')
      .replace(',]', ']');
    expect(checkLines('kucoin', lines.with(at, altered)).firstFault).toMatchObject({
      kind: 'mismatch',
      line: at + 1,
    });
  });
});
