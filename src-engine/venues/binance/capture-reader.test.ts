import { describe, expect, it } from 'vitest';
import { BookCheck } from '../capture/book-check.ts';
import type { CheckReport } from '../capture/check-report.ts';
import { BinanceCaptureReader } from './capture-reader.ts';

function check(lines: readonly string[]): CheckReport {
  const bookCheck = new BookCheck(new BinanceCaptureReader('binance'));
  for (const [index, line] of lines.entries()) bookCheck.read(line, index + 1);
  return bookCheck.finish();
}

type Levels = readonly (readonly [string, string])[];

const wrapped = (stream: string, data: object): string => JSON.stringify({ stream, data });
const frame = (ts: number, data: string): string => JSON.stringify({ t: 'recv', conn: 'ws.1', ts, data });

/** A change of AAABBB's book that covers update ids `U` to `u`. */
function diff(ts: number, U: number, u: number, b: Levels, a: Levels = []): string {
  return frame(ts, wrapped('aaabbb@depth@100ms', { e: 'depthUpdate', E: ts, s: 'AAABBB', U, u, b, a }));
}

function touch(
  ts: number,
  u: number,
  bid: readonly [string, string],
  ask: readonly [string, string],
): string {
  const data = { u, s: 'AAABBB', b: bid[0], B: bid[1], a: ask[0], A: ask[1] };
  return frame(ts, wrapped('aaabbb@bookTicker', data));
}

function snapshot(ts: number, lastUpdateId: number, bids: Levels, asks: Levels): string {
  const url = 'https://api.binance.com/api/v3/depth?symbol=AAABBB&limit=1000';
  return JSON.stringify({
    t: 'http',
    conn: 'http.0',
    ts,
    url,
    data: JSON.stringify({ lastUpdateId, bids, asks }),
  });
}

const BIDS: Levels = [
  ['10.00', '1.000'],
  ['9.50', '2.000'],
];
const ASKS: Levels = [['10.50', '3.000']];
/** The recorder wrote its REST answers before the frames; in time the snapshot came after the first two changes. */
const CAPTURE = [
  snapshot(2.5, 101, BIDS, ASKS),
  JSON.stringify({ t: 'connect', conn: 'ws.1', ts: 1, addr: 'wss://stream.binance.com:9443/stream' }),
  frame(1, '{"result":null,"id":1}'),
  diff(1, 98, 100, [['9.00', '5.000']]),
  diff(2, 101, 101, [['8.00', '5.000']]),
  diff(3, 102, 104, [['10.00', '0.000']], [['10.40', '1.500']]),
  touch(3.5, 104, ['9.50', '2.000'], ['10.40', '1.500']),
  touch(3.6, 106, ['9.60', '7.000'], ['10.40', '1.500']),
  diff(4, 105, 106, [
    ['9.60', '7.000'],
    ['1.00', '0.000'],
  ]),
];

