/** Fields of an account's rows. Amounts stay the venue's text; what cannot be read is named, with what it holds. */
import { type DecimalText, isDecimalText } from '../../domain/decimal.ts';
import { type Json, numericOf } from './json.ts';

/** A field that cannot be read, and what it holds. */
export class BadField extends Error {}

/** Longest name or id that is believed. */
const MAX_NAME = 64;

/** An amount is never below zero. */
export function isAmount(value: unknown): value is DecimalText {
  return typeof value === 'string' && isDecimalText(value) && !value.startsWith('-');
}

/** @throws BadField for what is no amount. */
export function amountIn(row: Json, field: string): DecimalText {
  const value = row[field];
  if (isAmount(value)) return value;
  throw new BadField(`${field} ${shown(value)} is not an amount`);
}

/** @throws BadField for what is no text of 1 to `longest` characters. */
export function nameIn(row: Json, field: string, longest: number = MAX_NAME): string {
  const value = row[field];
  if (typeof value === 'string' && value !== '' && value.length <= longest) return value;
  throw new BadField(`${field} ${shown(value)} is not a name`);
}

/** Milliseconds since 1970, as a number or as text. @throws BadField for what is no such time. */
export function millisecondsIn(row: Json, field: string): number {
  const value = numericOf(row[field]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new BadField(`${field} ${shown(row[field])} is not a time`);
}

/** A value for a message, cut short. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
