import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { ExecutionRecord, FillRecord } from '../../../src-engine/domain/event.ts';
import { decimal, ZERO } from '../../../src-engine/domain/decimal.ts';
import { type Column, columnsCsv } from '../../components/table-column.ts';
import { EXECUTION_COLUMNS, FILL_COLUMNS } from './activity-columns.tsx';

/** The exact figure below a column, and the sum of the same column in the file. */
function bothSums<Row>(columns: readonly Column<Row>[], id: string, rows: readonly Row[]): [string, string] {
  const column = columns.find((one) => one.id === id);
  const shown = /data-exact="([^"]*)"/.exec(renderToStaticMarkup(column?.total?.(rows)))?.[1] ?? '';
  const [head = '', ...lines] = columnsCsv(columns, rows).trim().split('\r\n');
  const at = head.split(',').indexOf(id);
  const sum = lines.reduce((total, line) => total.plus(decimal(line.split(',')[at] ?? '')), ZERO);
  return [shown, sum.toFixed()];
}

const PROFITS = ['0.1', '0.2', '-0.30000001', '9007199254740993.5'];

test('the total below executions equals the sum of their file, to the last digit', () => {
  const rows = PROFITS.map((profitHome, at) => {
    const row: Partial<ExecutionRecord> = {
      profitHome,
      path: ['USD', 'BTC'],
      outcome: 'completed',
      startedUs: at,
    };
    return row as ExecutionRecord;
  });
  const [shown, filed] = bothSums(EXECUTION_COLUMNS, 'profit', rows);
  expect(shown).toBe('9007199254740993.49999999');
  expect(shown).toBe(filed);
});

test('the total below fills equals the sum of their file, and fees of two assets are not added', () => {
  const fills = PROFITS.map((fee) => ({ fee, feeAsset: 'USD', atUs: 0, price: '1', qty: '1' }) as FillRecord);
  const [shown, filed] = bothSums(FILL_COLUMNS, 'fee', fills);
  expect(shown).toBe(`${filed} USD`);
  const mixed = [...fills, { ...fills[0], feeAsset: 'EUR' } as FillRecord];
  const total = FILL_COLUMNS.find(({ id }) => id === 'fee')?.total?.(mixed);
  expect(renderToStaticMarkup(total)).toContain('in 2 assets');
});
