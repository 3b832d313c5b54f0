/** Recorded wires, of Binance above all, as market logs: frames, REST answers, lists of instruments, and what breaks off. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { runBacktest } from '../backtest.ts';
import { scanRecording } from '../library/recording-scan.ts';
import { importCapture } from './capture-import.ts';
import { isCapture } from './capture-records.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'parallax-wire-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FROM_S = 1_700_000_000;
const row = (symbol: string, baseAsset: string, quoteAsset: string): object => ({
  symbol,
  baseAsset,
  quoteAsset,
  status: 'TRADING',
  isSpotTradingAllowed: true,
  filters: [
    { filterType: 'PRICE_FILTER', tickSize: '0.01000000', minPrice: '0', maxPrice: '0' },
    { filterType: 'LOT_SIZE', stepSize: '0.00100000', minQty: '0.00100000', maxQty: '9000' },
    { filterType: 'NOTIONAL', minNotional: '5' },
  ],
});
const http = (seconds: number, path: string, data: object): string =>
  JSON.stringify({
    t: 'http',
    conn: 'h',
    ts: FROM_S + seconds,
    url: `https://x/api/v3/${path}`,
    data: JSON.stringify(data),
  });
const recv = (seconds: number, stream: string, data: object): string =>
  JSON.stringify({ t: 'recv', conn: 'w', ts: FROM_S + seconds, data: JSON.stringify({ stream, data }) });
const diff = (seconds: number, id: number, s = 'AAABBB'): string =>
  recv(seconds, `${s.toLowerCase()}@depth@100ms`, {
    e: 'depthUpdate',
    E: (FROM_S + seconds) * 1_000,
    s,
    U: id,
    u: id,
    b: [['10.00000000', `${id}.00000000`]],
    a: [],
  });
const LIST = http(0.1, 'exchangeInfo', {
  symbols: [row('AAABBB', 'AAA', 'BBB'), row('CCCDDD', 'CCC', 'DDD')],
});
const BOOK = {
  lastUpdateId: 101,
  bids: [['10.00000000', '1.00000000']],
  asks: [['10.50000000', '3.00000000']],
};
/** The recorder wrote its REST answers first. */
const WIRE = [
  '{"t":"header","format":2,"exchange":"BINANCE"}',
  LIST,
  http(2.5, 'depth?symbol=AAABBB&limit=100', BOOK),
  JSON.stringify({ t: 'connect', conn: 'w', ts: FROM_S, addr: 'wss://x' }),
  diff(1, 100),
  diff(2, 102),
  recv(3, 'aaabbb@bookTicker', { u: 104, s: 'AAABBB', b: '10.01', B: '2', a: '10.50', A: '3' }),
  recv(3.1, 'aaabbb@kline_1m', { e: 'kline', s: 'AAABBB' }),
  recv(3.2, 'aaabbb@aggTrade', { e: 'aggTrade', s: 'AAABBB' }),
  recv(3.3, 'cccddd@trade', { e: 'trade', s: 'CCCDDD', p: '1.00', q: '1.000', T: 1, m: true }),
  recv(3.4, 'aaabbb@trade', { e: 'trade', s: 'AAABBB', p: '10.00', q: '1.000', T: 1, m: true }),
  diff(4, 103),
  diff(5, 104),
];

