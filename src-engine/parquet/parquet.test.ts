import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBacktest } from '../backtest/backtest.ts';
import { header, START_US, TRIANGLE, triangleEvents } from '../backtest/testing/made-log.ts';
import { parallaxHere } from '../cli/testing/in-process.ts';
import { decimal } from '../domain/decimal.ts';
import { openDatabase } from '../storage/database.ts';
import { readMarketLog } from '../storage/market-log.ts';
import { readTotals } from '../storage/queries/totals.ts';
import { bytesOf, textOf, unitsIn, unitsOf } from './decimal-units.ts';
import { fileAt, folderPlace } from './export-place.ts';
import { ParquetFile } from './parquet-file.ts';
import { PartitionedTable } from './partitions.ts';
import { readParquet } from './read-file.ts';
import type { Column } from './table-rows.ts';
import { fillHistory } from './testing/made-history.ts';

const DAY_US = 86_400_000_000;

let folder: string;
let duck: DuckDBConnection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-parquet-'));
  duck = await (await DuckDBInstance.create()).connect();
});
afterAll(() => {
  duck.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

/** What another program makes of the files. */
async function ask(sql: string): Promise<Record<string, unknown>[]> {
  return (await duck.runAndReadAll(sql)).getRowObjectsJson();
}
const place = (name: string): string => join(folder, name);
const filesIn = (name: string): string =>
  `read_parquet('${place(name)}/**/*.parquet', hive_partitioning = true)`;

describe('a decimal', () => {
  it('is the same after its 16 bytes, whatever its sign and length, or does not fit and says so', () => {
    const digits = (most: number) => fc.stringMatching(new RegExp(`^\\d{1,${most}}$`));
    fc.assert(
      fc.property(fc.boolean(), digits(24), digits(24), (isBelow, whole, part) => {
        const text = `${isBelow ? '-' : ''}${whole}.${part}`;
        const units = unitsOf(text);
        const fits = part.replace(/0+$/, '').length <= 18 && BigInt(whole) < 10n ** 20n;
        expect(units !== undefined).toBe(fits);
        if (units === undefined) return;
        expect(unitsIn(bytesOf(units))).toBe(units);
        expect(decimal(textOf(units)).eq(decimal(text))).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(['-0.5', '12', '0', '0.000000000000000001'].map((text) => textOf(unitsOf(text) ?? 7n))).toEqual([
      '-0.5',
      '12',
      '0',
      '0.000000000000000001',
    ]);
  });
});

describe('the history of a profile', () => {
  it('has in DuckDB the sums and counts of the engine, to the last digit, with types and days of its own', async () => {
    const dataDir = place('data');
    const database = await openDatabase({ dataDir });
    await fillHistory(database);
    const totals = await readTotals(database, 'demo');
    await database.close();
    const made = await parallaxHere('export', place('history'), '--data-dir', dataDir, '--json');
    expect(made.stderr).toBe('');
    expect(JSON.parse(made.stdout)).toMatchObject({
      tables: { fills: { rows: 1_200, inexact: 1 }, executions: { rows: 1_200 }, orders: { rows: 0 } },
    });
    const executions = filesIn('history/executions');
    const [sum] = await ask(`select sum(profit_home) as profit, count(*) as n from ${executions}`);
    expect(decimal(String(sum?.['profit'])).toFixed()).toBe(totals.profitHome.toFixed());
    const fills = filesIn('history/fills');
    const fees = await ask(`select fee_asset, sum(fee) as fee from ${fills} group by all order by all`);
    expect(fees.map((row) => [row['fee_asset'], decimal(String(row['fee'])).toFixed()])).toEqual(
      [...totals.fees]
        .map(([asset, fee]) => [asset, fee.toFixed()])
        .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    );
    expect(
      await ask(`select outcome, count(*)::int as n from ${executions} group by all order by all`),
    ).toEqual([
      { outcome: 'completed', n: totals.executions.completed },
      { outcome: 'missed', n: totals.executions.missed },
    ]);
    // A filter is answered from the smallest and largest values of a group where there are any: none may be wrong.
    const [below] = await ask(`select count(*)::int as n from ${executions} where profit_home < -50`);
    expect(below).toEqual({
      n: Array.from({ length: 1_200 }, (_, n) => n).filter((n) => n % 2 === 0 && n % 97 >= 50).length,
    });
    const types = await ask(`describe select venue, day, fee, happened_at, symbol from ${fills}`);
    expect(types.map((row) => row['column_type'])).toEqual([
      'VARCHAR',
      'DATE',
      'DECIMAL(38,18)',
      'TIMESTAMP WITH TIME ZONE',
      'VARCHAR',
    ]);
    expect(
      await ask(
        `select count(distinct venue)::int as venues, count(distinct day)::int as days, min(epoch_us(happened_at))::bigint as first from ${fills}`,
      ),
    ).toEqual([{ venues: 3, days: 4, first: String(START_US) }]);
    expect(await ask(`select exact, qty from ${fills} where exact is not null`)).toEqual([
      { exact: '{"qty":"0.0000000000000000001"}', qty: null },
    ]);
    expect(await ask(`select distinct detail from ${executions}`)).toEqual([{ detail: 'über “x”' }]);
  });

  it('is written whole or not at all, and beside nothing that is there', async () => {
    const there = await parallaxHere('export', place('history'), '--data-dir', place('data'));
    expect([there.code, there.stderr]).toEqual([
      2,
      expect.stringContaining('exists already and is no empty folder'),
    ]);
    const unknown = await parallaxHere('export', place('new'), '--tables', 'orders,trades');
    expect(unknown.stderr).toContain('trades');
    const nothing = await parallaxHere('export', place('new'), join(folder, 'no-log.jsonl'));
    expect(nothing.code).toBe(2);
    const odd = await parallaxHere('export', place('new'), '--profile', 'papr', '--data-dir', place('data'));
    expect(odd.stderr).toContain('--profile: "papr" is no profile');
    symlinkSync(place('nowhere'), place('link'));
    const link = await parallaxHere('export', place('link'), '--data-dir', place('data'));
    expect(link.stderr).toContain('is a link that leads nowhere');
    expect(existsSync(place('new'))).toBe(false);
    // A link to an empty folder is that folder; a profile that never ran is named.
    mkdirSync(place('nowhere'));
    const followed = ['export', place('link'), '--profile', 'plan-7', '--data-dir', place('data')] as const;
    const made = await parallaxHere(...followed);
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('nothing of the profile plan-7')]);
    expect(readdirSync(place('nowhere'))).toContain('orders');
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });
});

it('a table of many venues keeps few rows in memory and few files open', () => {
  const shape = { name: 'rows', columns: [{ name: 'n', type: 'integer' as const }], about: () => ({}) };
  const table = new PartitionedTable(folderPlace(place('many')), 'parquet', shape, 40);
  const venues = 60;
  for (let n = 0; n < 240; n++) {
    table.add(`v${n % venues}`, 0, { n });
    table.add('kraken', 0, { n });
  }
  const { rows, files, inexact } = table.finish();
  expect([rows, inexact]).toEqual([480, 0]);
  // What is written all the time is one file, however many others come and go.
  expect(readdirSync(join(place('many'), 'rows', 'venue=kraken', 'day=1970-01-01'))).toHaveLength(1);
  // More partitions than files may be open: some are begun again, as a further part.
  expect(files).toBeGreaterThan(venues);
});

/** The columns that another program may write. */
const MARKET_LIKE: readonly Column[] = [
  { name: 'received_at', type: 'time' },
  { name: 'event', type: 'integer' },
  ...['kind', 'symbol', 'side', 'detail'].map((name) => ({ name, type: 'text' as const })),
  ...['price', 'qty'].map((name) => ({ name, type: 'decimal' as const })),
];

describe('a recording', () => {
  const events = async (path: string): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const batch of (await readMarketLog(path)).batches)
      for (const event of batch) {
        const { line: _, ...rest } = event as unknown as Record<string, unknown>;
        found.push(rest);
      }
    // Zeros behind the last digit are none of the value.
    return JSON.parse(
      JSON.stringify(found)
        .replaceAll(/(\.\d*?)0+"/g, '$1"')
        .replaceAll('."', '"'),
    ) as unknown[];
  };

  it('comes back as it was, event by event, over midnight, with trades, changed rules and an empty book', async () => {
    const symbol = TRIANGLE[0]?.symbol ?? '';
    const late = START_US + DAY_US;
    const extra = [
      { t: late, i: symbol, k: 'trade', p: '100', q: '2', side: 'sell', v: late - 5 },
      { t: late + 1, i: symbol, k: 'rules', minNotional: '7' },
      { t: late + 1, i: symbol, k: 'rules', status: 'cancel_only' },
      { t: late + 2, i: symbol, k: 'rules', stopped: 'because' },
      { t: late + 3, i: symbol, k: 'snapshot', b: [], a: [], seq: 12 },
      { t: late + 4, i: symbol, k: 'delta', b: [['99', '1']], a: [], seq: 13, prev: 12, v: late },
    ];
    const log = place('made.jsonl');
    const lines = [header(TRIANGLE), ...triangleEvents(7, 400).events, ...extra];
    writeFileSync(log, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    expect(JSON.parse((await parallaxHere('export', place('market'), log, '--json')).stdout)).toMatchObject({
      tables: { market: { events: lines.length - 1, unreadableFrames: 0 } },
    });
    expect(
      readdirSync(join(place('market/market'), readdirSync(place('market/market'))[0] ?? '')),
    ).toHaveLength(2);
    const back = await parallaxHere('import', place('market'), '--out', place('back.jsonl'));
    expect(back.stderr).toBe('');
    expect(await events(place('back.jsonl'))).toEqual(await events(log));
    const found = await ask(
      `select kind, count(distinct event)::int as n from ${filesIn('market')} group by all order by all`,
    );
    expect(found).toContainEqual({ kind: 'trade', n: 1 });
    // One that is there already stays as it is.
    const again = await parallaxHere('import', place('market'), '--out', place('back.jsonl'));
    expect(again.stderr).toContain('exists already');
  });

  it('trades the same after it was Parquet', async () => {
    const log = place('traded.jsonl');
    const lines = [header(TRIANGLE), ...triangleEvents(11, 1_500).events];
    writeFileSync(log, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    await parallaxHere('export', place('traded'), log);
    await parallaxHere('import', place('traded'), '--out', place('again.jsonl.gz'));
    const before = await runBacktest({ logs: [log] });
    const after = await runBacktest({ logs: [place('again.jsonl.gz')] });
    expect(after.digest).toBe(before.digest);
    expect(before.events).toBeGreaterThan(100);
  });

  it('of another program, without a footer of ours, is read with steps from its digits, in every compression', async () => {
    for (const codec of ['zstd', 'gzip', 'brotli', 'snappy', 'uncompressed']) {
      const file = place(`${codec}.parquet`);
      await ask(`copy (select * from (values
        (make_timestamp(${START_US}), 1, 'snapshot', 'BTC/USD', 'bid', 60000.1::decimal(9,1), 1.25::decimal(18,4)),
        (make_timestamp(${START_US}), 1, 'snapshot', 'BTC/USD', 'ask', 60000.2::decimal(9,1), 2::decimal(18,4)),
        (make_timestamp(${START_US + 1}), 2, 'trade', 'BTC/USD', 'buy', 60000.2::decimal(9,1), 0.5::decimal(18,4))
      ) as t(received_at, event, kind, symbol, side, price, qty)) to '${file}' (format parquet, codec '${codec}')`);
      const out = place(`${codec}.jsonl`);
      const without = await parallaxHere('import', file, '--out', out);
      expect(without.stderr).toContain('is named neither in the footer nor in the path');
      const made = await parallaxHere('import', file, '--venue', 'own', '--out', out, '--json');
      expect(JSON.parse(made.stdout)).toMatchObject({ venue: 'own', events: 2, symbols: ['BTC/USD'] });
      expect((await readMarketLog(out)).header.instruments[0]).toMatchObject({
        tickSize: '0.1',
        lotSize: '0.01',
        takerFee: null,
      });
      expect(await events(out)).toMatchObject([
        { kind: 'snapshot', tUs: START_US, bids: [['60000.1', '1.25']], asks: [['60000.2', '2']] },
        { kind: 'trade', price: '60000.2', qty: '0.5', side: 'buy' },
      ]);
    }
  });

  it('whose message lies in two files has it once', async () => {
    const rows = [
      [1, 'snapshot', 'bid', '99'],
      [1, 'snapshot', 'ask', '101'],
      [2, 'delta', 'bid', '98'],
    ] as const;
    for (const [n, part] of [rows.slice(0, 1), rows.slice(1)].entries()) {
      const file = new ParquetFile(fileAt(place(`halves-${n}.parquet`)), MARKET_LIKE);
      for (const [event, kind, side, price] of part)
        file.add({ received_at: START_US, event, kind, symbol: 'A/B', side, price, qty: '1' });
      file.finish();
    }
    const into = place('halves');
    mkdirSync(into);
    for (const n of [0, 1]) renameSync(place(`halves-${n}.parquet`), join(into, `part-${n}.parquet`));
    const made = await parallaxHere('import', into, '--venue', 'own', '--out', place('halves.jsonl'));
    expect(made.stderr).toBe('');
    expect(await events(place('halves.jsonl'))).toMatchObject([
      { kind: 'snapshot', bids: [['99', '1']], asks: [['101', '1']] },
      { kind: 'delta', bids: [['98', '1']] },
    ]);
  });

  let badFiles = 0;
  const whole = {
    received_at: START_US,
    event: 1,
    kind: 'delta',
    symbol: 'A/B',
    side: 'bid',
    price: '1',
    qty: '1',
  };
  it.each([
    [[{ ...whole, kind: 'candle' }], 'row 1 kind'],
    [[{ ...whole, side: 'buy' }], 'row 1 side'],
    [[{ ...whole, price: '0' }], 'row 1 price'],
    [[{ ...whole, qty: '-1' }], 'row 1 qty'],
    [[{ ...whole, symbol: null }], 'row 1 symbol'],
    [[{ ...whole, symbol: 'AB' }], 'symbol'],
    [[{ ...whole, event: null }], 'row 1 event'],
    [[whole, { ...whole, symbol: 'C/D' }], 'row 2 event'],
    [[{ ...whole, event: 2 }, whole], 'row 2 event'],
    [[whole, { ...whole, event: 2, received_at: START_US - 1 }], 'row 2 received_at'],
    [[{ ...whole, kind: 'rules', price: null, qty: null }], 'detail'],
    [[{ ...whole, symbol: 'A/A' }], 'two different assets'],
    [[{ ...whole, symbol: `${'A'.repeat(70)}/B` }], 'instruments[0].symbol'],
    [[{ ...whole, price: '0.0000000000001' }], 'priceDecimals'],
    [[], 'has no event'],
  ])('with %j is refused by its row and column', async (rows, expected) => {
    const file = place(`bad-${(badFiles += 1)}.parquet`);
    const written = new ParquetFile(fileAt(file), MARKET_LIKE);
    for (const row of rows) written.add(row);
    written.finish();
    const out = place('bad.jsonl');
    const answer = await parallaxHere('import', file, '--venue', 'own', '--out', out);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(expected);
    expect(existsSync(out)).toBe(false);
  });

  it('that is cut off, no Parquet, or of doubles is refused by name', async () => {
    const file = place('cut.parquet');
    writeFileSync(file, readFileSync(place('zstd.parquet')));
    truncateSync(file, 200);
    await expect(readParquet(file)).rejects.toThrow('cannot be read as Parquet');
    await expect(readParquet(place('nowhere.parquet'))).rejects.toThrow();
    await expect(readParquet(folder)).rejects.toThrow('is a folder');
    const doubles = place('doubles.parquet');
    await ask(
      `copy (select make_timestamp(${START_US}) as received_at, 1 as event, 'delta' as kind, 'A/B' as symbol, 'bid' as side, 0.1::double as price, 1::double as qty) to '${doubles}' (format parquet)`,
    );
    const answer = await parallaxHere('import', doubles, '--venue', 'own', '--out', place('doubles.jsonl'));
    expect(answer.stderr).toContain('not as a double');
  });
});
