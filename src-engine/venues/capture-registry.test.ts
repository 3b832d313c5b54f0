/** Small recordings of our own making, one venue each: what its rule finds at which line, and what is left out and named. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import type { CheckReport } from './capture/check-report.ts';
import { checkLines, knownBooks, knownFinals, recordedLines } from './capture/testing/known-books.ts';

const CONNECT = JSON.stringify({ t: 'connect', conn: 'ws.1', ts: 1 });
const recv = (frame: unknown): string =>
  JSON.stringify({
    t: 'recv',
    conn: 'ws.1',
    ts: 3,
    data: typeof frame === 'string' ? frame : JSON.stringify(frame),
  });
const binary = (frame: unknown, isPacked: boolean): string => {
  const bytes = Buffer.from(JSON.stringify(frame));
  return JSON.stringify({
    t: 'recv',
    conn: 'ws.1',
    ts: 3,
    b64: (isPacked ? gzipSync(bytes) : bytes).toString('base64'),
  });
};
const http = (url: string, body: unknown): string =>
  JSON.stringify({ t: 'http', conn: 'http.1', ts: 2, url, data: JSON.stringify(body) });

const BIDS = [
  ['9.50', '1.0'],
  ['9.00', '2.0'],
];
const ASKS = [['10.50', '3.0']];
const END = { bid: ['9.6', '4'], ask: ['10.5', '3'] };
const bitgetBook = (action: string, asks: unknown, bids: unknown, more: object): string =>
  recv({
    action,
    arg: { instType: 'SPOT', channel: 'books', instId: 'AAABBB' },
    data: [{ asks, bids, ...more }],
  });
const bitstampDiff = (microtimestamp: string, bids: unknown, asks: unknown = []): string =>
  recv({ event: 'data', channel: 'diff_order_book_aaabbb', data: { microtimestamp, bids, asks } });
const gateDiff = (U: number, u: number, b: unknown, a: unknown = []): string =>
  recv({ channel: 'spot.order_book_update', event: 'update', result: { s: 'AAA_BBB', U, u, b, a } });
const cdcBook = (data: object, channel = 'book'): string =>
  recv({ id: -1, method: 'subscribe', result: { channel, instrument_name: 'AAA_BBB', data: [data] } });
const htxDiff = (prevSeqNum: number, seqNum: number, bids?: unknown): string =>
  binary(
    {
      ch: 'market.aaabbb.mbp.150',
      ts: 1,
      tick: { prevSeqNum, seqNum, ...(bids === undefined ? {} : { bids }) },
    },
    true,
  );
const htxWhole = (version: number, bids: unknown): string =>
  binary({ ch: 'market.aaabbb.depth.step0', ts: 1, tick: { version, bids, asks: [[10.5, 3]] } }, true);
const poloniex = (action: string, lastId: number, id: number, bids: unknown, asks: unknown = []): string =>
  recv({ channel: 'book_lv2', action, data: [{ symbol: 'AAA_BBB', lastId, id, bids, asks }] });
const upbit = (tms: number, size: string, total: string): string => {
  const unit = (bp: number): string =>
    `{"ap":${100 + bp},"bp":${20 - bp},"as":1,"bs":${bp === 0 ? size : '1'}}`;
  const units = Array.from({ length: 15 }, (_, at) => unit(at)).join(',');
  const text = `{"ty":"orderbook","cd":"BBB-AAA","tms":${tms},"tas":15,"tbs":${total},"obu":[${units}]}`;
  return JSON.stringify({ t: 'recv', conn: 'ws.1', ts: 3, b64: Buffer.from(text).toString('base64') });
};

type Recording = {
  readonly venue: string;
  readonly what?: string;
  readonly symbol: string;
  readonly lines: readonly string[];
  readonly integrity: CheckReport['integrity'];
  readonly end?: object;
  /** Index of a book frame, and of the line that shows that it is missing; −1: nothing does. */
  readonly removed: readonly [line: number, shownAt: number];
  /** Index of a book frame that may come twice. */
  readonly doubled: number;
};

