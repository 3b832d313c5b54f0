import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../domain/errors.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { MAX_LINE_BYTES } from './market-log-lines.ts';
import type { MarketLogEvent } from './market-log-types.ts';
import { type MarketLogOptions, readMarketLog } from './market-log.ts';

/** Recordings that are read as well, where they are there. */
const POLONIEX = sharedFile('poloniex/triangle-2022-08-21.market-log.jsonl.gz');
const FX = sharedFile('fx/eurusd-gbpusd-eurgbp.market-log.jsonl.gz');

const HEADER = JSON.stringify({
  format: 'parallax-market-log',
  version: 1,
  venue: 'kraken',
  instruments: [
    {
      symbol: 'BTC/USD',
      base: 'BTC',
      quote: 'USD',
      tickSize: '0.1',
      lotSize: '0.0001',
      minQty: '0',
      minNotional: '0',
    },
  ],
});
const SNAPSHOT =
  '{"t":10,"i":"BTC/USD","k":"snapshot","b":[["100.0","1.50"]],"a":[["100.1","2"]],"seq":5,"prev":4}';
const TRADE = '{"t":11,"i":"BTC/USD","k":"trade","p":"100.1","q":"0.0300","side":"buy"}';
const RAW = '{"t":12,"raw":"{\\"price\\": 1e-7, \\"qty\\": 0.10}"}';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-log-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Buffer, name = 'test.jsonl'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const header = (change: object): string =>
  `${JSON.stringify({ ...(JSON.parse(HEADER) as object), ...change })}\n`;
const delta = (b: unknown): string => JSON.stringify({ t: 20, i: 'BTC/USD', k: 'delta', b, a: [] });
const lines = (...events: string[]): string => [HEADER, ...events, ''].join('\n');

/** A log of so many quotes, gzipped. */
function manyQuotes(count: number): Buffer {
  const events = Array.from({ length: count }, (_, index) => {
    const price = (100 + (index % 997) / 10).toFixed(1);
    return `{"t":${20 + index * 7},"i":"BTC/USD","k":"snapshot","b":[["${price}","1"]],"a":[["900","2"]]}`;
  });
  return gzipSync(lines(...events));
}

async function readAll(path: string, options?: MarketLogOptions): Promise<MarketLogEvent[]> {
  const log = await readMarketLog(path, options);
  const events: MarketLogEvent[] = [];
  for await (const batch of log.batches) events.push(...batch);
  return events;
}

async function refusal(path: string, options?: MarketLogOptions): Promise<UserError> {
  try {
    await readAll(path, options);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const problem = error as UserError;
    expect(problem.message).not.toContain('\n');
    expect(problem.problem.remedy).toBeTruthy();
    return problem;
  }
  throw new Error('the log was read without a refusal');
}

