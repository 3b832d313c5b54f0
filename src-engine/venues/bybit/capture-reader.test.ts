import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { checkLines, knownBooks, recordedLines } from '../capture/testing/known-books.ts';

type Rows = readonly (readonly [string, string])[];
type Part = { readonly type?: string; readonly depth?: number; readonly s?: string };

const BIDS: Rows = [
  ['10.0', '1'],
  ['9.9', '2'],
];
const ASKS: Rows = [['10.1', '3']];

function frame(u: number, b: Rows, a: Rows, { type = 'delta', depth = 50, s = 'ABUSD' }: Part = {}): string {
  return JSON.stringify({
    topic: `orderbook.${depth}.${s}`,
    ts: 1,
    type,
    data: { s, b, a, u, seq: 7 },
    cts: 1,
  });
}

const wire = (conn: string, data: string): string => JSON.stringify({ t: 'recv', conn, ts: 1, data });
const opened = (conn: string, market: string): string =>
  JSON.stringify({ t: 'connect', conn, ts: 1, addr: `wss://stream.bybit.com/v5/public/${market}` });
const START = frame(5, BIDS, ASKS, { type: 'snapshot' });
const check = (...lines: string[]) => checkLines('bybit', lines);

describe('check-book of Bybit', () => {
  it('replaces a book by a snapshot, changes and removes its levels after it', () => {
    const report = check(START, frame(6, [['10.0', '0']], [['10.05', '4.50']]), frame(7, [['9.8', '1']], []));
    expect(report).toMatchObject({ venue: 'bybit', frames: 3, gaps: 0, resyncs: 0, firstFault: null });
    expect(report.books['ABUSD']).toMatchObject({
      state: 'live',
      snapshots: 1,
      applied: 2,
      bid: ['9.9', '2'],
      ask: ['10.05', '4.5'],
      levels: [2, 2],
    });
  });

  it.each([
    ['a missing change', [START, frame(7, [], [['10.1', '0']])], 'gap', '7 to 7 came after 5'],
    ['a change that comes twice', [START, frame(6, [], []), frame(6, [], [])], 'gap', '6 to 6 came after 6'],
    [
      'a price that crosses the book',
      [START, frame(6, [['10.1', '1']], [])],
      'mismatch',
      'not below the best ask',
    ],
    [
      'a removal of a level that the book does not have',
      [START, frame(6, [['9.7', '0']], [])],
      'mismatch',
      '9.7',
    ],
    ['a quantity that is no number', [START, frame(6, [['10.0', 'x']], [])], 'unreadable', '"x" is not'],
    ['the data of another book', [START, START.replace('"s":"ABUSD"', '"s":"CDUSD"')], 'unreadable', 'ABUSD'],
    ['no update id', [START, START.replace('"u":5', '"u":"5"')], 'unreadable', 'update id u'],
  ])('%s loses the book at its frame, until the next snapshot', (_name, lines, kind, detail) => {
    const report = check(...lines);
    expect(report).toMatchObject({ resyncs: 1, firstFault: { line: lines.length, symbol: 'ABUSD', kind } });
    expect(report.firstFault?.detail).toContain(detail);
    expect(report.books['ABUSD']?.state).toBe('waiting');
    const again = check(
      ...lines,
      frame(90, BIDS, ASKS, { type: 'snapshot' }),
      frame(91, [['10.0', '7']], []),
    );
    expect(again.books['ABUSD']).toMatchObject({ state: 'live', bid: ['10', '7'] });
  });

  it('loses a book with more levels than the venue keeps of it: a price was altered', () => {
    const touch = frame(5, [['10', '1']], [['10.1', '1']], { type: 'snapshot', depth: 1 });
    const report = check(touch, frame(6, [['9', '1']], [], { depth: 1 }));
    expect(report.firstFault).toMatchObject({ kind: 'mismatch', line: 2 });
    expect(report.firstFault?.detail).toMatch(/2 levels, more than the 1 that/);
  });

  it('takes the number 1 for a restart of the service that overwrites the book, whatever the type says', () => {
    for (const type of ['snapshot', 'delta']) {
      const restart = frame(1, [['7', '1']], [['8', '1']], { type });
      const report = check(START, frame(6, [], []), restart, frame(2, [], [['8', '2']]));
      expect(report).toMatchObject({ gaps: 0, firstFault: null });
      expect(report.books['ABUSD']).toMatchObject({
        state: 'live',
        bid: ['7', '1'],
        ask: ['8', '2'],
        levels: [1, 1],
      });
    }
  });

  it('takes a snapshot that is repeated with the same number: the best level comes again every 3 s', () => {
    const touch = frame(5, [['10', '1']], [['10.1', '1']], { type: 'snapshot', depth: 1 });
    expect(check(touch, touch)).toMatchObject({ firstFault: null, books: { ABUSD: { snapshots: 2 } } });
  });

  it('keeps apart what has the same symbol: the markets by the address of their connection, and two depths', () => {
    const report = check(
      opened('ws.1', 'spot'),
      opened('ws.2', 'linear'),
      wire('ws.1', START),
      wire('ws.2', frame(90, [['20', '1']], [['21', '1']], { type: 'snapshot' })),
      wire('ws.1', frame(300, [['10.0', '1']], [['10.1', '1']], { type: 'snapshot', depth: 1 })),
      wire('ws.1', frame(6, [['10.0', '8']], [])),
      wire('ws.2', frame(91, [['20', '9']], [])),
    );
    expect(report).toMatchObject({ gaps: 0, firstFault: null });
    expect(Object.entries(report.books).map(([symbol, { bid }]) => [symbol, bid])).toEqual([
      ['linear:ABUSD', ['20', '9']],
      ['spot:ABUSD', ['10', '8']],
      ['spot:ABUSD@1', ['10', '1']],
    ]);
  });

  it('leaves alone what is no book: answers, trades, REST', () => {
    const report = check(
      '{"success":true,"ret_msg":"pong","conn_id":"x","op":"ping"}',
      '{"topic":"publicTrade.ABUSD","type":"snapshot","ts":1,"data":[]}',
      JSON.stringify({
        t: 'http',
        conn: 'h',
        ts: 1,
        url: 'https://api.bybit.com/v5/market/time',
        data: '{}',
      }),
    );
    expect(report).toMatchObject({ frames: 2, books: {}, firstFault: null });
    expect(check('[1]')).toMatchObject({ firstFault: null, unreadable: { count: 1, lines: [{ line: 1 }] } });
  });
});

