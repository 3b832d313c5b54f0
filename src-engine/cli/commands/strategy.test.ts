/** `strategy` and `features` as a user types them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { header, logFolder, spec, START_US } from '../../backtest/testing/made-log.ts';
import { SeededRandom } from '../../lib/random.ts';
import { type ParquetRow, readParquet } from '../../parquet/read-file.ts';
import { parallaxHere } from '../testing/in-process.ts';
import { json } from '../testing/parallax-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-strategy-'));
const logs = logFolder();
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  logs.remove();
});
const DATA = ['--data-dir', join(folder, 'data')];

const candles = ((): string => {
  const path = join(folder, 'candles.csv');
  const random = new SeededRandom(5);
  let price = 100;
  const rows = Array.from({ length: 400 }, (_, at) => {
    const open = price;
    price *= 1 + random.normal() * 0.003;
    const [high, low] = [Math.max(open, price) * 1.001, Math.min(open, price) * 0.999];
    return `${1_700_000_100 + at * 300},${[open, high, low, price].map((each) => each.toFixed(4)).join(',')},${at % 9}`;
  });
  writeFileSync(path, `time,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return path;
})();

const log = logs.write('book.jsonl', [
  header([spec('BTC/USD')]),
  ...Array.from({ length: 1_200 }, (_, at) => {
    const heavy = at % 200 < 100 ? 5 : 1;
    const level = (price: number, qty: number) => [price.toFixed(2), qty.toFixed(4)];
    return {
      t: START_US + at * 500_000,
      i: 'BTC/USD',
      k: 'snapshot',
      b: [level(100 + at / 1_000, heavy), level(99.9, 1)],
      a: [level(100.02 + at / 1_000, 6 - heavy), level(101.5, 1)],
    };
  }),
]);

describe('strategy run', () => {
  it('gives the same result twice, counts the trial once, and another parameter as another trial', async () => {
    const type = (...more: string[]) =>
      parallaxHere('strategy', 'run', 'sma-crossover', '--file', candles, ...DATA, '--json', ...more);
    const [first, second] = [json(await type()), json(await type())];
    expect(second).toEqual(first);
    expect(first).toMatchObject({
      bars: 400,
      stepUs: 300_000_000,
      trials: 1,
      stopped: null,
      features: ['sma:10', 'sma:30'],
    });
    expect(first['netBps']).toBeCloseTo(Number(first['grossBps']) - Number(first['costBps']), 9);
    expect(json(await type('--param', 'fast=5'))).toMatchObject({
      trials: 2,
      parameters: { fast: 5, slow: 30, short: false },
    });
    expect(json(await type('--cost-bps', '0'))).toMatchObject({ costBps: 0, trials: 3 });
    // Other bars, another name of the file and another label are trials on the same data.
    expect(json(await type('--bar', '600'))).toMatchObject({ trials: 4 });
    const renamed = join(folder, 'renamed.csv');
    writeFileSync(renamed, readFileSync(candles));
    const again = await parallaxHere(
      'strategy',
      'run',
      'sma-crossover',
      '--file',
      renamed,
      ...DATA,
      '--json',
    );
    expect(json(again)).toMatchObject({ trials: 4, netBps: first['netBps'] });
    expect(json(await type('--symbol', 'BTC/USD'))).toMatchObject({ trials: 4 });
  });

  it('counts an own strategy that was edited as another trial, whatever its version says', async () => {
    const place = join(folder, 'data', 'strategies', 'edited');
    mkdirSync(place, { recursive: true });
    const write = (file: string, position: number): void =>
      writeFileSync(
        join(place, file),
        `export default ({ z }) => ({ manifest: { name: 'edited', version: 1, summary: 's', markets: 1, input: 'bars', may: 'position', parameters: z.strictObject({}), features: () => [] },
        create: () => ({ onBar: (view, out) => out.want(0, ${position}, 'x'), save: () => '', load: () => undefined }) });`,
      );
    const trials = async () =>
      json(await parallaxHere('strategy', 'run', 'edited', '--file', candles, ...DATA, '--json'))['trials'];
    // Another ending, as a process reads a file once.
    write('strategy.mjs', 1);
    const first = Number(await trials());
    expect(await trials()).toBe(first);
    write('strategy.ts', 0.5);
    expect(await trials()).toBe(first + 1);
    rmSync(place, { recursive: true });
  });

  it('reads the book of a market log, on a grid of its own', async () => {
    const answer = json(
      await parallaxHere(
        'strategy',
        'run',
        'book-pressure',
        '--file',
        log,
        ...DATA,
        '--json',
        '--param',
        'entry=0.3',
      ),
    );
    expect(answer).toMatchObject({
      strategy: 'book-pressure',
      stepUs: 1_000_000,
      markets: ['BTC/USD@made'],
      stopped: null,
    });
    expect(Number(answer['tradeCount'])).toBeGreaterThan(2);
  });

  it.each<[readonly string[], RegExp]>([
    [['run'], /NAME: is missing: run needs a strategy/],
    [['run', 'nothing', '--file', candles], /NAME: "nothing" is no strategy\. There are sma-crossover/],
    [['run', 'sma-crossover'], /--file: sma-crossover needs one file/],
    [['run', 'pairs', '--file', candles], /is 1 file, and pairs needs two files/],
    [
      ['run', 'sma-crossover', '--file', candles, '--param', 'fast=0'],
      /--param fast: "0" must be at least 1/,
    ],
    [
      ['run', 'sma-crossover', '--file', candles, '--param', 'fest=3'],
      /--param fest: "3" is not a parameter of sma-crossover\. It has fast, slow, short/,
    ],
    [['run', 'sma-crossover', '--file', candles, '--param', '__proto__=3'], /is not a parameter/],
    [['run', 'sma-crossover', '--file', candles, '--param', 'fast'], /--param: "fast" is not NAME=VALUE/],
    [
      ['run', 'sma-crossover', '--file', candles, '--bar', '400'],
      /--bar: "400" is not a multiple of the bars of candles \(300 s\)\. Write --bar 600/,
    ],
    [['run', 'book-pressure', '--file', candles], /has no book, and book-pressure reads the book/],
    [['list', 'x'], /list takes no name/],
  ])('refuses %j', async (words, message) => {
    const answer = await parallaxHere('strategy', ...words, ...DATA);
    expect(answer).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('ends with 1 where the strategy was stopped', async () => {
    await parallaxHere('strategy', 'new', 'stops', ...DATA);
    const file = join(folder, 'data', 'strategies', 'stops', 'strategy.ts');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace("out.want(0, 1, 'far-below-mean')", 'out.want(0, NaN, "x")'),
    );
    const answer = await parallaxHere('strategy', 'run', 'stops', '--file', candles, ...DATA);
    expect(answer).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/The strategy was stopped \(bad-position\)/),
    });
  });

  it('lists what there is, and checks one', async () => {
    const listed = json(await parallaxHere('strategy', 'list', ...DATA, '--json'))['strategies'] as {
      readonly name: string;
    }[];
    expect(listed.map(({ name }) => name)).toEqual([
      'sma-crossover',
      'momentum',
      'mean-reversion',
      'pairs',
      'book-pressure',
      'ensemble',
      'ensemble-leader',
      'portfolio',
      'stops',
    ]);
    const checked = json(
      await parallaxHere('strategy', 'check', 'momentum', '--file', candles, ...DATA, '--json'),
    );
    expect(checked).toMatchObject({ ok: true, decisions: 400, lookahead: null, restart: null });
  });
});

describe('features', () => {
  it('export the same bytes twice, in four forms, and refuse a file that exists', async () => {
    const type = (...more: string[]) =>
      parallaxHere('features', 'export', '--file', candles, '--features', 'sma:3,rsi:14', '--json', ...more);
    const answer = json(await type());
    const lines = String(answer['csv']).trimEnd().split('\n');
    expect(lines[0]).toBe('end_us,sma:3,rsi:14');
    expect(lines).toHaveLength(401);
    expect(lines[1]).toBe('1700000400000000,,');
    const [sums, out] = [[] as unknown[], join(folder, 'a.npz')];
    for (const name of ['a.npz', 'b.npz', 'c.npy', 'd.csv', 'e.parquet', 'f.parquet'])
      sums.push(json(await type('--out', join(folder, name)))['sha256']);
    expect([sums[1], sums[5]]).toEqual([sums[0], sums[4]]);
    const parquet = await readParquet(join(folder, 'e.parquet'));
    const rows: ParquetRow[] = [];
    for await (const group of parquet.groups(parquet.columns)) rows.push(...group);
    await parquet.close();
    expect([parquet.columns, rows.length]).toEqual([['end_at', 'sma:3', 'rsi:14'], 400]);
    // As in CSV: the same times, the same doubles, and nothing where a value is not known.
    const shown = rows.map((row) => parquet.columns.map((name) => row[name] ?? '').join(','));
    expect(shown).toEqual(lines.slice(1));
    expect(readFileSync(out).subarray(0, 2).toString()).toBe('PK');
    expect(await type('--out', out)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/exists already/),
    });
    expect(await type('--out', join(folder, 'e.parquet'))).toMatchObject({ code: 2 });
    expect(await type('--out', join(folder, 'x.xlsx'))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/ending that is not known/),
    });
    expect(json(await type('--warm'))).toMatchObject({ rows: 386, unknown: 0 });
  });

  it('are listed with their seeds, and checked', async () => {
    const listed = json(await parallaxHere('features', '--json'));
    expect((listed['features'] as unknown[]).length).toBeGreaterThan(25);
    expect(json(await parallaxHere('features', 'check', '--features', 'bars', '--json'))).toMatchObject({
      ok: true,
      leak: null,
    });
  });
});
