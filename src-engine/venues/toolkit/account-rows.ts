/** Rows of an account's answers, one by one: what cannot be read of one is named, and the rest is read. */
import type { Asset } from '../../domain/ids.ts';
import type { UnreadRow } from '../../domain/order.ts';
import { BadField, isAmount, shown } from './account-fields.ts';
import { isObject, type Json } from './json.ts';

export type HeldRows = {
  /** The field that has the asset. */
  readonly nameField: string;
  /** The list that the rows stand in, for messages. */
  readonly source: string;
  /** A row of it, for messages: `a balance`. */
  readonly what: string;
};

/** Reads what is held, row by row. @param read throws BadField for what it cannot read. @returns the rows that could not be read. */
export function readHeld(
  rows: readonly unknown[],
  { nameField, source, what }: HeldRows,
  read: (row: Json, asset: Asset) => void,
): UnreadRow[] {
  const unread: UnreadRow[] = [];
  for (const row of rows) {
    const asset = isObject(row) && typeof row[nameField] === 'string' ? row[nameField] : undefined;
    try {
      if (!isObject(row) || asset === undefined || asset === '')
        throw new BadField(`${shown(row)} is not ${what}`);
      read(row, asset);
    } catch (error) {
      if (!(error instanceof BadField)) throw error;
      unread.push({ source, row: asset ?? '', asset, problem: error.message });
    }
  }
  return unread;
}

/**
 * What cannot be read of an order's row: its state first, as nothing is settled without it. Undefined: all of it can.
 * @param isKnown the word that stands in `stateField` is known. @param amounts the fields that must be amounts.
 */
export function orderProblem(
  row: Json,
  isKnown: boolean,
  stateField: string,
  amounts: readonly string[],
): string | undefined {
  if (!isKnown) return `${stateField} ${shown(row[stateField])} is not known`;
  const bad = amounts.find((name) => !isAmount(row[name]));
  return bad === undefined ? undefined : `${bad} ${shown(row[bad])} is not an amount`;
}

/** A field that is shown as the venue wrote it; empty where it is no text. */
export function textIn(row: Json, field: string): string {
  const value = row[field];
  return typeof value === 'string' ? value : '';
}
