/** The command line as its users meet it: real processes, one JSON object, one line of what was wrong. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DATA = '../shared/data';
const POLONIEX = `${DATA}/poloniex/triangle-2022-08-21.market-log.jsonl.gz`;
const FX = `${DATA}/fx/eurusd-gbpusd-eurgbp.market-log.jsonl.gz`;
const BTC = `${DATA}/kraken/btcusd-book25.jsonl`;
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
let busy: Server;
let busyPort: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-cli-'));
  busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  busyPort = String((busy.address() as AddressInfo).port);
});

afterAll(() => {
  busy.close();
  rmSync(folder, { recursive: true, force: true });
});

type Answer = { readonly code: number; readonly stdout: string; readonly stderr: string };

async function parallax(...args: string[]): Promise<Answer> {
  const child = spawn(process.execPath, ['src-engine/entry/cli.ts', ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, stdout, stderr };
}

/** Exactly one JSON object on stdout. */
function json(answer: Answer): Record<string, unknown> {
  expect(answer.stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(answer.stdout) as Record<string, unknown>;
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const lines = (...records: unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('command line', () => {
  it('checks the books of both captures', async () => {
    const btc = await parallax('check-book', BTC, '--venue', 'kraken', '--json');
    expect(btc.code).toBe(0);
    expect(json(btc)).toMatchObject({ venue: 'kraken', matched: 2052, mismatched: 0 });
    const xrp = await parallax(
      'check-book',
      `${DATA}/kraken/xrpusd-book25.jsonl`,
      '--venue',
      'kraken',
      '--json',
    );
    expect(json(xrp)).toMatchObject({ matched: 1147, mismatched: 0 });
  });

  it('finds one corrupted digit at its very frame, and says so by its exit code', async () => {
    const frames = readFileSync(BTC, 'utf8').split('\n');
    const at = frames.findIndex(
      (line, index) => index > 300 && /\\"bids\\":\[\{\\"price\\":\d+\.\d/.test(line),
    );
    frames[at] = (frames[at] ?? '').replace(
      /(\\"bids\\":\[\{\\"price\\":\d+\.\d,\\"qty\\":\d+\.\d{7})(\d)/,
      (_all, before: string, digit: string) => `${before}${(Number(digit) + 1) % 10}`,
    );
    const answer = await parallax(
      'check-book',
      file('corrupt.jsonl', frames.join('\n')),
      '--venue',
      'kraken',
      '--json',
    );
    expect(answer.code).toBe(1);
    expect(json(answer)).toMatchObject({ mismatched: 1, firstFault: { line: at + 1, symbol: 'BTC/USD' } });
  });

  it.each([
    ['AssetPairs-2026-01-12.json', [], { pairs: 1434, triangles: 1275 }],
    ['AssetPairs-2026-01-12.json', ['--online-only'], { triangles: 1215 }],
    ['ws-v2-instrument-snapshot-2024-04.json', [], { pairs: 683, triangles: 834 }],
    ['ws-v2-instrument-snapshot-2024-04.json', ['--online-only'], { triangles: 807 }],
  ])('counts the graph of %s %j', async (name, options, expected) => {
    const answer = await parallax('graph', `${DATA}/kraken/${name}`, ...options, '--json');
    expect(json(answer)).toMatchObject(expected);
  });

  it('backtests the Poloniex log with the published figures, and the same seed gives the same digest', async () => {
    const args = ['backtest', POLONIEX, '--fee-bps', '5', '--max-age-ms', '5000', '--json'];
    const first = json(await parallax(...args));
    expect(first['cycles']).toContainEqual(
      expect.objectContaining({
        path: ['USDT', 'BTC', 'BCH'],
        evaluations: 240,
        grossPositive: 34,
        netPositive: 18,
        bestGrossBps: 16.7942,
        freshEvaluations: 201,
        freshGrossPositive: 29,
      }),
    );
    expect(json(await parallax(...args))['digest']).toBe(first['digest']);
  });

  it.each([
    [
      'the minimums that it was recorded with',
      [],
      /^\d+ edge-gone-after-depth, for example net -\d+\.\d+ bps .* once depth, lots and slippage are paid\.$/m,
      'edge-gone-after-depth',
    ],
    [
      'a minimum of 5 USDT',
      ['--min-notional', '5'],
      /^\d+ below-min-notional, for example .*USDT is below the minimum of 5 USDT\.$/m,
      'below-min-notional',
    ],
  ])('the Poloniex log under %s: 0 trades, and why in words and in JSON', async (_, options, why, code) => {
    const told = json(await parallax('backtest', POLONIEX, ...options, '--json'));
    expect(told).toMatchObject({ orders: 0, fills: 0, pnl: '0', metrics: { trades: { trades: 0 } } });
    const { opportunities } = told as { readonly opportunities: number };
    expect(opportunities).toBeGreaterThan(0);
    expect(told['decisions']).toMatchObject({ [code]: expect.any(Number) });
    expect(told['decisions']).not.toHaveProperty('taken');
    const sentences = told['explain'] as readonly string[];
    expect(sentences.join('\n')).toMatch(why);
    expect(sentences).toContain('Nothing was traded.');
    const { code: exit, stdout } = await parallax('backtest', POLONIEX, ...options);
    expect(exit).toBe(0);
    expect(stdout).toContain(`${opportunities} opportunities, 0 orders, 0 fills`);
    expect(stdout).toContain('The account starts with 1000 USDT');
    expect(stdout).toMatch(/^edge: /m);
    for (const sentence of sentences) expect(stdout).toContain(sentence);
  });

  it('backtests the FX log with the published figures', async () => {
    const fx = json(await parallax('backtest', FX, '--json'));
    expect(fx['cycles']).toContainEqual(
      expect.objectContaining({
        path: ['EUR', 'GBP', 'USD'],
        evaluations: 119_998,
        grossPositive: 27,
        bestGrossBps: 1.2202,
      }),
    );
  });

  it('starts the local exchange and stops it when asked', async () => {
    const answer = await parallax('exchange', '--seconds', '1', '--json');
    expect(answer.code).toBe(0);
    expect(json(answer)).toMatchObject({
      simulated: true,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
  });

  it('says how a machine stands', async () => {
    const answer = await parallax('doctor', '--data-dir', folder, '--json');
    expect(answer.code).toBe(0);
    expect(json(answer)).toMatchObject({ healthy: true });
  });

  describe('bad input is one line that names field, value and remedy, with exit code 2', () => {
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
      ['a sweep that is no JSON', () => ['sweep', file('spec.json', '{')], /SPEC.*spec\.json.*is not JSON/],
      [
        'a sweep over an impossible range',
        () => [
          'sweep',
          file(
            'range.json',
            JSON.stringify({
              logs: [POLONIEX],
              parameters: { 'detection.minNetBps': { from: 5, to: 1, step: 1 } },
              search: { method: 'grid' },
            }),
          ),
        ],
        /detection\.minNetBps/,
      ],
      ['a tape over its own log', () => ['tape', POLONIEX, '--out', POLONIEX], /--out.*one of the logs/],
      [
        'a damaged tape',
        () => ['backtest', file('bad.tape', Buffer.concat([Buffer.from('PLXTAPE\u0001'), Buffer.alloc(99)]))],
        /tape.*bad\.tape.*damaged/,
      ],
      ['a wrong venue', () => ['check-book', BTC, '--venue', 'nyse'], /--venue.*"nyse"/],
      ['a negative fee', () => ['backtest', POLONIEX, '--fee-bps', '-5'], /--fee-bps.*"-5"/],
      ['a capital nobody trades', () => ['backtest', POLONIEX, '--capital', 'ZZZ=5'], /capital.*"ZZZ"/],
      [
        'balances without a venue',
        () => ['backtest', POLONIEX, '--balances', 'USDT=5'],
        /--balances.*"USDT=5" is not a list of VENUE\.ASSET=AMOUNT.*kraken\.USD=1000/,
      ],
      [
        'balances at a venue of no log',
        () => ['backtest', POLONIEX, '--balances', 'kraken.USD=5'],
        /balances\.kraken\.USD: "kraken" is no venue of these logs\. Choose among poloniex/,
      ],
      [
        'a balance that is named twice',
        () => ['backtest', POLONIEX, '--balances', 'poloniex.USDT=5,poloniex.USDT=6'],
        /--balances.*names poloniex\.USDT twice/,
      ],
      ['a file that is not there', () => ['graph', join(folder, 'nothing.json')], /FILE.*nothing\.json/],
      [
        'a port in use',
        () => ['serve', '--no-open', '--data-dir', join(folder, 'd1'), '--port', busyPort],
        /port.*in use/,
      ],
      ['a port in use by the exchange', () => ['exchange', '--port', busyPort], /port.*in use/],
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
        'a latency that is none',
        () => ['backtest', join(DATA, 'fx/eurusd-gbpusd-eurgbp.market-log.jsonl.gz'), '--latency-ms', 'fast'],
        /--latency-ms.*"fast"/,
      ],
      [
        'a competitor beyond all orders',
        () => [
          'backtest',
          join(DATA, 'fx/eurusd-gbpusd-eurgbp.market-log.jsonl.gz'),
          '--competitor-pct',
          '150',
        ],
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
      ['one run to compare', () => ['compare', 'run-1'], /RUN.*needed twice/],
      ['an unknown option', () => ['status', '--frobnicate'], /frobnicate/],
      ['an unknown command', () => ['trade'], /command.*"trade"/],
      [
        'no running engine',
        () => ['kill', '--data-dir', join(folder, 'nobody')],
        /data-dir.*no running engine/,
      ],
    ];

    it.each(cases)('%s', async (_name, args, expected) => {
      const answer = await parallax(...args());
      expect(answer.stderr).toMatch(expected);
      expect(answer.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(answer.stdout).toBe('');
      expect(answer.code).toBe(2);
    });

    it('leaves the user’s files as they were', () => {
      expect(statSync(join(folder, 'data')).isFile()).toBe(true);
      expect(readFileSync(join(folder, 'data'), 'utf8')).toBe('mine');
    });
  });
});
