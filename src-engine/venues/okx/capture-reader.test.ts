import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { checkLines, knownBooks, recordedLines } from '../capture/testing/known-books.ts';

type Rows = readonly (readonly [string, string])[];
const check = (lines: readonly string[]) => checkLines('okx', lines);

const frame = (data: object | string): string =>
  JSON.stringify({
    t: 'recv',
    conn: 'ws.1',
    ts: 1,
    data: typeof data === 'string' ? data : JSON.stringify(data),
  });

function book(action: 'snapshot' | 'update', bids: Rows, asks: Rows, more: object): string {
  const rows = (side: Rows): string[][] => side.map(([price, qty]) => [price, qty, '0', '1']);
  const data = [{ asks: rows(asks), bids: rows(bids), ts: '1700000000000', checksum: 0, ...more }];
  return frame({ arg: { channel: 'books', instId: 'AAA-USDT' }, action, data });
}

const numbered = (prevSeqId: number, seqId: number) => ({ prevSeqId, seqId });
const SNAPSHOT = book('snapshot', [['10', '1']], [['11.0', '2']], numbered(-1, 500));

/** Numbers jump, fall after a maintenance, and stay where nothing changed; a missing level is deleted. */
const CAPTURE = [
  frame({ event: 'subscribe', arg: { channel: 'books', instId: 'AAA-USDT' }, connId: 'a' }),
  SNAPSHOT,
  book('update', [['10.5', '3']], [], numbered(500, 520)),
  book('update', [], [], numbered(520, 520)),
  book('update', [], [['12', '0']], numbered(520, 7)),
  book('update', [['10', '0']], [], numbered(7, 9)),
  frame('pong'),
];

describe('OkxCaptureReader', () => {
  it('follows the chain of numbers through jumps, idle messages and a fall, and takes a checksum of 0 for none', () => {
    const report = check(CAPTURE);
    expect(report).toMatchObject({ frames: 7, gaps: 0, stale: 0, matched: 0, firstFault: null });
    expect(report.books['AAA-USDT']).toMatchObject({
      state: 'live',
      updates: 4,
      applied: 4,
      bid: ['10.5', '3'],
      ask: ['11', '2'],
    });
  });

  it.each([
    ['removed', CAPTURE.toSpliced(2, 1), 3],
    ['doubled', CAPTURE.toSpliced(3, 0, CAPTURE[2] as string), 4],
    ['altered in its numbers', CAPTURE.with(4, book('update', [], [], numbered(521, 7))), 5],
    [
      'altered so that the book crosses',
      CAPTURE.with(2, book('update', [['11', '3']], [], numbered(500, 520))),
      3,
    ],
  ])('finds a frame that was %s, at that frame, and resyncs with the next snapshot', (_how, lines, line) => {
    expect(check(lines)).toMatchObject({ resyncs: 1, firstFault: { line, symbol: 'AAA-USDT' } });
    const again = check([...lines, SNAPSHOT, book('update', [['10.2', '4']], [], numbered(500, 501))]);
    expect(again.books['AAA-USDT']).toMatchObject({ state: 'live', bid: ['10.2', '4'] });
  });

  it('compares a checksum that is not 0 over the text as it was written, of a side that is shorter too', () => {
    // CRC-32 of "10:1:11.0:2:9:3" as a signed integer: "11" for "11.0" would give another.
    const whole = book(
      'snapshot',
      [
        ['10', '1'],
        ['9', '3'],
      ],
      [['11.0', '2']],
      { checksum: -611_876_439 },
    );
    const report = check([whole]);
    expect(report.firstFault?.detail ?? '').not.toMatch(/cannot/);
    expect(report).toMatchObject({ matched: 1, mismatched: 0, firstFault: null });
    expect(check([whole.replace('\\"2\\"', '\\"3\\"')])).toMatchObject({
      mismatched: 1,
      resyncs: 1,
      firstFault: { line: 1, kind: 'mismatch' },
    });
  });

  it('joins changes on to a book by REST, beside the stream and as a recording of ours keeps it', () => {
    const data = [{ asks: [['11', '1', '0', '1']], bids: [['10', '1', '0', '1']], ts: '1', seqId: 505 }];
    const url = 'https://www.okx.com/api/v5/market/books?instId=AAA-USDT&sz=400';
    const body = JSON.stringify({ code: '0', data });
    const changes = [
      book('update', [['9', '1']], [], numbered(495, 500)),
      book('update', [['10', '2']], [], numbered(500, 510)),
    ];
    for (const rest of [
      JSON.stringify({ t: 'http', conn: 'http', ts: 2, url, data: body }),
      frame(`{"snapshot":"AAA-USDT","answer":${body}}`),
    ]) {
      const last = book('update', [['10.5', '3']], [], numbered(510, 512)).replace('"ts":1', '"ts":3');
      expect(check([...changes, rest, last])).toMatchObject({
        firstFault: null,
        books: { 'AAA-USDT': { state: 'live', stale: 1, applied: 2, bid: ['10.5', '3'] } },
      });
      expect(check([...changes.slice(0, 1), rest, last]).firstFault).toMatchObject({ kind: 'gap' });
    }
  });

  it('names a frame without numbers that comes again, word for word: it changes nothing', () => {
    const first = book('snapshot', [['10', '1']], [['11', '1']], {});
    const next = book('update', [['10', '2']], [], {});
    const again = book('update', [['10', '3']], [], {});
    expect(check([first, next, again]).firstFault).toBeNull();
    expect(check([first, next, next, again])).toMatchObject({
      stale: 1,
      resyncs: 0,
      firstFault: { line: 3, kind: 'repeat' },
      books: { 'AAA-USDT': { state: 'live', applied: 2, bid: ['10', '3'] } },
    });
  });

  it('names a row that cannot be read, and the line of a frame that is none', () => {
    const rows = [['ten', '1']] as const;
    expect(check([SNAPSHOT, book('update', rows, [], numbered(500, 501))])).toMatchObject({
      firstFault: { line: 2, kind: 'unreadable' },
    });
    expect(check([SNAPSHOT, frame('{"arg":')])).toMatchObject({
      firstFault: null,
      unreadable: { lines: [{ line: 2 }] },
    });
  });
});

describe.runIf(HAS_SHARED_DATA)('the recording of 2022', () => {
  it('ends with the known books, and all 290 checksums agree', () => {
    const report = check(recordedLines('venues/OKX.jsonl.gz'));
    expect(report).toMatchObject({ gaps: 0, stale: 0, matched: 290, mismatched: 0, firstFault: null });
    expect(report.books).toEqual(knownBooks('OKX'));
  });
});