const RECORDINGS: readonly Recording[] = [
  {
    venue: 'bitfinex',
    symbol: 'tAAABBB',
    lines: [
      CONNECT,
      recv({ event: 'info', version: 2, platform: { status: 1 } }),
      recv({ event: 'conf', status: 'OK', flags: 196_608 }),
      recv('[5,"hb",1]'),
      recv({
        event: 'subscribed',
        channel: 'book',
        chanId: 5,
        symbol: 'tAAABBB',
        prec: 'P0',
        freq: 'F0',
        len: '25',
      }),
      recv('[5,[[9.5,1,1],[9,1,2],[10.5,2,-3]],2]'),
      recv('[5,[9.6,1,4],3]'),
      recv('[5,[9,0,1],4]'),
      recv('[5,"hb",5]'),
      recv('[5,"cs",441104582,6]'),
    ],
    integrity: 'connection-sequence',
    end: { ...END, levels: [2, 1], matched: 1 },
    removed: [6, 7],
    doubled: 6,
  },
  {
    venue: 'bitstamp',
    symbol: 'aaabbb',
    lines: [
      CONNECT,
      bitstampDiff('1641343695000001', [['1.0', '1']]),
      http('https://www.bitstamp.net/api/v2/order_book/aaabbb/?group=1', {
        microtimestamp: '1641343695000002',
        bids: [...BIDS, ['0.00', '7']],
        asks: ASKS,
      }),
      bitstampDiff('1641343695000002', [['1.0', '1']]),
      bitstampDiff('1641343695000009', [['9.60', '4.0']]),
      bitstampDiff('1641343695000011', [['9.00', '0.00000000']]),
    ],
    integrity: 'none',
    end: { ...END, levels: [2, 1], stale: 2, applied: 2 },
    removed: [4, -1],
    doubled: 4,
  },
  {
    venue: 'gate',
    symbol: 'AAA_BBB',
    lines: [
      gateDiff(1, 2, [['1', '1']]),
      http('https://api.gateio.ws/api/v4/spot/order_book?currency_pair=AAA_BBB&limit=100&with_id=true', {
        id: 3,
        bids: BIDS,
        asks: ASKS,
      }),
      gateDiff(3, 5, [['9.60', '4']]),
      gateDiff(6, 6, [['9.00', '0']]),
      gateDiff(7, 9, []),
    ],
    integrity: 'sequence',
    end: { ...END, levels: [2, 1], stale: 1, applied: 3 },
    removed: [3, 4],
    doubled: 3,
  },
  {
    venue: 'gate',
    what: 'obu, whose first push is whole',
    symbol: 'AAA_BBB',
    lines: [
      recv({
        channel: 'spot.obu',
        event: 'update',
        result: { full: true, s: 'ob.AAA_BBB.50', u: 3, b: BIDS, a: ASKS },
      }),
      recv({
        channel: 'spot.obu',
        event: 'update',
        result: { s: 'ob.AAA_BBB.50', U: 4, u: 5, b: [['9.60', '4']] },
      }),
      recv({
        channel: 'spot.obu',
        event: 'update',
        result: { s: 'ob.AAA_BBB.50', U: 6, u: 6, b: [], a: [] },
      }),
    ],
    integrity: 'sequence',
    end: END,
    removed: [1, 2],
    doubled: 1,
  },
  {
    venue: 'cryptocom',
    symbol: 'AAA_BBB',
    lines: [
      cdcBook({ bids: [[9.5, 1, 1]], asks: [[10.5, 3, 1]], t: 9 }),
      cdcBook({ bids: [[9.6, '4.000', 1]], asks: [[10.5, 3, 1]], t: 8 }),
    ],
    integrity: 'none',
    end: { ...END, snapshots: 2 },
    removed: [0, -1],
    doubled: 1,
  },
  {
    venue: 'cryptocom',
    what: 'changes whose numbers lie beyond 2^53',
    symbol: 'AAA_BBB',
    lines: [
      recv(
        '{"method":"subscribe","result":{"channel":"book","instrument_name":"AAA_BBB","data":[{"u":9845460000000000001,"bids":[["9.50","1.0","1"]],"asks":[["10.50","3.0","1"]]}]}}',
      ),
      ...[
        [1, 2, '[["9.60","4","1"]]'],
        [2, 3, '[]'],
        [3, 5, '[]'],
      ].map(([pu, u, bids]) =>
        recv(
          `{"result":{"channel":"book.update","instrument_name":"AAA_BBB","data":[{"u":984546000000000000${u},"pu":984546000000000000${pu},"update":{"bids":${bids},"asks":[]}}]}}`,
        ),
      ),
    ],
    integrity: 'sequence',
    end: { ...END, applied: 3 },
    removed: [2, 3],
    doubled: 2,
  },
  {
    venue: 'gemini',
    symbol: 'AAABBB',
    lines: [
      recv({
        type: 'l2_updates',
        symbol: 'AAABBB',
        changes: [
          ['buy', '9.5', '1'],
          ['buy', '9.0', '2'],
          ['sell', '10.5', '3'],
        ],
        trades: [],
        auction_events: [],
      }),
      recv({ type: 'l2_updates', symbol: 'AAABBB', changes: [['buy', '9.6', '4']] }),
    ],
    integrity: 'none',
    end: { ...END, levels: [3, 1] },
    removed: [1, -1],
    doubled: 1,
  },
  {
    venue: 'gemini',
    what: 'numbers that overlap',
    symbol: 'aaabbb',
    lines: [
      CONNECT,
      recv({
        e: 'depthUpdate',
        E: 1,
        s: 'aaabbb',
        U: 1764550512767893,
        u: 1764550512767893,
        b: BIDS,
        a: ASKS,
      }),
      recv({
        e: 'depthUpdate',
        E: 2,
        s: 'aaabbb',
        U: 1764550512767893,
        u: 1764550512767895,
        b: [['9.6', '4']],
        a: [],
      }),
      recv({
        e: 'depthUpdate',
        E: 3,
        s: 'aaabbb',
        U: 1764550512767895,
        u: 1764550512767899,
        b: [['9.0', '0']],
        a: [],
      }),
      recv({ e: 'depthUpdate', E: 4, s: 'aaabbb', U: 1764550512767899, u: 1764550512767901, b: [], a: [] }),
    ],
    integrity: 'sequence',
    end: { ...END, levels: [2, 1] },
    removed: [3, 4],
    doubled: 3,
  },
  {
    venue: 'htx',
    symbol: 'aaabbb',
    lines: [htxWhole(7, [[9.5, 1]]), htxWhole(9, [[9.6, 4]])],
    integrity: 'none',
    end: { ...END, snapshots: 2 },
    removed: [0, -1],
    doubled: 1,
  },
  {
    venue: 'htx',
    what: 'changes that wait for the answer they go on from',
    symbol: 'aaabbb',
    lines: [
      htxDiff(30, 34, [[9.55, 1]]),
      binary(
        {
          id: '2',
          rep: 'market.aaabbb.mbp.150',
          data: { seqNum: 30, bids: [[9.5, 1]], asks: [[1.05e1, 3]] },
        },
        true,
      ),
      htxDiff(34, 37, [[9.6, 4]]),
      htxDiff(37, 38),
    ],
    integrity: 'sequence',
    end: { ...END, applied: 3, levels: [3, 1] },
    removed: [2, 3],
    doubled: 2,
  },
  {
    venue: 'bitget',
    symbol: 'spot:AAABBB',
    lines: [
      bitgetBook('snapshot', ASKS, BIDS, { checksum: 0 }),
      bitgetBook('update', [], [['9.60', '4.0']], { checksum: 774_633_352 }),
      bitgetBook('update', [], [['9.00', '0']], { checksum: 786_814_238 }),
    ],
    integrity: 'checksum',
    end: { ...END, levels: [2, 1], matched: 2 },
    removed: [1, 2],
    doubled: 1,
  },
  {
    venue: 'bitget',
    what: 'numbers beyond 2^53 in place of a checksum',
    symbol: 'spot:AAABBB',
    lines: [
      recv(
        '{"action":"snapshot","arg":{"instType":"spot","topic":"books","symbol":"AAABBB"},"data":[{"b":[["9.50","1"]],"a":[["10.50","3"]],"seq":1304314508780744705,"pseq":0}]}',
      ),
      ...[
        [5, 6, '[["9.60","4"]]'],
        [6, 7, '[]'],
        [7, 9, '[]'],
      ].map(([pseq, seq, b]) =>
        recv(
          `{"action":"update","arg":{"instType":"spot","topic":"books","symbol":"AAABBB"},"data":[{"b":${b},"a":[],"seq":130431450878074470${seq},"pseq":130431450878074470${pseq}}]}`,
        ),
      ),
    ],
    integrity: 'sequence',
    end: { ...END, applied: 3 },
    removed: [2, 3],
    doubled: 2,
  },
  {
    venue: 'poloniex',
    symbol: 'AAA_BBB',
    lines: [
      poloniex('snapshot', 9, 10, BIDS, ASKS),
      poloniex('update', 10, 17, [['9.60', '4']]),
      poloniex('update', 17, 18, [['9.00', '0']]),
      poloniex('update', 18, 20, []),
    ],
    integrity: 'sequence',
    end: { ...END, levels: [2, 1] },
    removed: [2, 3],
    doubled: 2,
  },
  {
    venue: 'upbit',
    symbol: 'BBB-AAA',
    lines: [upbit(5, '1', '15'), upbit(6, '4.5', '18.5')],
    integrity: 'totals',
    end: { bid: ['20', '4.5'], ask: ['100', '1'], levels: [15, 15], matched: 2 },
    removed: [0, -1],
    doubled: 1,
  },
];

