/**
 * What a class of ccxt makes of a row of its venue, held against that row: an amount counts only if the venue itself wrote it. ccxt fills
 * gaps by sums and products of its own (a cost, a fee by the published rate): none of these is what was booked.
 */
import { exactText, parseExact } from './exact-number.ts';

/** Deepest row, and most values of one. */
const MAX_DEPTH = 6;
const MAX_VALUES = 20_000;

/** An amount that the venue did not write, or that cannot be read. */
export class NotExact extends Error {}

/** All texts and numbers of a row, amounts as plain digits without their sign. Some venues write JSON into a text. */
export function valuesOf(row: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  take(row, found, 0);
  return found;
}

function take(value: unknown, found: Set<string>, depth: number): void {
  if (depth > MAX_DEPTH || found.size > MAX_VALUES) return;
  if (typeof value === 'object' && value !== null) {
    for (const one of Object.values(value)) take(one, found, depth + 1);
  } else if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
    try {
      take(parseExact(value), found, depth + 1);
    } catch {
      found.add(value);
    }
  } else if (typeof value === 'string' || typeof value === 'number') {
    found.add(String(value));
    const amount = exactText(unsigned(value));
    if (amount !== undefined) found.add(amount);
  }
}

function unsigned(value: string | number): string | number {
  return typeof value === 'number' ? Math.abs(value) : value.replace(/^-/, '');
}

/** The amount as plain digits. @throws NotExact where it is none from zero up, or stands nowhere in the venue’s own row. */
export function exactIn(row: ReadonlySet<string>, value: unknown, field: string): string {
  const amount = exactText(value);
  if (amount === undefined) throw new NotExact(`${field} ${shown(value)} is not an exact amount`);
  if (!row.has(amount)) throw new NotExact(`${field} ${amount} is not in the venue’s own row`);
  return amount;
}

/** @throws NotExact for what is no text of 1 to 100 characters. */
export function nameOf(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= 100) return value;
  throw new NotExact(`${field} ${shown(value)} is not a name`);
}

/** Sum of two amounts, exact. */
export function sumOf(a: string, b: string): string {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  const digits = (scaled(a, decimals) + scaled(b, decimals)).toString().padStart(decimals + 1, '0');
  const at = digits.length - decimals;
  return exactText(decimals === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`) ?? '';
}

function decimalsOf(amount: string): number {
  return amount.split('.')[1]?.length ?? 0;
}

function scaled(amount: string, decimals: number): bigint {
  const [whole = '', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
