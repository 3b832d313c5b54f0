import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { MarketLogEvent } from '../../storage/market-log-types.ts';
import { readMarketLog } from '../../storage/market-log.ts';
import { assetPairsText, captureLines, krakenSession } from '../../testing/kraken-session.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { runBacktest } from '../backtest.ts';
import { scanRecording } from '../library/recording-scan.ts';
import { header, logFolder, START_US, TRIANGLE, triangleEvents } from '../testing/made-log.ts';
import { importCapture } from './capture-import.ts';
import { isCapture } from './capture-records.ts';
import { type CsvImportOptions, importCsv } from './csv-import.ts';

const files = logFolder();
afterAll(() => files.remove());
const folder = dirname(files.write('anchor', []));
let made = 0;

function importing(lines: readonly string[], change: Partial<CsvImportOptions> = {}) {
  const file = files.write(`${++made}.csv`, lines);
  const out = join(folder, `${made}.jsonl.gz`);
  return { file, out, done: importCsv({ file, out, venue: 'kraken', symbol: 'BTC/USD', ...change }) };
}

async function eventsOf(path: string): Promise<MarketLogEvent[]> {
  const log = await readMarketLog(path);
  const events: MarketLogEvent[] = [];
  for await (const batch of log.batches) events.push(...batch);
  return events;
}

test('quotes become books of one level, with the ticks and lots that they are written with', async () => {
  const { out, done } = importing(
    [
      'Timestamp;Bid Price;Ask Price;bid_size;ASK_SIZE',
      '1700000000123;100.5;100.75;0.5;1',
      '1700000000124;100.50;101;2e-3;1',
    ],
    { feeBps: 26 },
  );
  expect(await done).toMatchObject({
    kind: 'quotes',
    venue: 'kraken-quotes',
    rows: 2,
    tickSize: '0.01',
    lotSize: '0.001',
  });
  const [first, second] = await eventsOf(out);
  expect(first).toMatchObject({
    kind: 'snapshot',
    tUs: 1_700_000_000_123_000,
    bids: [['100.5', '0.5']],
    asks: [['100.75', '1']],
  });
  expect(second).toMatchObject({ bids: [['100.50', '0.002']], asks: [['101', '1']] });
  const { header: head } = await readMarketLog(out);
  expect(head.instruments[0]).toMatchObject({ symbol: 'BTC/USD', takerFee: '0.0026' });
});

test('bars are known when they end: a trade at the close and a made book that says so', async () => {
  const { out, done } = importing(
    [
      'date,open,high,low,close,volume',
      '2026-01-31 00:00,100,110,90,105.0,12.5',
      '2026-01-31 00:01,105,106,104,104.5,0',
    ],
    { depth: '0.25', spreadBps: 10 },
  );
  const report = await done;
  expect(report).toMatchObject({ kind: 'bars', venue: 'kraken-bars', rows: 2, tickSize: '0.1' });
  expect(report.assumptions.join(' ')).toMatch(
    /bar of 60 s is replayed at its end.*synthetic book.*10 bps wide with 0.25/,
  );
  const endUs = Date.UTC(2026, 0, 31, 0, 1) * 1_000;
  const events = await eventsOf(out);
  expect(events).toMatchObject([
    { kind: 'trade', tUs: endUs, price: '105.0', qty: '12.5' },
    // Half of 10 bps of 105 is 0.0525: a whole tick away on either side.
    { kind: 'snapshot', tUs: endUs, bids: [['104.9', '0.25']], asks: [['105.1', '0.25']] },
    { kind: 'snapshot', tUs: endUs + 60_000_000, bids: [['104.4', '0.25']], asks: [['104.6', '0.25']] },
  ]);
});

test('imported quotes of three pairs trade as one market, named by their folder', async () => {
  const { events } = triangleEvents(3, 900);
  type Book = { readonly t: number; readonly i: string; readonly b: string[][]; readonly a: string[][] };
  const place = join(folder, 'market');
  for (const { symbol } of TRIANGLE as { readonly symbol: string }[]) {
    const rows = (events as Book[])
      .filter(({ i }) => i === symbol)
      .map(({ t, b, a }) => [t, b[0]?.[0], b[0]?.[1], a[0]?.[0], a[0]?.[1]].join(','));
    const file = files.write(`${symbol.replace('/', '')}.csv`, ['time,bid,bid_qty,ask,ask_qty', ...rows]);
    if (!existsSync(place)) files.folder('market');
    await importCsv({ file, out: join(place, `${symbol.replace('/', '')}.jsonl`), venue: 'made', symbol });
  }
  const report = await runBacktest({ logs: [place] });
  expect(report).toMatchObject({ events: 900 });
  expect(report.fills).toBeGreaterThan(0);
  await expect(runBacktest({ logs: [files.folder('bare')] })).rejects.toThrow(
    /is a folder without a market log/,
  );
});