const name = ({ venue, what = 'books' }: Recording): string => `${venue}: ${what}`;
const ROWS = RECORDINGS.map((recording): [string, Recording] => [name(recording), recording]);

describe('recordings of venues without an adapter', () => {
  it.each(ROWS)(
    '%s',
    (_name, { venue, symbol, lines, integrity, end, removed: [removed, shownAt], doubled }) => {
      const report = checkLines(venue, lines);
      expect(report).toMatchObject({
        venue,
        integrity,
        gaps: 0,
        mismatched: 0,
        firstFault: null,
        unreadable: { count: 0 },
      });
      expect(report.books[symbol]).toMatchObject({ state: 'live', removedUnknown: 0, ...end });

      const without = checkLines(venue, lines.toSpliced(removed, 1));
      if (shownAt < 0) expect(without.firstFault).toBeNull();
      else {
        // Lines are counted from 1, and those behind the removed one moved up.
        expect(without).toMatchObject({ resyncs: 1, firstFault: { line: shownAt } });
        expect(without.books[symbol]?.state).toBe('waiting');
      }

      const twice = checkLines(venue, lines.toSpliced(doubled, 0, lines[doubled] ?? ''));
      expect(twice).toMatchObject({ resyncs: 0, firstFault: { line: doubled + 2, kind: 'repeat' } });
      expect(twice.books[symbol]).toMatchObject({
        state: 'live',
        ...end,
        stale: (report.books[symbol]?.stale ?? 0) + 1,
      });
    },
  );

  it.each(ROWS)('%s, with lines that are cut, of other channels, or of no book', (_name, recording) => {
    const { venue, symbol, lines } = recording;
    const odd = [
      recv('{"what":1}'),
      recv('{"channel":"ticker","event":"update","type":"ticker","ch":"market.x.detail"}'),
      lines.at(-1)?.slice(0, -20) ?? '',
      recv('{"cut'),
      recv('7'),
    ];
    const report = checkLines(venue, [...lines, ...odd]);
    expect(report.firstFault).toBeNull();
    expect(report.books).toEqual(checkLines(venue, lines).books);
    const others = (of: CheckReport): number =>
      Object.values(of.others).reduce((sum, count) => sum + count, 0);
    const leftOut = others(report) - others(checkLines(venue, lines)) + report.unreadable.count;
    expect(leftOut).toBe(odd.length);
    expect(Object.keys(report.books)).toEqual([symbol]);
  });
});

