import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { checkLines, knownBooks, recordedLines } from '../capture/testing/known-books.ts';

type Row = readonly [side: 'bid' | 'offer', price: string, qty: string];
const check = (lines: readonly string[]) => checkLines('coinbase', lines);

function frame(sequence_num: number, channel: string, event: object, conn = 'ws.1'): string {
  const data = JSON.stringify({
    channel,
    timestamp: '2026-08-09T21:05:48.2Z',
    sequence_num,
    events: [event],
  });
  return JSON.stringify({ t: 'recv', conn, ts: 1, data });
}

function book(number: number, type: 'snapshot' | 'update', product_id: string, rows: readonly Row[]): string {
  const updates = rows.map(([side, price_level, new_quantity]) => ({
    side,
    event_time: '',
    price_level,
    new_quantity,
  }));
  return frame(number, 'l2_data', { type, product_id, updates });
}

/** Acknowledgements and heartbeats count; an update may be empty, and may delete what is not there. */
const CAPTURE = [
  JSON.stringify({ t: 'connect', conn: 'ws.1', ts: 1, addr: 'wss://x' }),
  book(0, 'snapshot', 'AAA-USD', [
    ['bid', '10.0', '1'],
    ['bid', '9.5', '2'],
    ['offer', '11', '3'],
  ]),
  frame(1, 'subscriptions', { subscriptions: { level2: ['AAA-USD'] } }),
  book(2, 'snapshot', 'BBB-USD', [
    ['bid', '5', '1'],
    ['offer', '6', '1'],
  ]),
  book(3, 'update', 'AAA-USD', []),
  book(4, 'update', 'AAA-USD', [
    ['bid', '7', '0'],
    ['bid', '10', '0'],
    ['offer', '10.9', '0.0476177'],
  ]),
  frame(5, 'heartbeats', { current_time: '2026-08-09 m=+1', heartbeat_counter: 41_691 }),
  book(6, 'update', 'BBB-USD', [['offer', '6', '2']]),
];

describe('CoinbaseCaptureReader', () => {
  it('follows one sequence over all channels of a connection, and rebuilds whole books', () => {
    const report = check(CAPTURE);
    expect(report).toMatchObject({ frames: 7, gaps: 0, stale: 0, resyncs: 0, firstFault: null });
    expect(report.books).toMatchObject({
      'AAA-USD': {
        state: 'live',
        updates: 2,
        applied: 2,
        bid: ['9.5', '2'],
        ask: ['10.9', '0.0476177'],
        levels: [1, 2],
      },
      'BBB-USD': { state: 'live', ask: ['6', '2'] },
    });
  });

  it.each([
    ['a change removed', CAPTURE.toSpliced(4, 1), 5],
    ['an acknowledgement removed', CAPTURE.toSpliced(2, 1), 3],
    ['a heartbeat removed', CAPTURE.toSpliced(6, 1), 7],
    ['a change doubled', CAPTURE.toSpliced(5, 0, CAPTURE[5] as string), 7],
    ['a number altered', CAPTURE.with(4, book(8, 'update', 'AAA-USD', [])), 5],
  ])(
    'finds %s at that frame, and loses every book of the connection until its snapshot',
    (_what, lines, line) => {
      const report = check(lines);
      expect(report.firstFault).toMatchObject({ line, symbol: '*', kind: 'gap' });
      const snapshot = book(7, 'snapshot', 'BBB-USD', [
        ['bid', '5', '1'],
        ['offer', '7', '1'],
      ]);
      const { books } = check([...lines, snapshot, book(8, 'update', 'BBB-USD', [['offer', '7', '4']])]);
      expect(books['BBB-USD']).toMatchObject({ state: 'live', ask: ['7', '4'] });
    },
  );

  it('finds a change that was altered so that the book crosses, and loses that book alone', () => {
    const report = check(CAPTURE.with(5, book(4, 'update', 'AAA-USD', [['bid', '11', '1']])));
    expect(report.firstFault).toMatchObject({ line: 6, symbol: 'AAA-USD', kind: 'mismatch' });
    expect(report.books).toMatchObject({ 'AAA-USD': { state: 'waiting' }, 'BBB-USD': { state: 'live' } });
  });

  it('begins anew with a new connection, of the same name too, and counts each connection apart', () => {
    const again = [CAPTURE[0] as string, ...CAPTURE.slice(1, 4)];
    expect(check([...CAPTURE, ...again])).toMatchObject({ gaps: 0, firstFault: null });
    const other = frame(70, 'heartbeats', {}, 'ws.2');
    expect(check([...CAPTURE.slice(0, 5), other, ...CAPTURE.slice(5)])).toMatchObject({ gaps: 0 });
  });

  it('does not judge the numbers of a market log, which has several connections and leaves frames out', () => {
    const raw = (line: string): string =>
      JSON.stringify({ t: 5, raw: (JSON.parse(line) as { data: string }).data });
    const other = book(900, 'snapshot', 'CCC-USD', [
      ['bid', '1', '1'],
      ['offer', '2', '1'],
    ]);
    const report = check([CAPTURE[1], other, CAPTURE[5]].map((line) => raw(line ?? '')));
    expect(report).toMatchObject({ gaps: 0, firstFault: null });
    expect(report.books['AAA-USD']).toMatchObject({ state: 'live', ask: ['10.9', '0.0476177'] });
  });

  it('loses a book to a row that cannot be read, and names the line of a frame that is none', () => {
    const rows: readonly Row[] = [['ask' as 'offer', '11', '1']];
    expect(check(CAPTURE.with(5, book(4, 'update', 'AAA-USD', rows)))).toMatchObject({
      firstFault: { line: 6, symbol: 'AAA-USD', kind: 'unreadable' },
    });
  });
});

describe.runIf(HAS_SHARED_DATA)('the recording of 2026', () => {
  const lines = (): string[] => recordedLines('venues/COINBASE.jsonl.gz');

  it('ends with the known books, to the last of 46,007 levels', () => {
    const report = check(lines());
    expect(report).toMatchObject({ frames: 1_030, gaps: 0, stale: 0, mismatched: 0, firstFault: null });
    expect(report.books).toEqual(knownBooks('COINBASE'));
  });

  it('a frame of any channel that is removed is found at the next one', () => {
    expect(check(lines().toSpliced(500, 1))).toMatchObject({
      gaps: 1,
      resyncs: 1,
      firstFault: { line: 501 },
    });
  });
});