describe('readMarketLog', () => {
  it('reads events of every kind, with decimals as they were written', async () => {
    const events = await readAll(file(lines(SNAPSHOT, TRADE, RAW)));
    const common = { symbol: 'BTC/USD', instrumentIndex: 0 };
    expect(events).toEqual([
      {
        kind: 'snapshot',
        line: 2,
        tUs: 10,
        ...common,
        bids: [['100.0', '1.50']],
        asks: [['100.1', '2']],
        seq: 5,
        prevSeq: 4,
      },
      { kind: 'trade', line: 3, tUs: 11, ...common, price: '100.1', qty: '0.0300', side: 'buy' },
      expect.objectContaining({ kind: 'raw', line: 4, tUs: 12 }),
    ]);
    expect(events[2]).toHaveProperty('frame', '{"price": 1e-7, "qty": 0.10}');
  });

  it('keeps the venue’s own time beside the time of arrival', async () => {
    const [t, v] = [1_700_000_000_005_000, 1_700_000_000_000_000];
    const common = { i: 'BTC/USD', v };
    const [book, trade] = await readAll(
      file(
        lines(
          JSON.stringify({ t, k: 'snapshot', b: [], a: [], ...common }),
          JSON.stringify({ t, k: 'trade', p: '1', q: '1', side: 'buy', ...common }),
        ),
      ),
    );
    expect([book, trade]).toMatchObject([
      { tUs: t, venueUs: v },
      { tUs: t, venueUs: v },
    ]);
  });

  it('reads a frame alike however its line is laid out, and says where one is not a JSON string', async () => {
    const frames = ['{"a":"\u00e9\n\\\\"}', '', '"', 'x'.repeat(70_000)];
    const own = frames.map((raw) => JSON.stringify({ t: 20, raw }));
    const other = frames.map((raw) => JSON.stringify({ raw, t: 20 }, null, 1).replaceAll('\n', ' '));
    const read = await readAll(file(lines(...own, ...other)));
    expect(read.map((event) => (event.kind === 'raw' ? event.frame : ''))).toEqual([...frames, ...frames]);
    const [broken] = await readAll(file(lines('{"t":20,"raw":"a"b"}')));
    expect(() => broken?.kind === 'raw' && broken.frame).toThrow(/test\.jsonl line 2, raw: .*is not text/);
    expect((await refusal(file(lines('{"t":20,"raw":"x"}', '{"t":19,"raw":"x"}')))).message).toMatch(
      /line 3, t/,
    );
  });

  it('recognises gzip by its bytes, whatever the name says', async () => {
    const zipped = await readAll(file(gzipSync(lines(SNAPSHOT, TRADE)), 'zipped.jsonl'));
    const plain = await readAll(file(lines(SNAPSHOT, TRADE), 'plain.jsonl.gz'));
    expect(zipped).toEqual(plain);
    expect(plain).toHaveLength(2);
  });

  it('reads several gzip members as one log', async () => {
    const members = [lines(SNAPSHOT), `${TRADE}\n`, `${RAW}\n`].map((text) => gzipSync(text));
    const events = await readAll(file(Buffer.concat(members)));
    expect(events.map((event) => event.kind)).toEqual(['snapshot', 'trade', 'raw']);
  });

  it('accepts a last line that is whole but has no line break', async () => {
    expect(await readAll(file(lines(SNAPSHOT, TRADE).trimEnd()))).toHaveLength(2);
  });

  it.runIf(HAS_SHARED_DATA)('reads a real recording of a triangle', async () => {
    const log = await readMarketLog(POLONIEX);
    expect(log.header.venue).toBe('poloniex');
    expect(log.header.instruments).toHaveLength(11);
    const events = await readAll(POLONIEX);
    expect(events).toHaveLength(294);
    expect(events.filter((event) => event.kind === 'snapshot')).toHaveLength(11);
    expect(events[0]).toMatchObject({
      tUs: 1661123517853324,
      symbol: 'USDJ/USDT',
      seq: 74230,
      prevSeq: 74229,
    });
    await log.close();
  });

  it('reads 40,000 quotes in order, each exactly once, and in batches', () =>
    eachOnce(file(manyQuotes(40_000), 'many.gz'), 40_000));

  it.runIf(HAS_SHARED_DATA)('reads the 120,000 of a recorded market likewise', () => eachOnce(FX, 120_000));

  async function eachOnce(path: string, count: number): Promise<void> {
    const log = await readMarketLog(path);
    const wanted = gunzipSync(readFileSync(path)).toString().split('\n');
    let line = 1;
    let batches = 0;
    for await (const batch of log.batches) {
      batches++;
      for (const event of batch) {
        line++;
        if (
          event.line !== line ||
          event.kind === 'raw' ||
          event.kind === 'perpetual' ||
          event.kind === 'funding' ||
          !wanted[line - 1]?.includes(`"t":${event.tUs},"i":"${event.symbol}"`)
        ) {
          throw new Error(`event at line ${line} differs from the file`);
        }
      }
    }
    expect(line).toBe(count + 1);
    expect(batches).toBeLessThan(count / 100);
  }
});

