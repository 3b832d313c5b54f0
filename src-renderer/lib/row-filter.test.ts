import { expect, test } from 'vitest';
import { rowFilter } from './row-filter.ts';

type Row = {
  readonly path: string;
  readonly net: number;
  readonly size: string | null;
  readonly atUs: number;
};
const COLUMNS = [
  { id: 'path', title: 'Cycle', value: (row: Row) => row.path },
  { id: 'net', title: 'Net bps', value: (row: Row) => row.net },
  { id: 'size', title: 'Size', value: (row: Row) => row.size },
  { id: 'when', title: 'Seen', unit: 'timeUs' as const, value: (row: Row) => row.atUs },
  { id: 'spark', title: '' },
];
const ROWS: readonly Row[] = [
  { path: 'USD→BTC→ETH', net: 3.5, size: '0.10', atUs: 0 },
  { path: 'USD→SOL→BTC', net: -1, size: '12.000000000000000001', atUs: 86_400_000_000 },
  { path: 'EUR→ETH of a test', net: 10, size: null, atUs: 0 },
];
const found = (text: string): number[] | string => {
  const { accepts, problem } = rowFilter(text, COLUMNS);
  if (problem !== undefined) return problem;
  return ROWS.flatMap((row, k) => ((accepts?.(row) ?? true) ? [k] : []));
};

test.each([
  ['', [0, 1, 2]],
  ['   ', [0, 1, 2]],
  ['btc', [0, 1]],
  ['btc eth', [0]],
  ['"of a test"', [2]],
  ['"of a', [2]],
  ['net>3', [0, 2]],
  ['net>=10', [2]],
  ['net<0 btc', [1]],
  ['"Net bps">3', [0, 2]],
  ['netbps>3', [0, 2]],
  ['size>12', [1]],
  ['size<=12', [0]],
  ['size=0.1', [0]],
  ['size!=0.1', [1, 2]],
  ['cycle=usd→btc→eth', [0]],
  ['path!="EUR→ETH of a test"', [0, 1]],
  ['1970-01-02', [1]],
  ['seen>5', '“seen>5” compares a time: search for its text'],
  ['net>high', '“net>high” compares with “high”, which is no number'],
  ['net>', '“net>” needs a value after >'],
  ['edge>2', '“edge” is no column: use one of cycle, netbps, size, seen'],
])('the filter %j lets through %j', (text, expected) => {
  expect(found(text)).toEqual(expected);
});