describe('what shows that a frame was altered', () => {
  const altered = (venue: string, at: number, from: string, to: string): CheckReport => {
    const { lines } = RECORDINGS.find((recording) => recording.venue === venue) ?? { lines: [] };
    return checkLines(
      venue,
      lines.map((line, index) => (index === at ? line.replace(from, to) : line)),
    );
  };

  it.each([
    ['bitfinex', 6, '9.6,1,4', '9.6,1,5', { line: 10, kind: 'mismatch' }],
    ['bitfinex', 6, '9.6,1,4', '10.6,1,4', { line: 7, kind: 'mismatch' }],
    ['bitget', 1, '4.0', '4.00', { line: 2, kind: 'mismatch' }],
    ['bitstamp', 4, '9.60', '10.60', { line: 5, kind: 'mismatch' }],
    ['bitstamp', 5, '000011', '000007', { line: 6, kind: 'repeat' }],
    ['gate', 3, '\\"U\\":6', '\\"U\\":7', { line: 4, kind: 'gap' }],
    ['poloniex', 2, '9.00', '9,00', { line: 3, kind: 'unreadable' }],
  ])('%s, line %i: %s becomes %s', (venue, at, from, to, fault) => {
    expect(altered(venue, at, from, to).firstFault).toMatchObject(fault);
  });

  it('a quantity that Upbit’s total does not hold', () => {
    expect(checkLines('upbit', [upbit(5, '1', '15'), upbit(6, '4.5', '18.4')]).firstFault).toMatchObject({
      line: 2,
      kind: 'mismatch',
      detail: 'totals 18.4 and 15 announced, 18.5 and 15 counted',
    });
  });
});