describe('a log that breaks off', () => {
  it('is refused at the line where the text ends', async () => {
    const { problem } = await refusal(file(lines(SNAPSHOT, TRADE, RAW).slice(0, -20)));
    expect(problem.code).toBe('truncated-log');
    expect(problem.field).toMatch(/test\.jsonl line 4$/);
  });

  it('is refused at the line where the gzip ends', async () => {
    const whole = manyQuotes(40_000);
    const { problem } = await refusal(file(whole.subarray(0, whole.length >> 1), 'cut.gz'));
    expect(problem.code).toBe('truncated-log');
    const line = Number(/line (\d+)$/.exec(problem.field ?? '')?.[1]);
    const salvaged = await readAll(join(folder, 'cut.gz'), { allowUnfinished: true });
    expect(salvaged.length).toBeGreaterThan(10_000);
    expect(line).toBe(salvaged.length + 2);
  });

  it('is read up to its last complete line when asked to', async () => {
    const path = file(lines(SNAPSHOT, TRADE, RAW).slice(0, -20));
    const log = await readMarketLog(path, { allowUnfinished: true });
    const events: MarketLogEvent[] = [];
    for await (const batch of log.batches) events.push(...batch);
    expect(events.map((event) => event.kind)).toEqual(['snapshot', 'trade']);
    expect(log.cutShort()).toBe(true);
  });

  it('is refused in its header too', async () => {
    expect((await refusal(file(HEADER.slice(0, 100)))).problem.code).toBe('truncated-log');
  });

  it.each([
    ['text', Buffer.from('lost events')],
    ['zeros', Buffer.alloc(4_096)],
  ])('is refused when %s that are not gzip follow the gzip', async (_name, garbage) => {
    const path = file(Buffer.concat([gzipSync(lines(SNAPSHOT)), garbage]));
    expect((await refusal(path)).problem.code).toBe('damaged-log');
  });

  it('is refused when the gzip is damaged inside', async () => {
    const bytes = manyQuotes(40_000);
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 100);
    // Depending on the chunk, the damage shows in the text before it shows in the checksum.
    expect((await refusal(file(bytes))).problem.code).toMatch(/^(damaged-log|bad-event)$/);
  });
});

