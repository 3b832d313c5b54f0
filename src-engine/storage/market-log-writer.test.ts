import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserError } from '../domain/errors.ts';
import { NONE } from '../domain/market-data.ts';
import type { MarketLogEvent } from './market-log-types.ts';
import { findUnfinishedLogs, MarketLogWriter, type MarketLogWriterOptions } from './market-log-writer.ts';
import { readMarketLog } from './market-log.ts';

const T = Date.UTC(2026, 7, 2, 3, 35, 51) * 1_000;
const HOUR_US = 3_600_000_000;
const INSTRUMENTS = [
  {
    symbol: 'BTC/USD',
    base: 'BTC',
    quote: 'USD',
    tickSize: '0.1',
    lotSize: '0.00000001',
    minQty: '0.0001',
    minNotional: '5',
    takerFee: '0.004',
  },
];

let folder = '';
let errors: UserError[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-record-'));
  errors = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(change: Partial<MarketLogWriterOptions> = {}): Promise<MarketLogWriter> {
  return MarketLogWriter.start({
    folder,
    venue: 'kraken',
    instruments: INSTRUMENTS,
    startedUs: T,
    onError: (error) => errors.push(error),
    ...change,
  });
}

async function read(path: string, allowUnfinished = false): Promise<MarketLogEvent[]> {
  const events: MarketLogEvent[] = [];
  for await (const batch of (await readMarketLog(path, { allowUnfinished })).batches) events.push(...batch);
  return events;
}

it('leaves no file where its header cannot be written', async () => {
  // A header that is no JSON stands for a disk that is full after the file was made.
  const [instrument] = INSTRUMENTS.map((one) => ({
    ...one,
    toJSON: () => {
      throw new Error('no space');
    },
  }));
  await expect(start({ instruments: instrument === undefined ? [] : [instrument] })).rejects.toThrow();
  expect(readdirSync(folder)).toEqual([]);
});

describe.each([false, true])('MarketLogWriter (gzip: %s)', (gzip) => {
  it('writes what the reader reads', async () => {
    const writer = await start({ gzip });
    const frame = '{"channel":"book","data":[{"qty":0.10,"price":1e-7}],"note":"ü\\n"}';
    writer.raw(T, frame);
    writer.book('snapshot', T + 1, 'BTC/USD', [['64000.10', '0.5']], [], 7, 6);
    writer.book('delta', T + 2, 'BTC/USD', [], [['64001.0', '0']], NONE, NONE);
    writer.trade(T + 3, 'BTC/USD', '64000.1', '0.00000001', 'sell');
    const summary = await writer.close();
    expect(summary).toMatchObject({ events: 4, dropped: 0 });
    expect(summary.files.map((file) => basename(file))).toEqual([
      `kraken-20260802T033551-0001.market-log.jsonl${gzip ? '.gz' : ''}`,
    ]);
    const [file = ''] = summary.files;
    expect((await readMarketLog(file)).header).toMatchObject({ venue: 'kraken', instruments: INSTRUMENTS });
    const common = { symbol: 'BTC/USD', instrumentIndex: 0 };
    const book = { ...common, bids: [['64000.10', '0.5']], asks: [], seq: 7, prevSeq: 6 };
    const events = await read(file);
    expect(events[0]).toHaveProperty('frame', frame);
    expect(events).toEqual([
      expect.objectContaining({ kind: 'raw', line: 2, tUs: T }),
      { kind: 'snapshot', line: 3, tUs: T + 1, ...book },
      {
        kind: 'delta',
        line: 4,
        tUs: T + 2,
        ...common,
        bids: [],
        asks: [['64001.0', '0']],
        seq: NONE,
        prevSeq: NONE,
      },
      { kind: 'trade', line: 5, tUs: T + 3, ...common, price: '64000.1', qty: '0.00000001', side: 'sell' },
    ]);
    expect(errors).toEqual([]);
  });

  it('begins a further file by size, losing and repeating nothing', async () => {
    const rotated: string[] = [];
    const writer = await start({ gzip, maxFileBytes: 2_000, onRotate: (file) => rotated.push(file) });
    const count = 4_000;
    for (let index = 0; index < count; index++) writer.raw(T + index, `${index} `.repeat(60));
    const { files, events } = await writer.close();
    expect(files.length).toBeGreaterThan(2);
    expect(rotated).toHaveLength(files.length - 1);
    const frames = (await Promise.all(files.map((file) => read(file)))).flat();
    expect(frames.map((event) => event.tUs)).toEqual(Array.from({ length: count }, (_, index) => T + index));
    expect(events).toBe(count);
    expect(readdirSync(folder).every((name) => !name.endsWith('.part'))).toBe(true);
  });
});

describe.each([false, true])('a finished log (gzip: %s)', (gzip) => {
  const pack = (text: string): Buffer => (gzip ? gzipSync(text) : Buffer.from(text));
  let text = '';
  let path = '';
  beforeEach(async () => {
    const writer = await start({ gzip });
    writer.book('snapshot', T, 'BTC/USD', [['64000.10', '0.5']], [['64001.10', '0.25']], 7, NONE);
    for (let at = 0; at < 30; at++) writer.raw(T + at, `frame ${at} of the venue`);
    writer.trade(T + 40, 'BTC/USD', '64000.1', '0.00000001', 'sell');
    [path = ''] = (await writer.close()).files;
    const bytes = readFileSync(path);
    text = (gzip ? gunzipSync(bytes) : bytes).toString();
  });
  const refusal = async (bytes: Buffer, allowUnfinished = false): Promise<UserError | undefined> => {
    writeFileSync(path, bytes);
    return read(path, allowUnfinished).then(
      () => undefined,
      (error: unknown) => error as UserError,
    );
  };

  it('is refused when any one character has changed, and nothing of it is given out', async () => {
    expect(await refusal(pack(text))).toBeUndefined();
    // Places in the header, in events and in the checksum itself.
    for (let at = 0; at < text.length; at += 37) {
      const character = ['8', 'x', ''][at % 3] ?? '';
      const altered = text.slice(0, at) + character + text.slice(at + 1);
      if (altered === text) continue;
      const { problem } = (await refusal(pack(altered))) ?? {};
      expect(problem, `${at} ${character}`).toBeDefined();
      expect(problem?.field).toMatch(/line \d+/);
    }
    for (let at = text.lastIndexOf('{"sum"'); at < text.length; at++) {
      const altered = `${text.slice(0, at)}x${text.slice(at + 1)}`;
      expect(await refusal(pack(altered)), `${at}`).toBeDefined();
    }
  });

  it('names the lines that a checksum says are damaged, and what to do', async () => {
    const error = await refusal(pack(text.replace('frame 17', 'frame 71')));
    expect(error?.problem.code).toBe('damaged-log');
    expect(error?.message).toMatch(
      /line 34, sum: does not fit: one of the lines 1 to 33, .* is damaged\. Copy the file again/,
    );
    const swapped = text.replace('"q":"0.00000001"', '"q":"0.0x000001"');
    const atLine = await refusal(pack(swapped));
    expect(atLine?.problem.code).toBe('damaged-log');
    expect(atLine?.message).toMatch(/line 33, q: "0\.0x000001" .* the line is damaged\./);
  });

  it('that breaks off says so wherever it does, and is read as far as it goes when that is asked for', async () => {
    const lines = text.split('\n');
    for (const kept of [3, 20, lines.length - 2]) {
      for (const cut of [
        `${lines.slice(0, kept).join('\n')}\n`,
        `${lines.slice(0, kept).join('\n')}\n{"t":17`,
      ]) {
        expect((await refusal(pack(cut)))?.problem.code).toBe('truncated-log');
        expect(await refusal(pack(cut), true)).toBeUndefined();
        const log = await readMarketLog(path, { allowUnfinished: true });
        let events = 0;
        for await (const batch of log.batches) events += batch.length;
        expect([events, log.cutShort()]).toEqual([Math.min(kept - 1, 32), true]);
      }
    }
    expect((await refusal(pack(`${text}{"t":1800000000000000,"raw":"more"}\n`)))?.message).toMatch(
      /is after the end of the log/,
    );
  });
});

describe('MarketLogWriter', () => {
  it('begins a further file with every hour', async () => {
    const writer = await start();
    for (const tUs of [T, T + HOUR_US - 1, T + HOUR_US, T + 3 * HOUR_US]) writer.raw(tUs, 'frame');
    const { files } = await writer.close();
    const times = await Promise.all(
      files.map(async (file) => (await read(file)).map((event) => event.tUs - T)),
    );
    // T is 03:35:51, so the first two lie in different hours and the second and third in the same.
    expect(times).toEqual([[0], [HOUR_US - 1, HOUR_US], [3 * HOUR_US]]);
  });

  it('drops and counts what does not fit into its buffer', async () => {
    const writer = await start({ maxBufferedChars: 10_000 });
    for (let index = 0; index < 1_000; index++) writer.raw(T + index, 'x'.repeat(68));
    expect(writer.dropped).toBe(900);
    const { files, events, dropped } = await writer.close();
    expect([events, dropped]).toEqual([100, 900]);
    expect(await read(files[0] ?? '')).toHaveLength(100);
  });

  it('counts what comes after it was closed', async () => {
    const writer = await start();
    await writer.close();
    writer.raw(T, 'late');
    expect(await writer.close()).toMatchObject({ events: 0, dropped: 1 });
  });

  it('never lets time run backwards', async () => {
    const writer = await start();
    for (const tUs of [T + 5, T + 3, T + 9]) writer.raw(tUs, 'frame');
    const { files } = await writer.close();
    expect((await read(files[0] ?? '')).map((event) => event.tUs - T)).toEqual([5, 5, 9]);
  });

  it('never writes over a file that is there', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(/^recording: /);
    await first.close();
  });

  it('says when the folder cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(start({ folder: join(file, 'logs') })).rejects.toMatchObject({
      problem: { code: 'recording-read-only' },
    });
  });
});

