/**
 * The command line as its users meet it: one JSON object, one line of what was wrong. A few cases are processes of their own;
 * the others share this one, which costs a tenth.
 */
import { TAPE_VERSION } from '../storage/tape/tape-format.ts';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBacktest } from '../backtest/backtest.ts';
import { coarseTriangle, header, TRIANGLE, triangleEvents } from '../backtest/testing/made-log.ts';
import { countGraph } from '../detection/pair-graph.ts';
import {
  assetPairsText,
  captureLines,
  instrumentSnapshotText,
  krakenSession,
} from '../testing/kraken-session.ts';
import { PAIRS } from '../venues/local-exchange/protocols/kraken/pairs.ts';
import { parallaxHere } from './testing/in-process.ts';
import { json, parallax } from './testing/parallax-process.ts';

const LOG_HEADER = {
  format: 'parallax-market-log',
  version: 1,
  venue: 'test',
  instruments: [
    { symbol: 'A/B', base: 'A', quote: 'B', tickSize: '0.01', lotSize: '1', minQty: '1', minNotional: '0' },
  ],
};
const SNAPSHOT = { t: 1, i: 'A/B', k: 'snapshot', b: [['1.00', '5']], a: [['1.01', '5']] };

let folder: string;
/** A made triangle, a session of two books, and its list of pairs. */
let made: string;
let session: string;
let pairs: string;
let busy: Server;
let busyPort: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-cli-'));
  made = file('made.jsonl', lines(header(TRIANGLE), ...triangleEvents(7, 3_000).events));
  session = file('session.jsonl', captureLines(krakenSession(['BTC/USD', 'XRP/USD'], 10)).join('\n'));
  pairs = file('pairs.json', assetPairsText());
  busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  busyPort = String((busy.address() as AddressInfo).port);
});

afterAll(() => {
  busy.close();
  rmSync(folder, { recursive: true, force: true });
});