describe('a file that is not a usable market log', () => {
  const instrument = (change: object): string => {
    const [first] = (JSON.parse(HEADER) as { instruments: object[] }).instruments;
    return header({ instruments: [{ ...first, ...change }] });
  };
  const both = (...symbols: string[]): string => {
    const [first] = (JSON.parse(HEADER) as { instruments: object[] }).instruments;
    return header({ instruments: symbols.map((symbol) => ({ ...first, symbol })) });
  };

  it.each([
    ['empty', '', 'empty-log', /line 1/],
    ['some other text', 'time,price\n1,2\n', 'not-a-market-log', /"time,price"/],
    ['some other JSON', '{"format":"trades"}\n', 'not-a-market-log', /"trades"/],
    [
      'a newer version',
      header({ version: 2 }),
      'newer-version',
      /version 2, this Parallax reads 1. Update Parallax/,
    ],
    ['no version', header({ version: undefined }), 'bad-header', /version: "\(missing\)"/],
    ['no venue', header({ venue: 7 }), 'bad-header', /venue: "7"/],
    ['no instruments', header({ instruments: [] }), 'bad-header', /instruments/],
    [
      'an instrument without its tick',
      instrument({ tickSize: undefined }),
      'bad-header',
      /\[0\]\.tickSize: "\(missing\)"/,
    ],
    ['a tick of zero', instrument({ tickSize: '0' }), 'bad-instrument', /BTC\/USD\.tickSize: "0"/],
    [
      'a pair under both of its names',
      both('XBT/USD', 'BTC/USD'),
      'bad-header',
      /BTC\/USD" is another name of XBT\/USD/,
    ],
    ['a pair twice', both('BTC/USD', 'BTC/USD'), 'bad-header', /BTC\/USD" is listed twice/],
    ['a negative fee', instrument({ takerFee: '-0.1' }), 'bad-header', /takerFee: "-0.1"/],
    ['an unknown status', instrument({ status: 'on' }), 'bad-header', /status: "on"/],
    ['binary data', Buffer.from([0xc3, 0x28, 0x0a, 0x0a]), 'damaged-log', /UTF-8/],
    ['an endless line', 'x'.repeat(MAX_LINE_BYTES + 1), 'line-too-long', /line 1/],
  ])('refuses %s', async (_name, content, code, message) => {
    const error = await refusal(file(content));
    expect(error.problem.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('refuses one that does not exist, and a folder', async () => {
    expect((await refusal(join(folder, 'absent'))).message).toContain('does not exist');
    expect((await refusal(folder)).message).toContain('is a folder');
  });
});

describe('an event that is wrong', () => {
  it.each([
    ['no JSON in the middle', '{"t":', /line 3, event: "\{"t":"/],
    ['a list', '[1]', /is not a JSON object/],
    ['no time', '{"i":"BTC/USD"}', /, t: "\(missing\)"/],
    ['a time with a fraction', '{"t":12.5,"raw":""}', /, t: "12.5"/],
    ['a negative time', '{"t":-1,"raw":""}', /, t: "-1"/],
    [
      'a time in seconds',
      '{"t":1700000000,"raw":""}',
      /, t: "1700000000" .*seems to be seconds since 1970 \(2023-11-14/,
    ],
    [
      'a time in milliseconds',
      '{"t":1700000000000,"raw":""}',
      /, t: "1700000000000" .*seems to be milliseconds since 1970 \(2023-11-14/,
    ],
    [
      'calendar digits',
      '{"t":20240101120000,"raw":""}',
      /, t: "20240101120000" is outside the years 1971 to 2099/,
    ],
    [
      'a time in nanoseconds',
      '{"t":1700000000000000000,"raw":""}',
      /is not a time; it seems to be nanoseconds/,
    ],
    [
      'a venue’s time in milliseconds',
      '{"t":1700000000000000,"i":"BTC/USD","k":"trade","p":"1","q":"1","side":"buy","v":1700000000000}',
      /, v: .*seems to be milliseconds/,
    ],
    ['time running backwards', '{"t":9,"raw":""}', /, t: "9" is before the event above it \(10\)/],
    ['an unknown instrument', '{"t":20,"i":"ETH/USD","k":"delta"}', /, i: "ETH\/USD" is not an instrument/],
    ['an unknown kind', '{"t":20,"i":"BTC/USD","k":"update"}', /, k: "update"/],
    ['a missing side of the book', '{"t":20,"i":"BTC/USD","k":"delta","b":[]}', /, a: "\(missing\)"/],
    ['a level of three', delta([['1', '2', '3']]), /, b\[0\]: /],
    ['a price as a number', delta([[1, '2']]), /, b\[0\] price: "1"/],
    ['a price of zero', delta([['0.00', '2']]), /, b\[0\] price: "0.00"/],
    [
      'an exponent',
      delta([
        ['100', '1'],
        ['1', '1e-7'],
      ]),
      /, b\[1\] quantity: "1e-7"/,
    ],
    ['a negative quantity', delta([['1', '-2']]), /, b\[0\] quantity: "-2"/],
    ['a missing quantity', delta([['1']]), /, b\[0\]: /],
    ['too many levels', delta(Array.from({ length: 5_001 }, () => ['1', '1'])), /5001 levels/],
    ['a broken sequence number', '{"t":20,"i":"BTC/USD","k":"delta","b":[],"a":[],"seq":"x"}', /, seq: "x"/],
    ['a trade without a side', '{"t":20,"i":"BTC/USD","k":"trade","p":"1","q":"1"}', /, side: "\(missing\)"/],
    ['a trade of nothing', '{"t":20,"i":"BTC/USD","k":"trade","p":"1","q":"0","side":"buy"}', /, q: "0"/],
    ['a raw frame that is not text', '{"t":20,"raw":{}}', /, raw: "\{\}"/],
  ])('is refused: %s', async (_name, event, message) => {
    const error = await refusal(file(lines(SNAPSHOT, event, RAW)));
    expect(error.message).toMatch(/test\.jsonl line 3/);
    expect(error.message).toMatch(message);
  });

  it('is refused even where a broken end would be forgiven', async () => {
    const error = await refusal(file(lines(SNAPSHOT, '{"t":', RAW)), { allowUnfinished: true });
    expect(error.problem.code).toBe('bad-event');
  });
});
