/** Files of Arrow, as apache-arrow reads them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Table, tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { START_US } from '../backtest/testing/made-log.ts';
import { parallaxHere } from '../cli/testing/in-process.ts';
import { openDatabase } from '../storage/database.ts';
import { readTotals } from '../storage/queries/totals.ts';
import { ArrowFile } from './arrow-file.ts';
import { textOf } from './decimal-units.ts';
import { fileAt } from './export-place.ts';
import type { Column, Row } from './table-rows.ts';
import { fillHistory } from './testing/made-history.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-arrow-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whole numbers of 10^-18 from the four words of a decimal, the lowest first. */
function unitsOf(words: Uint32Array | null): bigint | null {
  if (words === null) return null;
  return BigInt.asIntN(
    128,
    [...words].reduceRight((units, word) => (units << 32n) | BigInt(word), 0n),
  );
}
const unitsIn = (table: Table, name: string): (bigint | null)[] =>
  [...(table.getChild(name) ?? [])].map((words) => unitsOf(words as Uint32Array | null));

const COLUMNS: readonly Column[] = [
  { name: 'at', type: 'time' },
  { name: 'text', type: 'text' },
  { name: 'amount', type: 'decimal' },
  { name: 'count', type: 'integer' },
  { name: 'ratio', type: 'double' },
  { name: 'flag', type: 'flag' },
];
const ROWS: readonly Row[] = [
  { at: START_US, text: 'über “x”', amount: '-0.000000000000000001', count: 7, ratio: -0.1, flag: true },
  {},
  { at: START_US + 1, text: '', amount: '99999999999999999999.5', count: -1, ratio: 1e300, flag: false },
  { amount: '0.0000000000000000001' },
];

describe('Arrow', () => {
  it.each(['file', 'stream'] as const)(
    'as a %s has every value and every null of the rows, batch by batch',
    (form) => {
      const path = join(folder, form);
      const file = new ArrowFile(form, fileAt(path), COLUMNS, { format: 'made' });
      for (const [n, row] of ROWS.entries()) {
        file.add(row);
        if (n === 1) file.flush();
      }
      file.finish();
      expect(file.inexact).toBe(1);
      const bytes = readFileSync(path);
      expect(bytes.subarray(0, 6).toString() === 'ARROW1').toBe(form === 'file');
      const table = tableFromIPC(bytes);
      expect(table.batches.map(({ numRows }) => numRows)).toEqual([2, 2]);
      expect(table.schema.metadata.get('parallax')).toBe('{"format":"made"}');
      expect(table.schema.fields.map(({ name, type }) => `${name} ${String(type)}`)).toEqual([
        'at Timestamp<MICROSECOND, UTC>',
        'text Utf8',
        'amount Decimal[38e+18]',
        'count Int64',
        'ratio Float64',
        'flag Bool',
        'exact Utf8',
      ]);
      const raw = table.batches.flatMap(({ data }) => [
        ...((data.children[0]?.values ?? []) as BigInt64Array),
      ]);
      expect([raw[0], raw[2]]).toEqual([BigInt(START_US), BigInt(START_US + 1)]);
      expect(unitsIn(table, 'amount')).toEqual([-1n, null, 99999999999999999999_500000000000000000n, null]);
      const cells = (name: string): unknown[] => [...(table.getChild(name) ?? [])];
      expect(cells('at').map((at) => at === null)).toEqual([false, true, false, true]);
      expect(cells('text')).toEqual(['über “x”', null, '', null]);
      expect(cells('count')).toEqual([7n, null, -1n, null]);
      expect(cells('ratio')).toEqual([-0.1, null, 1e300, null]);
      expect(cells('flag')).toEqual([true, null, false, null]);
      expect(cells('exact')).toEqual([null, null, null, '{"amount":"0.0000000000000000001"}']);
    },
  );

  it('of a history has the sums of the engine; of features every value', async () => {
    const dataDir = join(folder, 'data');
    const database = await openDatabase({ dataDir });
    await fillHistory(database);
    const totals = await readTotals(database, 'demo');
    await database.close();
    for (const [format, ending] of [
      ['arrow', '.arrow'],
      ['arrow-stream', '.arrows'],
    ] as const) {
      const out = join(folder, format);
      const made = await parallaxHere(
        'export',
        out,
        '--tables',
        'executions',
        '--format',
        format,
        '--data-dir',
        dataDir,
      );
      expect([made.code, made.stderr]).toEqual([0, '']);
      const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith(ending),
      );
      const tables = files.map((name) => tableFromIPC(readFileSync(join(out, name))));
      expect(tables.reduce((sum, { numRows }) => sum + numRows, 0)).toBe(1_200);
      const profits = tables.flatMap((table) => unitsIn(table, 'profit_home'));
      expect(textOf(profits.reduce<bigint>((sum, units) => sum + (units ?? 0n), 0n))).toBe(
        totals.profitHome.toFixed(),
      );
    }
    const csv = join(folder, 'bars.csv');
    const bars = Array.from(
      { length: 30 },
      (_, n) => `${START_US / 1_000 + n * 60_000},${10 + n},${11 + n},${9 + n},${10 + n},5`,
    );
    writeFileSync(csv, `timestamp,open,high,low,close,volume\n${bars.join('\n')}\n`);
    const out = join(folder, 'features.arrow');
    const features = await parallaxHere(
      'features',
      'export',
      '--file',
      csv,
      '--symbol',
      'BTC/USD',
      '--features',
      'sma:20',
      '--out',
      out,
      '--json',
    );
    expect(features.stderr).toBe('');
    const values = [...(tableFromIPC(readFileSync(out)).getChildAt(1) ?? [])];
    expect([values.length, values[18], values[19], values[28]]).toEqual([29, null, 19.5, 28.5]);
  });
});
