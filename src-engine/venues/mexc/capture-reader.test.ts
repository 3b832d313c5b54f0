import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { checkLines } from '../capture/testing/known-books.ts';
import { packedText } from './fields.ts';
import { snapshotFrame } from './parse.ts';
import { changeFrame, field, levelFields, type Level } from './testing/protobuf-frames.ts';

const recv = (bytes: Buffer): string =>
  JSON.stringify({ t: 'recv', conn: 'ws.1', ts: 3, b64: bytes.toString('base64') });

const change = (from: string, to: string, bids: readonly Level[], asks: readonly Level[] = []): Buffer =>
  changeFrame('AAABBB', [from, to], bids, asks);

const LINES = [
  recv(Buffer.from('{"id":0,"code":0,"msg":"spot@public.aggre.depth.v3.api.pb@10ms@AAABBB"}')),
  recv(change('74891313260', '74891313261', [['1', '1']])),
  JSON.stringify({
    t: 'http',
    conn: 'http.1',
    ts: 2,
    url: 'https://api.mexc.com/api/v3/depth?symbol=AAABBB&limit=1000',
    data: '{"lastUpdateId":74891313262,"bids":[["9.5","1"],["9","2"]],"asks":[["10.5","3"]]}',
  }),
  recv(change('74891313262', '74891313264', [['9.6', '4']])),
  recv(change('74891313265', '74891313265', [['9', '0']])),
  recv(change('74891313266', '74891313270', [])),
];

describe('MexcCaptureReader', () => {
  it('joins changes on to the REST book by their versions', () => {
    const report = checkLines('mexc', LINES);
    expect(report).toMatchObject({ integrity: 'sequence', gaps: 0, stale: 1, firstFault: null });
    expect(report.books['AAABBB']).toMatchObject({
      state: 'live',
      applied: 3,
      bid: ['9.6', '4'],
      ask: ['10.5', '3'],
      levels: [2, 1],
    });
  });

  it.each([
    [
      'removed',
      LINES.toSpliced(4, 1),
      { line: 5, kind: 'gap', detail: '74891313266 to 74891313270 came after 74891313264' },
    ],
    ['doubled', LINES.toSpliced(4, 0, LINES[4] ?? ''), { line: 6, kind: 'repeat' }],
    [
      'altered',
      LINES.with(4, recv(change('74891313265', '74891313265', [['11', '1']]))),
      { line: 5, kind: 'mismatch' },
    ],
  ])('finds a frame that was %s', (_what, lines, fault) => {
    expect(checkLines('mexc', lines).firstFault).toMatchObject(fault);
  });

  it('takes asks and bids by their fields, not by their order, and whole books of best levels', () => {
    const book = Buffer.concat([
      ...levelFields(2, [['9', '1']]),
      ...levelFields(1, [['10', '2']]),
      field(4, '7'),
    ]);
    const frame = Buffer.concat([field(3, 'AAABBB'), field(303, book)]);
    expect(checkLines('mexc', [recv(frame)]).books['AAABBB']).toMatchObject({
      bid: ['9', '1'],
      ask: ['10', '2'],
    });
  });

  it('leaves out frames that are cut, and messages of other channels', () => {
    const whole = change('74891313271', '74891313272', [['9.7', '1']]);
    const trade = Buffer.concat([
      field(1, 'spot@public.aggre.deals.v3.api.pb@10ms@AAABBB'),
      field(3, 'AAABBB'),
    ]);
    const report = checkLines('mexc', [
      ...LINES,
      recv(trade),
      recv(whole.subarray(0, 40)),
      recv(Buffer.from([7])),
    ]);
    expect(report).toMatchObject({
      firstFault: null,
      unreadable: { count: 2, lines: [{ line: 8 }, { line: 9 }] },
    });
    expect(report.others).toMatchObject({ 'public.aggre.deals.v3.api.pb': 1 });
  });

  it('reads a recording of ours, which has bytes as text and order books as frames', () => {
    const book = '{"lastUpdateId":74891313262,"bids":[["9.5","1"]],"asks":[["10.5","3"]]}';
    const raw = (text: string): string => JSON.stringify({ t: 1, raw: text });
    const report = checkLines('mexc', [
      raw(snapshotFrame('AAABBB', book)),
      raw(packedText(change('74891313263', '74891313264', [['9.6', '4']]))),
    ]);
    expect(report).toMatchObject({ gaps: 0, firstFault: null });
    expect(report.books['AAABBB']).toMatchObject({ state: 'live', applied: 1, bid: ['9.6', '4'] });
  });

  it.runIf(HAS_SHARED_DATA)('reads the known frames', () => {
    const frames = JSON.parse(
      readFileSync(sharedFile('venues/MEXC-protobuf-frames.json'), 'utf8'),
    ) as readonly {
      readonly hex: string;
    }[];
    const report = checkLines(
      'mexc',
      frames.map(({ hex }) => recv(Buffer.from(hex, 'hex'))),
    );
    expect(report).toMatchObject({
      unreadable: { count: 0 },
      others: { 'public.aggre.bookTicker.v3.api.pb': 1, 'private.deals.v3.api.pb': 1 },
    });
    expect(report.books['BTCUSDT']).toMatchObject({ isPartial: true, updates: 2 });
  });
});