describe.runIf(HAS_SHARED_DATA)('a recorded session of Bybit', () => {
  const lines = HAS_SHARED_DATA ? recordedLines('venues/BYBIT.jsonl.gz') : [];

  it('ends with the known books of both markets, to the last level', () => {
    const report = checkLines('bybit', lines);
    expect(report).toMatchObject({ frames: 3_227, gaps: 0, stale: 0, resyncs: 0, firstFault: null });
    expect(report.books).toEqual(knownBooks('BYBIT'));
  });

  it('a change that is removed, doubled, or altered beyond the other side is found at its place', () => {
    const spot = lines.flatMap((line, at) => (/ws\.3.*orderbook.*delta/.test(line) ? [at] : []));
    const at = spot[40] ?? 0;
    const next = spot.find(
      (one) => one > at && lines[one]?.includes('BTCUSDT') === lines[at]?.includes('BTCUSDT'),
    );
    const line = lines[at] ?? '';
    // Line numbers count from 1; those behind a removed line moved up by one.
    expect(checkLines('bybit', lines.toSpliced(at, 1)).firstFault).toMatchObject({ kind: 'gap', line: next });
    expect(checkLines('bybit', lines.toSpliced(at, 0, line)).firstFault).toMatchObject({
      kind: 'gap',
      line: at + 2,
    });
    // Another price of a level: the venue would have removed one for it, or the removal is of a level that is not there.
    const moved = line.replace(/\[\\"(\d+)/, '[\\"1$1');
    expect(checkLines('bybit', lines.with(at, moved)).firstFault).toMatchObject({
      kind: 'mismatch',
      line: at + 1,
    });
    const altered = line.replace('\\"b\\":[', '\\"b\\":[[\\"99999999\\",\\"1\\"],').replace(',]', ']');
    expect(checkLines('bybit', lines.with(at, altered)).firstFault).toMatchObject({
      kind: 'mismatch',
      line: at + 1,
    });
  });
});
