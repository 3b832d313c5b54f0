/** One pair of Kraken's lists, read field by field with errors that name the field. */
import { Decimal, type DecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { isObject, type Json } from '../toolkit/json.ts';

/** Plain digits, or as some of Kraken's numbers are written: `1e-05`. No venue's figure needs more than 20 places. */
const DECIMAL = /^\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?$/;
const MAX_PLACES = 20;
const MAX_DIGITS = 30;

export function badField(field: string, value: unknown, message: string): UserError {
  return new UserError({
    code: 'bad-instrument',
    field,
    value: JSON.stringify(value)?.slice(0, 60),
    message,
    remedy: 'Fetch the list from Kraken again.',
  });
}

/** A number or its text, zero or above and exact; undefined for anything else. */
export function plainDecimal(value: unknown): Decimal | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || !DECIMAL.test(value))) return undefined;
  const number = new Decimal(value);
  if (!number.isFinite() || number.isNegative()) return undefined;
  return number.decimalPlaces() > MAX_PLACES || number.precision(true) > MAX_DIGITS ? undefined : number;
}

export class Row {
  readonly field: string;
  readonly #row: Json;

  /** @throws UserError when it is not an object. */
  constructor(row: unknown, field: string) {
    if (!isObject(row)) throw badField(field, row, 'is not an object');
    this.#row = row;
    this.field = field;
  }

  value(key: string): unknown {
    return this.#row[key];
  }

  has(key: string): boolean {
    return this.#row[key] !== undefined && this.#row[key] !== null;
  }

  text(key: string): string {
    const value = this.#row[key];
    if (typeof value !== 'string' || value === '')
      throw badField(`${this.field}.${key}`, value, 'is not text');
    return value;
  }

  count(key: string): number {
    const value = this.#row[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 20) {
      throw badField(`${this.field}.${key}`, value, 'is not a whole number from 0 to 20');
    }
    return value;
  }

  /** A number or its text, zero or above, as plain decimal text. */
  decimal(key: string): DecimalText {
    const number = plainDecimal(this.#row[key]);
    if (number === undefined)
      throw badField(`${this.field}.${key}`, this.#row[key], 'is not a decimal number');
    return number.toFixed();
  }
}

/** What a row of the v2 `instrument` channel says of a pair's rules. */
export type InstrumentRow = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tickSize: DecimalText;
  readonly lotSize: DecimalText;
  readonly minQty: DecimalText;
  readonly minNotional: DecimalText;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
};

/** @throws UserError naming the field. */
export function instrumentRow(read: Row): InstrumentRow {
  return {
    symbol: read.text('symbol'),
    base: read.text('base'),
    quote: read.text('quote'),
    // tick_size is deprecated for price_increment, and older recordings have both.
    tickSize: read.decimal(read.has('price_increment') ? 'price_increment' : 'tick_size'),
    lotSize: read.decimal('qty_increment'),
    minQty: read.decimal('qty_min'),
    minNotional: read.has('cost_min') ? read.decimal('cost_min') : '0',
    priceDecimals: read.count('price_precision'),
    qtyDecimals: read.count('qty_precision'),
  };
}
