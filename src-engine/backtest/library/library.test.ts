import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBacktest } from '../backtest.ts';
import { krakenLogLines } from '../testing/kraken-log.ts';
import { readMarketLog } from '../../storage/market-log.ts';
import { header, logFolder, spec, START_US, TRIANGLE, triangleEvents } from '../testing/made-log.ts';
import { INDEX_NAME } from './library-index.ts';
import { listRecordings, type Recording } from './recording-library.ts';
import { runLibraryTask } from './library-tasks.ts';

const files = logFolder();
let folder = '';
const { events } = triangleEvents(3, 600);
const QUOTE = { i: 'BTC/USD', k: 'snapshot', b: [['100', '1']], a: [['101', '1']] };

beforeAll(() => {
  folder = dirname(files.write('triangle.jsonl', [header(TRIANGLE), ...events]));
  files.write('raw.jsonl', krakenLogLines(['BTC/USD', 'XRP/USD']));
});
afterAll(() => files.remove());

const at = (name: string): string => join(folder, name);
const scan = async (): Promise<Map<string, Recording>> =>
  new Map((await listRecordings(folder, { scan: true })).map((each) => [each.name, each]));
const span = (name: string): Promise<Recording | undefined> => scan().then((all) => all.get(name));

describe('the list of recordings', () => {
  it('lists venue, pairs, span, gaps and quality, and why one cannot be used', async () => {
    const lines = krakenLogLines(['BTC/USD']).map((line) => line as { t?: number; raw?: string });
    // A frame is lost, so that a checksum does not match; and the venue is silent for a minute.
    lines.splice(300, 1);
    const late = lines.map((line, index) =>
      index > 700 ? { ...line, t: (line.t ?? 0) + 60_000_000 } : line,
    );
    files.write('poor.jsonl', late);
    files.write('broken.jsonl', [header(TRIANGLE), '{"t":1}']);
    files.write('empty.jsonl', [header(TRIANGLE)]);
    writeFileSync(at('cut.jsonl.part'), `${readFileSync(at('triangle.jsonl'), 'utf8')}{"t":1`);
    const all = await scan();
    expect(all.get('triangle.jsonl')).toMatchObject({
      venues: ['made'],
      symbols: ['BTC/USD', 'ETH/USD', 'ETH/BTC'],
      tape: 'none',
      fault: '',
    });
    expect(all.get('triangle.jsonl')?.figures).toMatchObject({
      events: 600,
      bookMessages: 600,
      gapCount: 0,
      checksumFaults: 0,
      isUnfinished: false,
    });
    expect(all.get('raw.jsonl')?.figures).toMatchObject({
      venues: ['kraken'],
      bookDepth: 10,
      checksumFaults: 0,
      unreadableFrames: 0,
    });
    const poor = all.get('poor.jsonl')?.figures;
    expect(poor).toMatchObject({ gapCount: 1, checksumFaults: 1 });
    expect(poor?.gaps[0]).toMatchObject({ toUs: (poor?.gaps[0]?.fromUs ?? 0) + 60_001_000 });
    expect(poor?.longestQuietUs).toBeGreaterThan(60_000_000);
    expect(all.get('broken.jsonl')?.fault).toMatch(/broken\.jsonl line 2/);
    expect(all.get('empty.jsonl')?.fault).toMatch(/has no events. Record for longer/);
    expect(all.get('cut.jsonl.part')?.figures).toMatchObject({ events: 600, isUnfinished: true });
  });

  it('reads a recording once, and again only when it is another one', async () => {
    const read: string[] = [];
    const list = async (): Promise<string[]> => {
      read.length = 0;
      await listRecordings(folder, { scan: true, onScan: (name) => read.push(name) });
      return [...read];
    };
    await list();
    expect(await list()).toEqual([]);
    // Touched, but the same bytes: its hash says so.
    utimesSync(at('triangle.jsonl'), new Date(), new Date(Date.now() + 5_000));
    expect(await list()).toEqual([]);
    copyFileSync(at('triangle.jsonl'), at('grows.jsonl'));
    expect(await list()).toEqual(['grows.jsonl']);
    appendFileSync(at('grows.jsonl'), `${JSON.stringify({ ...QUOTE, t: START_US * 2 })}\n`);
    expect(await list()).toEqual(['grows.jsonl']);
    // As long as before and of the same time, but for one digit.
    const text = readFileSync(at('grows.jsonl'), 'utf8');
    writeFileSync(at('grows.jsonl'), text.replace('[["100","1"]]', '[["100","2"]]'));
    utimesSync(at('grows.jsonl'), new Date(), new Date(Date.now() + 9_000));
    expect(statSync(at('grows.jsonl')).size).toBe(text.length);
    expect(await list()).toEqual(['grows.jsonl']);
    writeFileSync(at(INDEX_NAME), '{"version":"damaged');
    expect((await list()).length).toBeGreaterThan(4);
  });

  it('says whether a tape of the log in its present state is stored', async () => {
    copyFileSync(at('triangle.jsonl'), at('taped.jsonl'));
    await runLibraryTask(folder, { kind: 'tape', recordings: ['taped.jsonl'], out: 'taped.tape' });
    expect(await span('taped.jsonl')).toMatchObject({ tape: 'fresh', tapeName: 'taped.tape' });
    expect((await span('taped.tape'))?.figures).toMatchObject({
      kind: 'tape',
      events: 600,
      bookMessages: 600,
    });
    appendFileSync(at('taped.jsonl'), `${JSON.stringify({ ...QUOTE, t: START_US * 2 })}\n`);
    expect(await span('taped.jsonl')).toMatchObject({ tape: 'stale' });
    expect((await span('taped.tape'))?.fault).toMatch(/was made from another .*taped\.jsonl/);
    // In place of the older one.
    await runLibraryTask(folder, { kind: 'tape', recordings: ['taped.jsonl'], out: 'taped.tape' });
    expect(await span('taped.jsonl')).toMatchObject({ tape: 'fresh' });
  });

  it('refuses a folder that is not there', async () => {
    await expect(listRecordings(at('nowhere'), { scan: false })).rejects.toThrow(
      /library: ".*nowhere" does not exist/,
    );
  });
});