describe('one book among several channels', () => {
  it('follows the channel that came first, and names the others', () => {
    const report = checkLines('bitget', [
      bitgetBook('snapshot', ASKS, BIDS, {}),
      bitgetBook('snapshot', [], [], {}).replace('books', 'books5'),
    ]);
    expect(report.others).toEqual({ 'books5 of spot:AAABBB, beside another channel': 1 });
    expect(report.books['spot:AAABBB']).toMatchObject({ snapshots: 1, levels: [2, 1] });
  });

  it('an empty book is a book without levels', () => {
    const report = checkLines('bitget', [bitgetBook('snapshot', [], [], {})]);
    expect(report.books['spot:AAABBB']).toMatchObject({
      state: 'live',
      levels: [0, 0],
      bid: null,
      ask: null,
    });
  });

  it('a snapshot replaces the book: merged into it, levels of the old one would stay', () => {
    const { lines } = RECORDINGS.find(({ venue }) => venue === 'gemini') ?? { lines: [] };
    const again = recv({ type: 'l2_updates', symbol: 'AAABBB', changes: [['buy', '8', '1']], trades: [] });
    expect(checkLines('gemini', [...lines, again]).books['AAABBB']).toMatchObject({
      bid: ['8', '1'],
      levels: [1, 0],
    });
  });
});