describe('BinanceCaptureReader', () => {
  it('loses a book whose best bid is not below its best ask', () => {
    const report = check([
      snapshot(1, 10, [['9', '1']], [['11', '1']]),
      diff(2, 11, 11, [['10', '1']]),
      diff(3, 12, 12, [['1E5', '1']]),
      diff(4, 13, 13, [['8', '1']]),
    ]);
    expect(report.firstFault).toMatchObject({ line: 3, kind: 'mismatch' });
    expect(report.books['AAABBB']).toMatchObject({ state: 'waiting', applied: 2 });
  });

  it('joins changes on to the snapshot that came beside the stream, and compares the best prices by id', () => {
    expect(check(CAPTURE)).toMatchObject({
      venue: 'binance',
      frames: 7,
      gaps: 0,
      stale: 2,
      matched: 1,
      mismatched: 0,
      resyncs: 0,
      firstFault: null,
      books: {
        AAABBB: {
          state: 'live',
          snapshots: 1,
          updates: 4,
          applied: 2,
          bid: ['9.6', '7'],
          ask: ['10.4', '1.5'],
          levels: [2, 2],
          top5: {
            bids: [
              ['9.6', '7'],
              ['9.5', '2'],
            ],
            asks: [
              ['10.4', '1.5'],
              ['10.5', '3'],
            ],
          },
        },
      },
    });
  });

  it.each([
    ['the first change begins right behind the snapshot', 102, 103, 'live'],
    ['the first change covers the snapshot’s own id', 100, 103, 'live'],
    ['the first change begins one id too late', 103, 103, 'waiting'],
  ])('takes the bracket by the id after the snapshot: %s', (_case, U, u, state) => {
    const report = check([snapshot(1, 101, BIDS, ASKS), diff(2, U, u, [['9.75', '4']])]);
    expect(report.books['AAABBB']).toMatchObject({ state, gaps: state === 'live' ? 0 : 1 });
  });

  it('leaves a snapshot that is older than the first change, and takes the one after it', () => {
    const late = [diff(1, 200, 201, [['9.75', '4']]), snapshot(2, 150, BIDS, ASKS)];
    expect(check(late).books['AAABBB']).toMatchObject({ snapshots: 0, isPartial: true });
    const asked = check([...late, snapshot(3, 200, BIDS, ASKS)]);
    expect(asked.books['AAABBB']).toMatchObject({
      state: 'live',
      snapshots: 1,
      applied: 1,
      bid: ['10', '1'],
    });
  });

  it('finds a missing change at the next one, stops the book there, and resyncs with the next snapshot', () => {
    const cut = CAPTURE.filter((_, index) => index !== 5);
    const report = check(cut);
    expect(report).toMatchObject({
      gaps: 1,
      resyncs: 1,
      firstFault: { line: 8, symbol: 'AAABBB', kind: 'gap', detail: '105 to 106 came after 101' },
    });
    expect(report.books['AAABBB']).toMatchObject({ state: 'waiting', bid: ['10', '1'] });
    const again = check([
      ...cut,
      snapshot(5, 105, [['9.00', '1']], ASKS),
      diff(6, 107, 107, [['9.10', '1']]),
    ]);
    expect(again).toMatchObject({ gaps: 1, resyncs: 1 });
    expect(again.books['AAABBB']).toMatchObject({
      state: 'live',
      snapshots: 2,
      bid: ['9.6', '7'],
      levels: [3, 1],
    });
  });

  it('finds a missing change among those that wait for a snapshot, once', () => {
    const report = check([
      diff(1, 1, 2, BIDS),
      diff(2, 4, 5, BIDS),
      diff(3, 6, 6, BIDS),
      snapshot(4, 4, BIDS, ASKS),
    ]);
    expect(report).toMatchObject({ gaps: 1, firstFault: { line: 2 } });
    expect(report.books['AAABBB']).toMatchObject({ state: 'live', stale: 1, applied: 2 });
  });

  it('reads raw sockets, nanosecond columns and a snapshot in the stream of the only symbol', () => {
    const raw = (data: object): string => `1723161253937085768 ${JSON.stringify(data)}`;
    const change = { e: 'depthUpdate', E: 1, s: 'AAABBB', U: 102, u: 102, b: [['9.75', '4']], a: [] };
    const rest = raw({ lastUpdateId: 101, bids: BIDS, asks: ASKS });
    for (const lines of [
      [rest, raw(change)],
      [raw(change), rest],
    ]) {
      expect(check(lines).books['AAABBB']).toMatchObject({ state: 'live', applied: 1, levels: [3, 1] });
    }
  });

  it('takes the best levels of a partial stream for neither a snapshot nor a change', () => {
    const data = { lastUpdateId: 500, bids: [['1', '1']], asks: [['2', '1']] };
    const report = check([...CAPTURE, frame(9, wrapped('aaabbb@depth20@100ms', data))]);
    expect(report.books['AAABBB']).toMatchObject({ snapshots: 1, bid: ['9.6', '7'] });
  });

  it.each([
    ['a price that is not a number', [['ten', '1']]],
    ['a negative quantity', [['10', '-1']]],
    ['a row without a quantity', [['10']]],
    ['a price of a number', [[10, '1']]],
  ])('loses the book to %s, and names the row', (_case, rows) => {
    const report = check([...CAPTURE, diff(5, 107, 107, rows as unknown as Levels)]);
    expect(report).toMatchObject({
      resyncs: 1,
      firstFault: { line: 10, symbol: 'AAABBB', kind: 'unreadable' },
    });
    expect(report.books['AAABBB']).toMatchObject({ state: 'waiting', bid: ['9.6', '7'] });
  });

  it.each([
    ['a change without its ids', frame(9, wrapped('x', { e: 'depthUpdate', s: 'AAABBB', b: [], a: [] }))],
    ['a frame that was cut off', frame(9, '{"stream":"aaabbb@de')],
    ['a line that was cut off', '{"t":"recv","conn'],
  ])('leaves out %s, and names its line', (_case, line) => {
    const report = check([...CAPTURE, line]);
    expect(report).toMatchObject({ firstFault: null, unreadable: { count: 1, lines: [{ line: 10 }] } });
    expect(report.books['AAABBB']).toMatchObject({ state: 'live', applied: 2 });
  });

  it('finds a change that came twice, and keeps the book', () => {
    const report = check([...CAPTURE, CAPTURE.at(-1) ?? '']);
    expect(report).toMatchObject({
      stale: 3,
      resyncs: 0,
      firstFault: { line: 10, symbol: 'AAABBB', kind: 'repeat', detail: '105 to 106 came after 106' },
    });
    expect(report.books['AAABBB']).toMatchObject({ state: 'live', applied: 2 });
  });
});