describe('trimming', () => {
  it('begins with the books as they stood: frames still match their checksums, and only of the pairs kept', async () => {
    const [fromUs, toUs] = [START_US + 1_000_000, START_US + 2_000_000];
    const out = 'raw-cut.jsonl.gz';
    const symbols = ['XRP/USD'];
    const cut = await runLibraryTask(folder, {
      kind: 'trim',
      recording: 'raw.jsonl',
      out,
      fromUs,
      toUs,
      symbols,
    });
    expect(cut.fromUs).toBe(fromUs);
    expect(cut.toUs).toBeGreaterThan(toUs - 20_000);
    expect(cut.toUs).toBeLessThanOrEqual(toUs);
    const found = (await span(out))?.figures;
    expect(found).toMatchObject({
      symbols,
      bookDepth: 10,
      checksumFaults: 0,
      unreadableFrames: 0,
      fromUs,
      toUs: cut.toUs,
    });
    expect(found?.bookMessages).toBeGreaterThan(250);
    const text = gunzipSync(readFileSync(at(out))).toString();
    expect(text.includes('data\\":[{\\"symbol\\":\\"BTC/USD')).toBe(false);
    expect(text.includes('data\\":[{\\"symbol\\":\\"XRP/USD')).toBe(true);
  });

  it('trades from there on as the whole recording does', async () => {
    const fromUs = START_US + 30_000_000;
    await runLibraryTask(folder, { kind: 'trim', recording: 'triangle.jsonl', out: 'late.jsonl', fromUs });
    const opened = async (log: string): Promise<string[]> => {
      const lives: string[] = [];
      await runBacktest({
        logs: [at(log)],
        onEvents: (batch) => {
          for (const event of batch) {
            if (event.type !== 'opportunityOpened' || event.opportunity.openedUs <= fromUs + 5_000_000)
              continue;
            lives.push(`${event.opportunity.openedUs} ${event.opportunity.path.join(' ')}`);
          }
        },
      });
      return lives;
    };
    const late = await opened('late.jsonl');
    expect(late.length).toBeGreaterThan(3);
    expect(late).toEqual(await opened('triangle.jsonl'));
  });

  it('knows a pair by its old name', async () => {
    const task = {
      kind: 'trim',
      recording: 'triangle.jsonl',
      symbols: ['XBT/USD'],
      out: 'xbt.jsonl',
    } as const;
    await runLibraryTask(folder, task);
    expect((await readMarketLog(at('xbt.jsonl'))).header.instruments.map(({ symbol }) => symbol)).toEqual([
      'BTC/USD',
    ]);
  });

  it.each([
    [
      { symbols: ['BTC/EUR'] },
      /--pairs: "BTC\/EUR" is not a pair of this recording. Choose among BTC\/USD, ETH\/BTC/,
    ],
    [{ fromUs: START_US * 2 }, /span: ".* to …" has no event of/],
    [{ out: '../out.jsonl' }, /out: "\.\.\/out\.jsonl" is not a plain file name/],
    [{ out: 'raw.jsonl' }, /raw\.jsonl" exists already/],
    [{ recording: 'absent.jsonl' }, /absent\.jsonl" does not exist/],
  ])('refuses %j, and leaves no half a file', async (change, message) => {
    const task = { kind: 'trim', recording: 'triangle.jsonl', out: 'refused.jsonl', ...change } as const;
    await expect(runLibraryTask(folder, task)).rejects.toThrow(message);
    expect(readdirSync(folder).filter((name) => name.includes('refused'))).toEqual([]);
  });
});

describe('merging', () => {
  it('lays halves together to what they were cut from', async () => {
    const middle = START_US + 20_000_000;
    const half = { kind: 'trim', recording: 'triangle.jsonl' } as const;
    await runLibraryTask(folder, { ...half, out: 'one.jsonl', toUs: middle - 1 });
    await runLibraryTask(folder, { ...half, out: 'two.jsonl', fromUs: middle });
    await runLibraryTask(folder, {
      kind: 'merge',
      recordings: ['two.jsonl', 'one.jsonl'],
      out: 'both.jsonl',
    });
    const [both, whole] = [await span('both.jsonl'), await span('triangle.jsonl')];
    expect(both?.figures?.fromUs).toBe(whole?.figures?.fromUs);
    expect(both?.figures?.toUs).toBe(whole?.figures?.toUs);
    const reports = await Promise.all(
      ['both.jsonl', 'triangle.jsonl'].map((log) => runBacktest({ logs: [at(log)] })),
    );
    expect(reports[0]?.pnl).toBe(reports[1]?.pnl);
    expect(reports[0]?.fills).toBeGreaterThan(0);
  });

  it('refuses what would hold every change twice, other venues, and other instruments', async () => {
    copyFileSync(at('triangle.jsonl'), at('twin.jsonl'));
    files.write('other-venue.jsonl', [header(TRIANGLE, { venue: 'kraken' }), ...events]);
    const changed = [spec('BTC/USD', { quote: 'USDT' }), ...TRIANGLE.slice(1)];
    files.write('other-quote.jsonl', [header(changed), ...events]);
    for (const [name, message] of [
      [
        'twin.jsonl',
        /twin\.jsonl: ".*\/USD" is in .*triangle\.jsonl at the same time|triangle\.jsonl: .* is in .*twin/,
      ],
      ['other-venue.jsonl', /venue: "kraken" is not made: a market log holds one venue. Make a tape/],
      ['other-quote.jsonl', /BTC\/USD\.quote: "USDT" is USD in .*different pairs/],
    ] as const) {
      const task = { kind: 'merge', recordings: ['triangle.jsonl', name], out: 'never.jsonl' } as const;
      await expect(runLibraryTask(folder, task)).rejects.toThrow(message);
      expect(existsSync(at('never.jsonl'))).toBe(false);
    }
  });

  it('is not done by a backtest either: one folder with a recording and its copy is refused', async () => {
    const place = files.folder('copies');
    for (const name of ['a.jsonl', 'b.jsonl']) copyFileSync(at('triangle.jsonl'), join(place, name));
    await expect(runBacktest({ logs: [place] })).rejects.toThrow(
      /jsonl: ".*" is in .*jsonl at the same time .* Leave one of them out/,
    );
    // One after the other is what recordings are.
    const halves = await runBacktest({ logs: [at('one.jsonl'), at('two.jsonl')] });
    expect(halves.fills).toBeGreaterThan(0);
  });
});