function written(name: string, bytes: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function imported(file: string, more: { symbol?: string; instruments?: string } = {}) {
  expect(await isCapture(file)).toBe(true);
  const out = `${file}.log.jsonl`;
  const result = await importCapture({ file, out, venue: 'binance', ...more });
  return { result, out };
}

describe('a recorded wire', () => {
  it.each([
    ['plain', (text: string) => text],
    ['gzip', (text: string) => gzipSync(text)],
    ['zstd', (text: string) => zstdCompressSync(text)],
  ])(
    '%s: becomes a log of its books, touches and trades, in time, with the list that stood in it',
    async (name, pack) => {
      const { result, out } = await imported(written(`wire.${name}`, pack(`${WIRE.join('\n')}\n`)));
      expect(result).toMatchObject({
        symbols: ['AAABBB'],
        // Four changes, a snapshot, a touch and a trade; a trade of a pair without a book is none of them.
        frames: 7,
        fromUs: (FROM_S + 1) * 1_000_000,
        toUs: (FROM_S + 5) * 1_000_000,
        assumptions: [],
        warnings: ['frames that are neither book nor trade were skipped: 1 of kline_1m, 1 of aggTrade'],
      });
      expect(await scanRecording(out)).toMatchObject({
        events: 7,
        sequenceGaps: 0,
        unreadableFrames: 0,
        bookDepth: 100,
        trades: 1,
        isUnfinished: false,
      });
    },
  );

  it.each([
    ['text', (text: string) => text],
    ['gzip', (text: string) => gzipSync(text).subarray(0, -30)],
  ])('whose %s breaks off is read up to its last whole line, and says so', async (name, pack) => {
    const file = written(`torn.${name}`, pack(`${WIRE.join('\n')}\n{"t":"recv","conn":"w","ts":17`));
    const { result, out } = await imported(file);
    expect(result.warnings[0]).toMatch(/is truncated/);
    expect((await scanRecording(out)).events).toBe(result.frames);
  });

  it('without a list needs one, or the pair of its only book', async () => {
    const bare = WIRE.filter((line) => line !== LIST);
    const file = written('bare.jsonl', `${bare.join('\n')}\n`);
    await expect(imported(file)).rejects.toThrow(/"AAABBB" does not show its two assets.*--symbol/);
    await expect(imported(file, { symbol: 'AAA/CCC' })).rejects.toThrow(
      /--symbol: "AAA\/CCC" is not base and quote/,
    );
    const { result } = await imported(file, { symbol: 'AAA/BBB' });
    expect(result.assumptions).toHaveLength(1);
    const listed = written('list.json', JSON.stringify({ symbols: [row('AAABBB', 'AAA', 'BBB')] }));
    rmSync(`${file}.log.jsonl`);
    expect((await imported(file, { instruments: listed })).result.assumptions).toEqual([]);
    rmSync(`${file}.log.jsonl`);
    await expect(imported(file, { instruments: listed, symbol: 'AAA/BBB' })).rejects.toThrow(
      /--symbol.*is not used/,
    );
  });

  it('of nanoseconds and frames takes the snapshot that stands in the stream, and shows it with the change that waited', async () => {
    const ns = (line: string, seconds: number): string => {
      const { data } = JSON.parse(line) as { readonly data: string };
      return `${FROM_S + seconds}000000000 ${data}`;
    };
    const lines = [
      ns(diff(1, 102), 1),
      `${FROM_S + 2}000000000 ${JSON.stringify(BOOK)}`,
      ns(diff(3, 103), 3),
    ];
    const { result, out } = await imported(written('two.txt', `${lines.join('\n')}\n`), {
      symbol: 'AAA/BBB',
    });
    expect(result).toMatchObject({ frames: 3, warnings: [] });
    expect(await scanRecording(out)).toMatchObject({ sequenceGaps: 0, bookMessages: 2 });
  });

  it('that goes back in time, or has a line that is none, is refused by line and leaves no log', async () => {
    for (const [name, lines, reason] of [
      ['back.jsonl', [...WIRE, diff(1, 105)], /back\.jsonl line 14: .* is earlier than the line above/],
      ['odd.jsonl', [...WIRE, 'nonsense', diff(6, 105)], /line 14: cannot be read/],
    ] as const) {
      const file = written(name, `${lines.join('\n')}\n`);
      await expect(imported(file)).rejects.toThrow(reason);
      expect(existsSync(`${file}.log.jsonl`)).toBe(false);
    }
  });

  it.runIf(HAS_SHARED_DATA).each([
    ['venues/BINANCE.jsonl.gz', 'binance', ['NKNUSDT', 'BLZETH', 'LRCBTC', 'RUNEEUR'], undefined],
    ['venues/BINANCE_US.jsonl.gz', 'binance-us', ['COMPUSDT', 'OMGBUSD', 'CRVUSDT', 'ZRXUSDT'], undefined],
    [
      'venues/KUCOIN.jsonl.gz',
      'kucoin',
      ['ANKR-BTC', 'BCHSV-USDT', 'CAPP-BTC', 'DAPPT-BTC', 'EQZ-BTC'],
      undefined,
    ],
    ['binance/spot_btcusdt_20240808.gz', 'binance', ['BTCUSDT'], 'BTC/USDT'],
  ] as const)('%s can be backtested', async (file, venue, symbols, symbol) => {
    const out = join(folder, `${venue}-${symbols.length}.jsonl.gz`);
    const result = await importCapture({ file: sharedFile(file), out, venue, symbol });
    expect(result.symbols.toSorted()).toEqual([...symbols].toSorted());
    const found = await scanRecording(out);
    expect(found).toMatchObject({ events: result.frames, sequenceGaps: 0, unreadableFrames: 0 });
    if (symbol === undefined) return;
    expect((await runBacktest({ logs: [out], capital: { USDT: '1000' } })).events).toBe(result.frames);
  });

  it.runIf(HAS_SHARED_DATA)(
    'of two markets with symbols of the same names becomes a log of the spot market',
    async () => {
      // Each connection stands in a block of its own: sorted by time, as the refusal advises.
      const source = gunzipSync(readFileSync(sharedFile('venues/BYBIT.jsonl.gz'))).toString('utf8');
      const timed = source
        .trim()
        .split('\n')
        .map((line): [number, string] => [Number(/"ts":([\d.]+)/.exec(line)?.[1] ?? 0), line]);
      const sorted = timed.sort(([a], [b]) => a - b).map(([, line]) => line);
      const out = join(folder, 'bybit.jsonl.gz');
      const file = written('bybit-sorted.jsonl', sorted.join('\n'));
      const result = await importCapture({ file, out, venue: 'bybit' });
      expect(result.symbols.toSorted()).toEqual(['BTCUSDT', 'ETHUSDT']);
      const found = await scanRecording(out);
      expect(found).toMatchObject({ events: result.frames, sequenceGaps: 0, unreadableFrames: 0 });
    },
  );
});