function pipe(): string {
  const path = join(folder, 'p.pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const lines = (...records: unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('command line', () => {
  it('checks the books of a session', async () => {
    const answer = await parallax('check-book', session, '--venue', 'kraken', '--json');
    expect(answer.code).toBe(0);
    const { matched, mismatched, books } = json(answer);
    expect(matched).toBeGreaterThan(500);
    expect([mismatched, Object.keys(books as object)]).toEqual([0, ['BTC/USD', 'XRP/USD']]);
  });

  it('finds one corrupted digit at its very frame, and says so by its exit code', async () => {
    const frames = readFileSync(session, 'utf8').split('\n');
    const at = frames.findIndex(
      (line, index) => index > 300 && /\\"bids\\":\[\{\\"price\\":\d+\.\d/.test(line),
    );
    frames[at] = (frames[at] ?? '').replace(
      /(\\"bids\\":\[\{\\"price\\":\d+\.\d,\\"qty\\":\d+\.\d{7})(\d)/,
      (_all, before: string, digit: string) => `${before}${(Number(digit) + 1) % 10}`,
    );
    const answer = await parallaxHere(
      'check-book',
      file('corrupt.jsonl', frames.join('\n')),
      '--venue',
      'kraken',
      '--json',
    );
    expect(answer.code).toBe(1);
    expect(json(answer)).toMatchObject({ mismatched: 1, firstFault: { line: at + 1, symbol: 'BTC/USD' } });
  });

  it('counts the graph of both forms of a list, and of what is online in it', async () => {
    expect(json(await parallaxHere('graph', pairs, '--json'))).toMatchObject(countGraph(PAIRS));
    const closed = JSON.parse(assetPairsText()) as { result: Record<string, { status: string }> };
    const { XXBTZUSD } = closed.result;
    if (XXBTZUSD !== undefined) XXBTZUSD.status = 'cancel_only';
    const online = countGraph(PAIRS.filter(({ symbol }) => symbol !== 'BTC/USD'));
    const partly = file('partly.json', JSON.stringify(closed));
    expect(json(await parallaxHere('graph', partly, '--online-only', '--json'))).toMatchObject({
      triangles: online.triangles,
    });
    expect(online.triangles).toBeLessThan(countGraph(PAIRS).triangles);
    const snapshot = file('snapshot.json', instrumentSnapshotText());
    expect(json(await parallaxHere('graph', snapshot, '--json'))).toMatchObject(countGraph(PAIRS));
  });

  it('backtests a log with the figures of the backtest itself, and the same seed gives the same digest', async () => {
    const args = ['backtest', made, '--fee-bps', '5', '--max-age-ms', '300', '--json'];
    const first = json(await parallaxHere(...args));
    const expected = await runBacktest({ logs: [made], feeBps: 5, maxAgeMs: 300 });
    expect(first['cycles']).toEqual(expected.cycles);
    expect(expected.cycles[0]?.freshNetPositive).toBeGreaterThan(0);
    expect(first['digest']).toBe(expected.digest);
    expect(json(await parallaxHere(...args))['digest']).toBe(expected.digest);
  });

  it.each([
    [
      'lots that cost more than its edge',
      () => [file('coarse.jsonl', lines(...coarseTriangle())), '--capital', 'USD=1000'],
      /^\d+ edge-gone-after-depth, for example net -\d+\.\d+ bps .* once depth, lots and slippage are paid\.$/m,
      'edge-gone-after-depth',
    ],
    [
      'a minimum beyond all depth',
      () => [made, '--capital', 'USD=1000', '--min-notional', '100000'],
      /^\d+ below-min-notional, for example .*is below the minimum of 100000 \w+\.$/m,
      'below-min-notional',
    ],
  ])('a log under %s: 0 trades, and why in words and in JSON', async (_, options, why, code) => {
    const printed = json(await parallaxHere('backtest', ...options(), '--json'));
    expect(printed).toMatchObject({ orders: 0, fills: 0, pnl: '0', metrics: { trades: { trades: 0 } } });
    const { opportunities } = printed as { readonly opportunities: number };
    expect(opportunities).toBeGreaterThan(0);
    expect(printed['decisions']).toMatchObject({ [code]: expect.any(Number) });
    expect(printed['decisions']).not.toHaveProperty('taken');
    const sentences = printed['explain'] as readonly string[];
    expect(sentences.join('\n')).toMatch(why);
    expect(sentences).toContain('Nothing was traded.');
    const { code: exit, stdout } = await parallaxHere('backtest', ...options());
    expect(exit).toBe(0);
    expect(stdout).toContain(`${opportunities} opportunities, 0 orders, 0 fills`);
    expect(stdout).toContain('The account starts with 1000 USD');
    expect(stdout).toMatch(/^edge: /m);
    for (const sentence of sentences) expect(stdout).toContain(sentence);
  });

  it('starts the local exchange and stops it when asked', async () => {
    const answer = await parallax('exchange', '--seconds', '1', '--json');
    expect(answer.code).toBe(0);
    expect(json(answer)).toMatchObject({
      simulated: true,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
  });

  it('starts two exchanges on one market, each with a control address, and a fault among them', async () => {
    const options = ['--venue', 'kraken,binance', '--fault', 'delay=5', '--seconds', '1', '--json'];
    const answer = await parallax('exchange', ...options);
    expect(answer.code).toBe(0);
    const address = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(json(answer)).toMatchObject({
      exchanges: [
        { venue: 'kraken', simulated: true, url: address, control: address },
        { venue: 'binance', simulated: true, url: address, control: address },
      ],
    });
  });

  it('says how a machine stands', async () => {
    const answer = await parallax('doctor', '--data-dir', folder, '--json');
    expect(answer.code).toBe(0);
    expect(json(answer)).toMatchObject({ healthy: true });
  });

  describe('bad input is one line that names field, value and remedy, with exit code 2', () => {
    const venues = (list: string): string[] => [
      'serve',
      '--no-open',
      '--data-dir',
      join(folder, 'venues'),
      '--profile',
      'paper',
      '--venues',
      list,
    ];

    const cases: [string, () => string[], RegExp][] = [
      [
        'a truncated log',
        () => ['backtest', file('cut.jsonl', lines(LOG_HEADER, SNAPSHOT).slice(0, -20))],
        /line 2/,
      ],
      [
        'a truncated gzip',
        () => ['backtest', file('cut.gz', gzipSync(lines(LOG_HEADER, SNAPSHOT)).subarray(0, 90))],
        /cut\.gz/,
      ],
      [
        'a log of a newer version',
        () => ['backtest', file('new.jsonl', lines({ ...LOG_HEADER, version: 2 }))],
        /version.*"2"/,
      ],
      [
        'an unknown pair',
        () => ['backtest', file('pair.jsonl', lines(LOG_HEADER, { ...SNAPSHOT, i: 'X/Y' }))],
        /line 2.*"X\/Y"/,
      ],
      ['an empty log', () => ['backtest', file('empty.jsonl', '')], /empty/],
      [
        'time running backwards',
        () => ['backtest', file('back.jsonl', lines(LOG_HEADER, { ...SNAPSHOT, t: 9 }, SNAPSHOT))],
        /line 3/,
      ],
      [
        'a sweep of nothing',
        () => ['sweep', join(folder, 'absent.json')],
        /SPEC.*absent\.json.*does not exist/,
      ],
      ['a sweep that is not JSON', () => ['sweep', file('spec.json', '{')], /SPEC.*spec\.json.*is not JSON/],
      [
        'a sweep over an impossible range',
        () => [
          'sweep',
          file(
            'range.json',
            JSON.stringify({
              logs: [made],
              parameters: { 'detection.minNetBps': { from: 5, to: 1, step: 1 } },
              search: { method: 'grid' },
            }),
          ),
        ],
        /detection\.minNetBps/,
      ],
      ['a tape over its own log', () => ['tape', made, '--out', made], /--out.*one of the logs/],
      [
        'a damaged tape',
        () => [
          'backtest',
          file(
            'bad.tape',
            Buffer.concat([Buffer.from(`PLXTAPE${String.fromCharCode(TAPE_VERSION)}`), Buffer.alloc(99)]),
          ),
        ],
        /tape.*bad\.tape.*damaged/,
      ],
      ['a wrong venue', () => ['check-book', session, '--venue', 'nyse'], /--venue.*"nyse"/],
      ['a negative fee', () => ['backtest', made, '--fee-bps', '-5'], /--fee-bps.*"-5"/],
      [
        'a capital of an asset that is not traded',
        () => ['backtest', made, '--capital', 'ZZZ=5'],
        /capital.*"ZZZ"/,
      ],
      [
        'balances without a venue',
        () => ['backtest', made, '--balances', 'USD=5'],
        /--balances.*"USD=5" is not a list of VENUE\.ASSET=AMOUNT.*kraken\.USD=1000/,
      ],
      [
        'balances at a venue of no log',
        () => ['backtest', made, '--balances', 'kraken.USD=5'],
        /balances\.kraken\.USD: "kraken" is not a venue of these logs\. Choose among made/,
      ],
      [
        'a balance that is named twice',
        () => ['backtest', made, '--balances', 'made.USD=5,made.USD=6'],
        /--balances.*names made\.USD twice/,
      ],
      ['a file that is not there', () => ['graph', join(folder, 'nothing.json')], /FILE.*nothing\.json/],
      ['a folder as a list', () => ['graph', folder], /FILE.*is a folder\. Write it to a plain file/],
      [
        'a pipe that nothing is written to',
        () => ['import', pipe(), '--venue', 'own', '--symbol', 'BTC/USD', '--out', join(folder, 'p.jsonl')],
        /p\.pipe: is a pipe\. Write it to a plain file first/,
      ],
      ['a device as a sweep', () => ['sweep', '/dev/zero'], /SPEC.*"\/dev\/zero" is a device/],
      [
        'a key file that is not there',
        () => ['exchange', '--public-key', 'no.pem'],
        /--public-key.*"no\.pem"/,
      ],
      [
        'a port in use',
        () => ['serve', '--no-open', '--data-dir', join(folder, 'd1'), '--port', busyPort],
        /port.*in use/,
      ],
      ['a port in use by the exchange', () => ['exchange', '--port', busyPort], /port.*in use/],
      ['a venue without a face', () => ['exchange', '--venue', 'nowhere'], /--venue.*"nowhere".*kraken/],
      ['a fault that is none', () => ['exchange', '--fault', 'burn@3'], /--fault.*"burn@3".*drop/],
      ['a value of no fault', () => ['exchange', '--fault', 'delay=long@3'], /delay.*"long"/],
      ['a port out of range', () => ['serve', '--no-open', '--port', '70000'], /--port.*"70000"/],
      [
        'a read-only data folder',
        () => ['serve', '--no-open', '--data-dir', '/proc/parallax'],
        /data-dir.*\/proc\/parallax/,
      ],
      [
        'a file in the place of the data folder',
        () => ['serve', '--no-open', '--data-dir', file('data', 'mine')],
        /data-dir/,
      ],
      ['an unknown profile', () => ['serve', '--no-open', '--profile', 'real'], /--profile.*"real"/],
      [
        'a venue that stands twice',
        () => venues('kraken,kraken'),
        /--venues.*"kraken,kraken" names kraken twice/,
      ],
      [
        'a place without a venue',
        () => venues('binance,,kraken'),
        /--venues.*"binance,,kraken" has an empty/,
      ],
      ['a latency that is none', () => ['backtest', made, '--latency-ms', 'fast'], /--latency-ms.*"fast"/],
      [
        'a competitor beyond all orders',
        () => ['backtest', made, '--competitor-pct', '150'],
        /--competitor-pct.*"150"/,
      ],
      [
        'latencies of a profile that never traded',
        () => ['backtest', 'x.jsonl', '--latency-of', 'live', '--data-dir', join(folder, 'empty')],
        /--latency-of.*"live".*0 accepted orders/,
      ],
      [
        'an unknown run',
        () => ['report', 'run-123', '--data-dir', join(folder, 'empty')],
        /runId.*"run-123"/,
      ],
      ['one run to compare', () => ['compare', 'run-1'], /RUN: is missing: the one that it is compared with/],
      ['an unknown option', () => ['status', '--frobnicate'], /frobnicate/],
      ['an unknown command', () => ['trade'], /command.*"trade"/],
      [
        'no running engine',
        () => ['kill', '--data-dir', join(folder, 'no-engine')],
        /data-dir.*no running engine/,
      ],
    ];

    it.each(cases)('%s', async (_name, args, expected) => {
      const answer = await parallaxHere(...args());
      expect(answer.stderr).toMatch(expected);
      expect(answer.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(answer.stdout).toBe('');
      expect(answer.code).toBe(2);
    });

    it('is the same from a process of its own', async () => {
      const answer = await parallax('rearm', 'x');
      expect(answer).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(
          /^parallax: rearm: "x" is not understood; nothing was done\. Usage: .*\n$/,
        ),
      });
    });

    it('leaves the user’s files as they were', () => {
      expect(statSync(join(folder, 'data')).isFile()).toBe(true);
      expect(readFileSync(join(folder, 'data'), 'utf8')).toBe('mine');
    });
  });
});
