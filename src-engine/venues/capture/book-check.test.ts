import { describe, expect, it } from 'vitest';
import { BookCheck } from './book-check.ts';
import type { BookRule, CaptureMessage, CaptureReader } from './book-message.ts';
import type { CheckReport } from './check-report.ts';
import { CHECKED_VENUES, checkedVenue } from '../registry.ts';

/** A venue of our own whose frames are the messages themselves: a snapshot comes in the stream. */
class Reader implements CaptureReader {
  readonly venues = ['made'];
  readonly rule: BookRule;
  readonly integrity = 'none';
  readonly opened: string[] = [];

  constructor(rule: Partial<BookRule>) {
    this.rule = { continuity: () => 'follows', hasRestSnapshots: false, ...rule };
  }

  read({ text }: { readonly text: string }): readonly CaptureMessage[] {
    return JSON.parse(text) as readonly CaptureMessage[];
  }

  connected(connection: string): void {
    this.opened.push(connection);
  }
}

type Levels = readonly (readonly [string, string, string?])[];
const frame = (conn: string, ...messages: object[]): string =>
  JSON.stringify({ t: 'recv', conn, ts: 1, data: JSON.stringify(messages) });
const book = (kind: string, symbol: string, bids: Levels, asks: Levels, checksum?: number): object => ({
  kind,
  symbol,
  first: 0,
  last: 0,
  bids,
  asks,
  checksum,
});

function check(lines: readonly string[], rule: Partial<BookRule> = {}): CheckReport {
  const bookCheck = new BookCheck(new Reader(rule));
  for (const [index, line] of lines.entries()) bookCheck.read(line, index + 1);
  return bookCheck.finish();
}

describe('BookCheck', () => {
  it('reports a book whatever its symbol is', () => {
    const symbols = ['__proto__', 'constructor'];
    const report = check(
      symbols.map((symbol) => frame('ws.1', book('snapshot', symbol, [['8', '1']], [['9', '1']]))),
    );
    expect(Object.keys(report.books)).toEqual(symbols);
    expect(JSON.stringify(report)).toContain('"__proto__":{"state":"live"');
  });

  it.each(CHECKED_VENUES)('of %s reads REST answers whose address is only a path, or none', (venue) => {
    const bookCheck = checkedVenue(venue, '--venue').checkCapture();
    const paths = [
      '/api/v3/depth',
      '/api/v3/market/orderbook/level2',
      '/api/v5/market/books',
      '/depth',
      'http://%',
    ];
    const data = JSON.stringify({ code: '0', data: {} });
    for (const [index, path] of paths.entries()) {
      const url = `${path}?symbol=A&instId=A&currency_pair=A`;
      bookCheck.read(JSON.stringify({ t: 'http', conn: 'http.1', ts: 1, url, data }), index + 1);
    }
    expect(bookCheck.finish()).toMatchObject({ frames: 0, matched: 0 });
  });

  it('takes a change before a snapshot of the stream for older than it', () => {
    const report = check([
      frame('ws.1', book('delta', 'A', [['9', '1']], [])),
      frame('ws.1', book('snapshot', 'A', [['8', '1']], [['10', '1']])),
      frame('ws.1', book('delta', 'A', [['8.5', '2']], [])),
    ]);
    expect(report.books['A']).toMatchObject({ state: 'live', updates: 2, applied: 1, bid: ['8.5', '2'] });
  });

  it('loses every book of a connection whose numbers break, until the next snapshot of each, and no other', () => {
    const report = check([
      JSON.stringify({ t: 'connect', conn: 'ws.1', ts: 1 }),
      frame('ws.1', book('snapshot', 'A', [['8', '1']], []), book('snapshot', 'B', [['8', '1']], [])),
      frame('ws.2', book('snapshot', 'C', [['8', '1']], [])),
      frame(
        'ws.1',
        { kind: 'lost-connection', detail: '5 came after 3' },
        book('delta', 'A', [['9', '1']], []),
      ),
      frame('ws.1', book('snapshot', 'B', [['7', '1']], [])),
      frame('ws.2', book('delta', 'C', [['9', '1']], [])),
    ]);
    expect(report).toMatchObject({
      gaps: 1,
      resyncs: 1,
      firstFault: { line: 4, symbol: '*', kind: 'gap', detail: '5 came after 3' },
    });
    expect(report.books).toMatchObject({
      A: { state: 'waiting', applied: 0, bid: ['8', '1'] },
      B: { state: 'live', snapshots: 2, bid: ['7', '1'] },
      C: { state: 'live', bid: ['9', '1'] },
    });
  });

  it('compares the checksum of snapshots and changes over the venue’s own text, and loses the book that differs', () => {
    const rule: Partial<BookRule> = {
      compare: ({ bids }, { checksum }) => {
        if (checksum === undefined) return undefined;
        const length = bids.levels.map(([, , written]) => written).join(':').length;
        return length === checksum ? '' : `checksum ${length} instead of ${checksum}`;
      },
    };
    const report = check(
      [
        frame('ws.1', book('snapshot', 'A', [['8', '1', '8.00:1.0']], [], 8)),
        frame('ws.1', book('delta', 'A', [['9', '1', '9.0:1']], [], 14)),
        frame('ws.1', book('delta', 'A', [['9', '2', '9.0:2.0']], [], 14)),
        frame('ws.1', book('delta', 'A', [['9', '1', '9.0:1']], [], 14)),
        frame('ws.1', book('snapshot', 'A', [['8', '1', '8.00:1']], [])),
      ],
      rule,
    );
    expect(report).toMatchObject({ matched: 2, mismatched: 1, resyncs: 1, gaps: 0 });
    expect(report.firstFault).toEqual({
      line: 3,
      symbol: 'A',
      kind: 'mismatch',
      detail: 'checksum 16 instead of 14',
    });
    // The report shows prices and quantities, not the text that a checksum covers.
    expect(report.books['A']).toMatchObject({ state: 'live', snapshots: 2, bid: ['8', '1'] });
    expect(report.books['A']?.top5.bids).toEqual([['8', '1']]);
  });

  it('loses a crossed or locked book only where the rule refuses one', () => {
    const lines = [
      frame('ws.1', book('snapshot', 'A', [['8', '1']], [['10', '1']])),
      frame('ws.1', book('delta', 'A', [['10.0', '1']], [])),
    ];
    expect(check(lines).firstFault).toBeNull();
    const refused = check(lines, { refusesCrossed: true });
    expect(refused.firstFault).toMatchObject({ line: 2, symbol: 'A', kind: 'mismatch' });
    expect(refused.books['A']).toMatchObject({ state: 'waiting', mismatched: 0 });
  });

  it('reports a connection that opens to the reader', () => {
    const reader = new Reader({});
    new BookCheck(reader).read(JSON.stringify({ t: 'connect', conn: 'ws.7', ts: 1, addr: 'wss://x' }), 1);
    expect(reader.opened).toEqual(['ws.7']);
  });
});