describe('the lot of a file', () => {
  const quotes = (sizes: readonly [string, string][]): string[] => [
    'time,bid,ask,bid_size,ask_size',
    ...sizes.map(([bid, ask], at) => `${1_700_000_000 + at},60000.1,60000.2,${bid},${ask}`),
  ];

  test.each([
    [
      'whole sizes do not show one',
      quotes([['3', '1']]),
      {},
      '0.00000001',
      /whole numbers.*steps of 0\.00000001 BTC.*--lot/,
    ],
    [
      'sizes with a fraction do',
      quotes([['0.5', '1']]),
      {},
      '0.1',
      /sizes, orders.*0\.1 BTC.*worth up to 6000\.02 USD/,
    ],
    [
      'sizes that were asked for do not',
      ['time,bid,ask', '1700000000,60000.1,60000.2'],
      { depth: '2' },
      '0.00000001',
      /no sizes.*steps of 0\.00000001/,
    ],
    ['one that is given is taken', quotes([['3', '1']]), { lotSize: '1' }, '1', /^(?!.*--lot)/],
    [
      'sizes beyond a book of eight decimals leave fewer',
      quotes([['3000000000', '1']]),
      {},
      '0.000001',
      /steps of 0\.000001 BTC/,
    ],
  ] as const)('%s', async (_name, lines, change, lotSize, words) => {
    const report = await importing(lines, change).done;
    expect(report.lotSize).toBe(lotSize);
    expect(report.assumptions.join(' ')).toMatch(words);
  });

  test('of a book is of orders alone: no level is rounded', async () => {
    const lines = [
      'exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount',
      ...['bid,1.00,2.5', 'ask,1.01,3.5'].map(
        (level) => `x,BTCUSD,1700000000000000,1700000000000001,true,${level}`,
      ),
    ];
    const { out, done } = importing(lines, { lotSize: '1' });
    expect((await done).lotSize).toBe('1');
    expect(await eventsOf(out)).toMatchObject([{ bids: [['1.00', '2.5']], asks: [['1.01', '3.5']] }]);
  });

  test('that is worth more than the account is named in the report of a backtest, with what would change it', async () => {
    const { out, done } = importing(
      quotes([
        ['3', '1'],
        ['4', '2'],
      ]),
      { lotSize: '1' },
    );
    await done;
    const { explain } = await runBacktest({ logs: [out], capital: { USD: '1000' } });
    expect(explain.join(' ')).toMatch(
      /1000 USD are less than one order of BTC\/USD \(a lot is 1 BTC, worth 60000\.15 USD\).*--lot/,
    );
    const rich = await runBacktest({ logs: [out], capital: { USD: '100000' } });
    expect(rich.explain.join(' ')).not.toMatch(/less than one order/);
  });
});

const QUOTES = 'time,bid,ask,bid_size,ask_size';
const BARS = 'time,open,high,low,close,volume';
test.each([
  ['a header that says nothing', ['x,y,z', '1,2,3'], {}, /header: "x,y,z" names neither quotes nor bars/],
  [
    'bars without a column',
    ['time,open,close', '1,2,3'],
    {},
    /header: "time,open,close" has no column for the high/,
  ],
  ['two columns for one thing', ['time,bid,ask,Bid Price', '1,2,3,4'], {}, /both name the bid/],
  ['no rows', [QUOTES], {}, /has no rows/],
  ['a field too few', [QUOTES, '1700000000,1,2,3'], {}, /row 2: ".*" has 4 fields, the header names 5/],
  [
    'a price that is none',
    [QUOTES, '1700000000,x,2,1,1'],
    {},
    /row 2, column bid: "x" is not a number above zero/,
  ],
  [
    'a price of zero',
    [QUOTES, '1700000000,0.0,2,1,1'],
    {},
    /row 2, column bid: "0.0" is not a number above zero/,
  ],
  [
    'a crossed quote',
    [QUOTES, '1700000000,3,2,1,1'],
    {},
    /row 2, column bid: "3" is not below the ask \(2\)/,
  ],
  [
    'a time that is none',
    [QUOTES, 'noon,1,2,1,1'],
    {},
    /row 2, column time: "noon" is not a time. Write for example/,
  ],
  [
    'time running backwards',
    [QUOTES, '1700000001,1,2,1,1', '1700000000,1,2,1,1'],
    {},
    /row 3, column time: "1700000000" is not after/,
  ],
  ['no sizes', ['time,bid,ask', '1700000000,1,2'], {}, /--depth: is needed: the file has no sizes/],
  [
    'a high below its close',
    [BARS, '1700000000,1,2,1,3,0'],
    { depth: '1', spreadBps: 1 },
    /column close: "3" is above the high \(2\)/,
  ],
  [
    'bars without a spread',
    [BARS, '1700000000,1,2,1,2,0', '1700000060,1,2,1,2,0'],
    { depth: '1' },
    /--spread-bps: is needed/,
  ],
  [
    'one bar of unknown length',
    [BARS, '1700000000,1,2,1,2,0'],
    { depth: '1', spreadBps: 1 },
    /--bar: is needed/,
  ],
  [
    'a symbol that is not a pair',
    [QUOTES, '1700000000,1,2,1,1'],
    { symbol: 'BTC' },
    /--symbol: "BTC" is not a pair/,
  ],
])('%s is refused with its place, and leaves no log', async (_, lines, change, message) => {
  const { out, done } = importing(lines, change);
  await expect(done).rejects.toThrow(message);
  expect(existsSync(out) || existsSync(`${out}.part`)).toBe(false);
});