describe.runIf(HAS_SHARED_DATA)('recorded books of venues without an adapter', () => {
  it.each([
    ['BITFINEX', 'bitfinex', 'BITFINEX', { frames: 1_693, stale: 0 }, 'changes'],
    ['BITSTAMP', 'bitstamp', 'BITSTAMP', { frames: 747, stale: 102 }, 'changes'],
    ['GATEIO', 'gate', 'GATE', { frames: 239, stale: 13 }, 'changes'],
    ['CRYPTO.COM', 'cryptocom', 'CRYPTO.COM', { frames: 3_163, stale: 0 }, 'all'],
    ['GEMINI', 'gemini', 'GEMINI', { frames: 563, stale: 0 }, 'all'],
    ['HTX', 'htx', 'HTX', { frames: 362, stale: 0 }, 'all'],
    ['POLONIEX', 'poloniex', 'POLONIEX', { frames: 302, stale: 0 }, 'all'],
    ['UPBIT', 'upbit', 'UPBIT', { frames: 449, stale: 0, matched: 145 }, 'all'],
  ] as const)('%s ends with the known books', (file, venue, answers, counts, counted) => {
    const report = checkLines(venue, recordedLines(`venues/${file}.jsonl.gz`));
    expect(report).toMatchObject({
      gaps: 0,
      mismatched: 0,
      firstFault: null,
      unreadable: { count: 0 },
      ...counts,
    });
    expect(finalsOf(report, counted)).toEqual(knownFinals(answers));
  });

  it('BITGET ends with the known books to the last level, and matches every checksum', () => {
    const report = checkLines('bitget', recordedLines('venues/BITGET.jsonl.gz'));
    expect(report).toMatchObject({ frames: 740, matched: 429, mismatched: 0, firstFault: null });
    expect(report.books).toEqual(knownBooks('BITGET'));
  });

  it('matches the one real checksum of Bitfinex with its exponents', () => {
    const answers = JSON.parse(readFileSync(sharedFile('venues/known-answers.json'), 'utf8')) as {
      readonly _bitfinex_checksum_real: { readonly snapshotRaw: string; readonly cs: number };
    };
    const { snapshotRaw, cs } = answers._bitfinex_checksum_real;
    const lines = [
      {
        event: 'subscribed',
        channel: 'book',
        chanId: 1,
        symbol: 'tXRPBTC',
        prec: 'P0',
        freq: 'F0',
        len: '25',
      },
    ].map((event) => JSON.stringify(event));
    const frames = [`[1,${snapshotRaw}]`, '[1,[0.0000011,12,266122.94]]', `[1,"cs",${cs}]`];
    expect(checkLines('bitfinex', [...lines, ...frames])).toMatchObject({
      matched: 1,
      mismatched: 0,
      integrity: 'checksum',
    });
    const other = [...lines, ...frames.slice(0, 2), '[1,"cs",1293492257]'];
    expect(checkLines('bitfinex', other)).toMatchObject({ matched: 1 });
    expect(checkLines('bitfinex', [...lines, ...frames.slice(0, 1), ...frames.slice(2)])).toMatchObject({
      firstFault: { line: 3, symbol: 'tXRPBTC', kind: 'mismatch' },
    });
  });

  it('joins HTX’s real changes on to an answer that came behind them', () => {
    const { frames } = JSON.parse(readFileSync(sharedFile('venues/HTX-mbp150-frames.json'), 'utf8')) as {
      readonly frames: readonly string[];
    };
    const answer =
      '{"id":"2","status":"ok","rep":"market.aidogeusdt.mbp.150","data":{"seqNum":155247330,"bids":[[9.404E-11,3.6740021538388E11]],"asks":[]}}';
    expect(checkLines('htx', [...frames, answer]).books['aidogeusdt']).toMatchObject({
      applied: 2,
      ask: ['0.00000000009492', '5432917497272.8'],
      levels: [1, 3],
    });
  });
});

/** The parts of a report that the answers of these venues have; whether they count whole books among the changes. */
function finalsOf({ books }: CheckReport, counted: 'all' | 'changes'): object {
  return Object.fromEntries(
    Object.entries(books).map(([symbol, { bid, ask, levels, applied, snapshots }]) => [
      symbol,
      { bid, ask, levels, updates: counted === 'all' ? applied + snapshots : applied },
    ]),
  );
}