/** Runs `body` in a process of its own, with `writer` started in `folder`, under a limit on file sizes. */
function runChild(body: string, limitKb: number | 'unlimited') {
  const module = new URL('./market-log-writer.ts', import.meta.url).href;
  const script = `
    import { MarketLogWriter } from ${JSON.stringify(module)};
    const errors = [];
    const writer = await MarketLogWriter.start({
      folder: ${JSON.stringify(folder)}, venue: 'kraken', instruments: ${JSON.stringify(INSTRUMENTS)},
      startedUs: ${T}, gzip: true, onError: (error) => errors.push(error.message),
    });
    const frame = (i) => i + ' ' + Math.sin(i) + Math.cos(i) + Math.tan(i);
    ${body}`;
  const command = `ulimit -f ${limitKb}; exec "$0" --input-type=module-typescript -e "$1"`;
  return spawnSync('bash', ['-c', command, process.execPath, script], { encoding: 'utf8' });
}

describe('a recording that ends badly', () => {
  it('stops cleanly, says so once and counts its losses when the disk is full', async () => {
    const child = runChild(
      `for (let i = 0; i < 40_000; i++) writer.raw(${T} + i, frame(i));
      const summary = await writer.close();
      writer.raw(${T}, 'late');
      console.log(JSON.stringify({ errors, ...summary, later: writer.dropped - summary.dropped }));`,
      300,
    );
    expect(child.stderr).toBe('');
    const result = JSON.parse(child.stdout) as Record<string, unknown> & {
      files: string[];
      errors: string[];
      events: number;
    };
    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]).toMatch(/^recording: ".*\.part" cannot grow: the disk is full/);
    expect(result['later']).toBe(1);
    expect(result.events + (result['dropped'] as number)).toBe(40_000);
    const [part = ''] = result.files;
    expect(await findUnfinishedLogs(folder)).toEqual([part]);
    await expect(read(part)).rejects.toMatchObject({ problem: { code: 'truncated-log' } });
    // At least what was counted as written; the flush that was refused may have reached the disk in part.
    const events = await read(part, true);
    expect(result.events).toBeGreaterThan(1_000);
    expect(events.length).toBeGreaterThanOrEqual(result.events);
  });

  it('keeps what was flushed when the process is killed', async () => {
    const child = runChild(
      `for (let i = 0; i < 40_000; i++) writer.raw(${T} + i, frame(i));
      const { statSync } = await import('node:fs');
      while (statSync(writer.file).size < 100_000) await new Promise((resolve) => setImmediate(resolve));
      process.kill(process.pid, 'SIGKILL');`,
      'unlimited',
    );
    expect(child.signal).toBe('SIGKILL');
    const [part = '', ...others] = await findUnfinishedLogs(folder);
    expect(others).toEqual([]);
    expect(readFileSync(part).length).toBeGreaterThan(100_000);
    const events = await read(part, true);
    expect(events.length).toBeGreaterThan(1_000);
    expect(events.map((event) => event.tUs)).toEqual(events.map((_, index) => T + index));
  });
});
