/** The two kinds of CSV that are understood, quotes and bars: how their columns are called, and what a row says. */
import { decimal, type DecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { type ColumnNames, type CsvRow, csvHeader, foundColumns } from './csv-table.ts';

export type CsvKind = 'quotes' | 'bars';

const TIME = ['time', 'timestamp', 'date', 'datetime', 'opentime', 'ts', 't', 'unix'];
export const QUOTE_COLUMNS = {
  time: TIME,
  bid: ['bid', 'bidprice', 'bestbid', 'bidpx'],
  ask: ['ask', 'askprice', 'bestask', 'askpx', 'offer'],
  bidSize: ['bidsize', 'bidqty', 'bidquantity', 'bidvolume', 'bestbidqty', 'bidamount'],
  askSize: ['asksize', 'askqty', 'askquantity', 'askvolume', 'bestaskqty', 'askamount'],
} as const satisfies ColumnNames<string>;
export const BAR_COLUMNS = {
  time: TIME,
  open: ['open', 'o'],
  high: ['high', 'h'],
  low: ['low', 'l'],
  close: ['close', 'c'],
  volume: ['volume', 'vol', 'v', 'basevolume', 'amount'],
} as const satisfies ColumnNames<string>;

type Quote = keyof typeof QUOTE_COLUMNS;
type Bar = keyof typeof BAR_COLUMNS;
export type Level = readonly [price: DecimalText, qty: DecimalText];
/** @throws UserError when the header names neither. */
export async function kindOf(file: string): Promise<CsvKind> {
  const header = await csvHeader(file);
  const quotes = foundColumns(header, QUOTE_COLUMNS);
  if (quotes.has('bid') && quotes.has('ask')) return 'quotes';
  if (foundColumns(header, BAR_COLUMNS).has('close')) return 'bars';
  throw new UserError({
    code: 'bad-csv',
    field: `${file} header`,
    value: header.join(',').slice(0, 120),
    message: 'names neither quotes nor bars',
    remedy: 'Name the columns time,bid,ask[,bid_size,ask_size] or time,open,high,low,close,volume.',
  });
}

/** @param depth size of both levels where the file has none. @throws UserError */
export function quoteOf(row: CsvRow<Quote>, depth: DecimalText | undefined): { bid: Level; ask: Level } {
  const size = (column: 'bidSize' | 'askSize'): DecimalText => {
    if (row.has(column)) return row.amount(column, 'above zero');
    if (depth !== undefined) return depth;
    throw missing('--depth', 'is needed: the file has no sizes of its quotes', '--depth 0.5');
  };
  const [bid, ask] = [row.amount('bid', 'above zero'), row.amount('ask', 'above zero')];
  if (decimal(bid).gte(ask)) throw row.fault('bid', `is not below the ask (${ask})`);
  return { bid: [bid, size('bidSize')], ask: [ask, size('askSize')] };
}

/** Its high and low are checked, and not told. @throws UserError */
export function barOf(row: CsvRow<Bar>): { close: DecimalText; volume: DecimalText } {
  const [open, high, low, close] = (['open', 'high', 'low', 'close'] as const).map((column) =>
    row.amount(column, 'above zero'),
  ) as [DecimalText, DecimalText, DecimalText, DecimalText];
  for (const [column, price] of [
    ['open', open],
    ['close', close],
  ] as const) {
    if (decimal(price).gt(high)) throw row.fault(column, `is above the high (${high})`);
    if (decimal(price).lt(low)) throw row.fault(column, `is below the low (${low})`);
  }
  return { close, volume: row.has('volume') ? row.amount('volume', 'zero') : '0' };
}

export function missing(field: string, message: string, example: string): UserError {
  return new UserError({ code: 'bad-usage', field, message, remedy: `Write for example ${example}.` });
}

export function backwards(row: CsvRow<'time'> | CsvRow<Quote> | CsvRow<Bar>): UserError {
  return (row as CsvRow<'time'>).fault(
    'time',
    'does not lie behind the row above it',
    'Sort the rows by time.',
  );
}
