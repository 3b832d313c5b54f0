/** Values of a market log's lines: what counts as which, and how a wrong one is shown. */
import type { InstrumentStatus } from '../domain/instrument.ts';

export type Json = Record<string, unknown>;

/** Longest part of a value that is named in a fault, in characters. */
const MAX_SHOWN = 200;

/** At or above zero; above zero. Both without sign and exponent, at most 24 digits on either side. */
const QUANTITY = /^\d{1,24}(?:\.\d{1,24})?$/;
const PRICE = /^(?=[0.]*[1-9])\d{1,24}(?:\.\d{1,24})?$/;

const STATUSES: readonly InstrumentStatus[] = [
  'online',
  'cancel_only',
  'post_only',
  'limit_only',
  'reduce_only',
  'maintenance',
  'delisted',
];
export const STATUS_NAMES = STATUSES.join(', ');

export function isStatus(value: unknown): value is InstrumentStatus {
  return STATUSES.some((status) => status === value);
}

export function isPrice(value: unknown): value is string {
  return typeof value === 'string' && PRICE.test(value);
}

export function isQuantity(value: unknown): value is string {
  return typeof value === 'string' && QUANTITY.test(value);
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function jsonObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A value as the message quotes it. */
export function shown(value: unknown): string {
  if (value === undefined) return '(missing)';
  if (typeof value === 'string') return value.slice(0, MAX_SHOWN);
  try {
    return JSON.stringify(value).slice(0, MAX_SHOWN);
  } catch {
    // Nested deeper than the stack: its brackets say nothing.
    return '(nested too deep)';
  }
}
