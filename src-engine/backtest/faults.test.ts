import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Problem, UserError } from '../domain/errors.ts';
import { krakenSession, type ReceivedFrame } from '../testing/kraken-session.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import type { EngineEvent } from '../domain/event.ts';
import { runBacktest } from './backtest.ts';
import { mergeRecordings } from './library/trim-recording.ts';
import type { BacktestOptions } from './options.ts';
import { header, logFolder, spec, START_US, TRIANGLE, triangleEvents } from './testing/made-log.ts';

const folder = logFolder();
afterAll(() => folder.remove());

const pair = [spec('BTC/USD')];
const book = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  t: START_US,
  i: 'BTC/USD',
  k: 'snapshot',
  b: [['60000.00', '1']],
  a: [['60000.01', '1']],
  ...change,
});

async function problemOf(
  lines: readonly unknown[],
  options: Partial<BacktestOptions> = {},
): Promise<Problem> {
  return problem({ logs: [folder.write('faulty.jsonl', lines)], ...options });
}

async function problem(options: BacktestOptions): Promise<Problem> {
  try {
    await runBacktest(options);
  } catch (error) {
    if (error instanceof UserError) return error.problem;
    throw error;
  }
  throw new Error('the run was not refused');
}

describe('logs that are refused', () => {
  test('a price with more decimals than the instrument', async () => {
    const found = await problemOf([
      header(pair),
      book(),
      book({
        a: [
          ['60000.01', '1'],
          ['60000.015', '2'],
        ],
      }),
    ]);
    expect(found).toMatchObject({ code: 'off-grid', value: '60000.015' });
    expect(found.field).toMatch(/faulty\.jsonl line 3, a\[1\] price of BTC\/USD$/);
    expect(found.message).toBe("has more than the instrument's 2 decimals");
  });

  test('a quantity with more decimals, in a level and in a trade', async () => {
    expect((await problemOf([header(pair), book({ b: [['60000', '0.00001']] })])).field).toMatch(
      /line 2, b\[0\] quantity of BTC\/USD$/,
    );
    const trade = { t: START_US, i: 'BTC/USD', k: 'trade', p: '60000', q: '0.00001', side: 'buy' };
    expect(await problemOf([header(pair), trade])).toMatchObject({ code: 'off-grid', value: '0.00001' });
  });

  test('a price beyond what a book counts', async () => {
    const found = await problemOf([header(pair), book({ a: [['900719925474099.92', '1']] })]);
    expect(found).toMatchObject({ code: 'off-grid', message: 'is too large for a book' });
  });

  test('no quantity beyond it: the book shows what it counts, which is less', async () => {
    const log = folder.write('large.jsonl', [
      header(pair),
      book({ b: [['59999', '900719925474.1']], a: [['60001', '999999999999999999999.0001']] }),
      { t: START_US, i: 'BTC/USD', k: 'trade', p: '60000', q: '123456789012345', side: 'buy' },
    ]);
    expect((await runBacktest({ logs: [log] })).events).toBe(2);
  });

  test('a log that breaks off, but for the asking', async () => {
    const lines = [header(pair), book()];
    const path = folder.write('cut.jsonl', lines);
    writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"t":17000`);
    expect(await problem({ logs: [path] })).toMatchObject({ code: 'truncated-log' });
    const report = await runBacktest({ logs: [path], allowUnfinished: true });
    expect(report.events).toBe(1);
    expect(report.settings.unfinishedLogs).toEqual([path]);
  });

  test.each([
    ['newer-version', [header(pair, { version: 2 }), book()]],
    ['not-a-market-log', ['{"hello":1}']],
    ['no-events', [header(pair)]],
    ['bad-event', [header(pair), book(), book({ t: START_US - 1 })]],
    ['bad-event', [header(pair), book({ i: 'ETH/USD' })]],
    ['no-adapter', [header(pair), { t: START_US, raw: '{}' }]],
  ])('%s', async (code, lines) => {
    expect((await problemOf(lines)).code).toBe(code);
  });

  test('none, one twice, and one that is not there', async () => {
    expect((await problem({ logs: [] })).code).toBe('bad-logs');
    const path = folder.write('once.jsonl', [header(pair), book()]);
    expect(await problem({ logs: [path, path] })).toMatchObject({ message: 'is given twice', value: path });
    expect(await problem({ logs: [`${path}.gone`] })).toMatchObject({ code: 'log-unreadable' });
  });
});

test.each<[string, Partial<BacktestOptions>]>([
  ['fee-bps', { feeBps: -1 }],
  ['fee-bps', { feeBps: Number.NaN }],
  ['max-age-ms', { maxAgeMs: -5 }],
  ['seed', { seed: 1.5 }],
  ['min-notional', { minNotional: '-3' }],
  ['capital', { capital: { DOGE: '5' } }],
  ['capital USD', { capital: { USD: '1e5' } }],
])('a bad %s is refused by name', async (field, options) => {
  expect(await problemOf([header(pair), book()], options)).toMatchObject({ code: 'bad-option', field });
});

describe('several logs as one run', () => {
  const { events } = triangleEvents(3, 900);
  const symbolOf = (event: unknown): string => (event as { i: string }).i;
  const whole = folder.write('whole.jsonl', [header(TRIANGLE), ...events]);

  test('split by instrument and merged by time they are the run of the whole log', async () => {
    const parts = TRIANGLE.map((one, index) =>
      folder.write(`part-${index}.jsonl`, [
        header([one]),
        ...events.filter((event) => symbolOf(event) === one['symbol']),
      ]),
    );
    const expected = await runBacktest({ logs: [whole] });
    expect(expected.fills).toBeGreaterThan(0);
    expect(await runBacktest({ logs: parts })).toEqual(expected);
  });

  test('split in time, the same instruments in each', async () => {
    const parts = [events.slice(0, 400), events.slice(400)].map((some, index) =>
      folder.write(`half-${index}.jsonl`, [header(TRIANGLE), ...some]),
    );
    const expected = await runBacktest({ logs: [whole] });
    expect((await runBacktest({ logs: parts.toReversed() })).digest).toBe(expected.digest);
  });

  const raised: readonly Record<string, unknown>[] = TRIANGLE.map((one) => ({
    ...one,
    takerFee: '0.0011',
    minQty: '0.01',
    lotSize: '0.01',
  }));

  test('split in time, the fee, lot and minimum changed in between: as one log in which they change there', async () => {
    const rules = raised.map((one) => {
      const { symbol, takerFee, minQty, lotSize } = one as Readonly<Record<string, string>>;
      const { t } = events[400] as { readonly t: number };
      return { t, i: symbol, k: 'rules', takerFee, minQty, lotSize };
    });
    const one = folder.write('changes.jsonl', [
      header(TRIANGLE),
      ...events.slice(0, 400),
      ...rules,
      ...events.slice(400),
    ]);
    const parts = [
      folder.write('before.jsonl', [header(TRIANGLE), ...events.slice(0, 400)]),
      folder.write('after.jsonl', [header(raised), ...events.slice(400)]),
    ];
    const expected = await runBacktest({ logs: [one] });
    expect(expected.digest).not.toBe((await runBacktest({ logs: [whole] })).digest);
    const merged = join(dirname(whole), 'merged.jsonl');
    await mergeRecordings(parts, merged);
    for (const logs of [parts, parts.toReversed(), [merged]])
      expect((await runBacktest({ logs })).digest).toBe(expected.digest);
    // What is asked for holds all along.
    const asked = { feeBps: 5 };
    const free = await runBacktest({ logs: parts, ...asked });
    expect(free.settings.takerFeesBps).toEqual({ 5: TRIANGLE.length });
  });

  test('rules that a log changed back are those of the next header from its first event on', async () => {
    const lines = [header(pair), book(), { t: START_US, i: 'BTC/USD', k: 'rules', takerFee: '0.02' }];
    const headers = [header([spec('BTC/USD', { takerFee: '0.01' })]), ...lines.slice(1)];
    const first = folder.write('changed.jsonl', headers);
    const next = folder.write('next.jsonl', [
      header([spec('BTC/USD', { takerFee: '0.01' })]),
      book({ t: START_US + 1_000_000 }),
    ]);
    const changes: string[] = [];
    const onEvents = (facts: readonly EngineEvent[]): void =>
      void changes.push(...facts.flatMap((fact) => (fact.type === 'instrumentChanged' ? fact.changes : [])));
    await runBacktest({ logs: [first, next], onEvents });
    expect(changes).toEqual(['takerFee 0.01 → 0.02', 'takerFee 0.02 → 0.01']);
  });

  test('a finer tick, another pair and another order of pairs are joined; another asset, or other digits of a venue’s checksums, are refused', async () => {
    const coarse = [
      header([spec('BTC/USD', { tickSize: '0.1' })]),
      book({ b: [['60000.1', '1']], a: [['60000.2', '1']] }),
    ];
    const second = folder.write('fine.jsonl', [
      header([spec('ETH/USD'), ...pair]),
      book({ t: START_US + 1 }),
      book({ t: START_US + 2, i: 'ETH/USD' }),
    ]);
    const first = folder.write('coarse.jsonl', coarse);
    expect((await runBacktest({ logs: [second, first] })).events).toBe(3);

    const named = (change: object, venue: string, name: string): string =>
      folder.write(name, [header([spec('BTC/USD', { takerFee: '0', ...change })], { venue }), book()]);
    const plain = named({}, 'kraken', 'plain.jsonl');
    const finer = named({ priceDecimals: 3 }, 'kraken', 'finer.jsonl');
    expect(await problem({ logs: [plain, finer] })).toMatchObject({
      code: 'instruments-differ',
      field: `${finer} BTC/USD.priceDecimals`,
      value: '3',
      message: `is 2 in ${plain}`,
      remedy: expect.stringContaining('one by one'),
    });
    const other = named({ quote: 'USDT' }, 'kraken', 'other.jsonl');
    expect(await problem({ logs: [plain, other] })).toMatchObject({
      field: `${other} BTC/USD.quote`,
      remedy: expect.stringContaining('different pairs'),
    });
    const elsewhere = folder.write('elsewhere.jsonl', [
      header([spec('BTC/USD', { tickSize: '0.1' })], { venue: 'elsewhere' }),
      book({ b: [['60000.0', '1']], a: [['60000.1', '1']] }),
    ]);
    expect((await runBacktest({ logs: [first, elsewhere] })).events).toBe(2);
  });
});

/** A capture of a real session: BTC/USD at depth 25, 51 s. */
function recordedSession(): ReceivedFrame[] {
  return readFileSync(sharedFile('kraken/btcusd-book25.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly recv_ns: number; readonly raw: string })
    .map(({ recv_ns, raw }) => ({ atUs: Math.floor(recv_ns / 1_000), raw }));
}

const sessions: [string, number, () => ReceivedFrame[]][] = [
  ['a made session', 10, () => krakenSession(['BTC/USD'], 20)],
];
if (HAS_SHARED_DATA) sessions.push(['a recorded session', 25, recordedSession]);

describe.each(sessions)('Kraken’s frames of %s', (name, depth, session) => {
  const lines = session().map(({ atUs, raw }) => ({ t: atUs, raw }));
  const bitcoin = spec('BTC/USD', {
    tickSize: '0.1',
    lotSize: '0.00000001',
    minQty: '0.00005',
    priceDecimals: 1,
    qtyDecimals: 8,
  });
  const log = folder.write(`${name}.jsonl`, [header([bitcoin], { venue: 'kraken' }), ...lines]);

  test('replay through the adapter, every checksum matching at the depth they were recorded at', async () => {
    const report = await runBacktest({ logs: [log] });
    expect(report.events).toBe(lines.length);
    expect(report.settings.bookDepth).toBe(depth);
    expect(report.bookFaults).toEqual({ checksumMismatches: 0, sequenceGaps: 0, unreadableFrames: 0 });
    expect(report.explain[0]).toBe('The instruments form no cycle of 3 legs or less: nothing to trade.');
  });

  test('at another depth the mismatches are counted and reported', async () => {
    const report = await runBacktest({ logs: [log], bookDepth: 1_000 });
    expect(report.bookFaults.checksumMismatches).toBeGreaterThan(0);
    expect(report.explain.join('\n')).toMatch(/checksum mismatch.*is 1000 the depth/);
  });

  test('a frame that cannot be read costs its book, and is reported with its line', async () => {
    const broken = lines.map((line, index) =>
      index === 50 ? { ...line, raw: line.raw.replace('"price":', '"price":x') } : line,
    );
    const path = folder.write('broken.jsonl', [header([bitcoin], { venue: 'kraken' }), ...broken]);
    const report = await runBacktest({ logs: [path] });
    expect(report.bookFaults.unreadableFrames).toBe(1);
    expect(report.explain.join('\n')).toMatch(/broken\.jsonl line 52: /);
  });
});