type Capture = { readonly file: string; readonly pairs: string; readonly depth: number };

const captures: [string, () => Capture][] = [
  [
    'a made session',
    () => ({
      file: files.write('xrp-session.jsonl', captureLines(krakenSession(['XRP/USD'], 20))),
      pairs: files.write('pairs.json', [assetPairsText()]),
      depth: 10,
    }),
  ],
];
if (HAS_SHARED_DATA)
  captures.push([
    'a recorded session',
    () => ({
      file: sharedFile('kraken/xrpusd-book25.jsonl'),
      pairs: sharedFile('kraken/AssetPairs-2026-01-12.json'),
      depth: 25,
    }),
  ]);

test.each(captures)(
  'a capture of %s becomes a log whose checksums all match, with and without a list of instruments',
  async (name, take) => {
    const { file, pairs, depth } = take();
    expect(await isCapture(file)).toBe(true);
    for (const instruments of [pairs, undefined]) {
      const out = join(folder, `${name}-${instruments === undefined ? 'guessed' : 'listed'}.jsonl.gz`);
      const result = await importCapture({ file, out, venue: 'kraken', instruments });
      expect(result).toMatchObject({ symbols: ['XRP/USD'] });
      expect(result.assumptions).toHaveLength(instruments === undefined ? 1 : 0);
      const found = await scanRecording(out);
      expect(found).toMatchObject({
        events: result.frames,
        checksumFaults: 0,
        unreadableFrames: 0,
        bookDepth: depth,
      });
      expect(found.bookMessages).toBeGreaterThan(1_000);
    }
  },
);

test('a capture with a fault is refused by line, and one of an unknown venue by its venue', async () => {
  const frame = (ns: string, raw: string): string => `{"recv_ns": ${ns}, "raw": ${JSON.stringify(raw)}}`;
  const book =
    '{"channel":"book","type":"snapshot","data":[{"symbol":"A/B","bids":[{"price":1.5,"qty":1.0}],"asks":[],"checksum":1}]}';
  const of = (name: string, lines: readonly string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, gzipSync(`${lines.join('\n')}\n`));
    return path;
  };
  const late = of('late.gz', [frame('1700000000000002000', book), frame('1700000000000001000', book)]);
  const out = join(folder, 'refused.jsonl');
  await expect(importCapture({ file: late, out, venue: 'kraken' })).rejects.toThrow(
    /late\.gz line 2: "1700000000000001" is earlier than/,
  );
  const torn = of('torn.gz', [frame('1700000000000002000', book), '{"recv_ns": 1']);
  await expect(importCapture({ file: torn, out, venue: 'kraken' })).rejects.toThrow(
    /torn\.gz line 2: .* is not \{"recv_ns"/,
  );
  const quiet = of('quiet.gz', [frame('1700000000000002000', '{"channel":"heartbeat"}')]);
  await expect(importCapture({ file: quiet, out, venue: 'kraken' })).rejects.toThrow(
    /"0" is not from 1 to \d+ books/,
  );
  await expect(importCapture({ file: late, out, venue: 'mtgox' })).rejects.toThrow(
    /--venue: "mtgox" has frames that no adapter can read/,
  );
  expect(existsSync(out)).toBe(false);
  expect(await isCapture(files.write('log.jsonl', [header(TRIANGLE), { t: START_US }]))).toBe(false);
});
