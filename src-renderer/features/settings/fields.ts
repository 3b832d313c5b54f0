/** The settings that can be changed here, from the engine's table of them, and what the contract's schemas say of a typed value. */
import type { z } from 'zod';
import { detectionSettings, executionSettings, limits } from '../../../src-engine/contract/limit-records.ts';
import type {
  AmountRow,
  FlagRow,
  LimitRow,
  LimitRows,
  Looser,
  NumberRow,
  TextRow,
} from '../../../src-engine/domain/limit-row.ts';
import {
  DETECTION_SETTINGS,
  EXECUTION_SETTINGS,
  RISK_LIMITS,
} from '../../../src-engine/domain/limit-table.ts';

export type Field<K extends string> = {
  readonly key: K;
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  /** Decimals stay text all the way; numbers are counts and bps; a text is words of one form, and may be empty. */
  readonly kind: 'decimal' | 'number' | 'text';
  readonly schema: z.ZodType;
  /** Its name in the API and the files, default and range, in one line. */
  readonly facts?: string;
  /** Of a text anything new is looser. */
  readonly looser: Looser;
};

/** Rows that are one figure or text; lists, choices and what is on or off have no field here. */
type FigureKey<T extends LimitRows> = {
  [F in keyof T]: T[F] extends NumberRow | AmountRow | TextRow ? F : never;
}[keyof T] &
  string;

export type LimitKey = FigureKey<typeof RISK_LIMITS>;
export type DetectionKey = FigureKey<typeof DETECTION_SETTINGS>;
export type ExecutionKey = FigureKey<typeof EXECUTION_SETTINGS>;

function isFigure(row: LimitRow): row is NumberRow | AmountRow | TextRow {
  return row.kind === 'number' || row.kind === 'whole' || row.kind === 'amount' || row.kind === 'text';
}

/** `minNetBps · default 1 · 0 to 1000`. */
function factsOf(name: string, row: NumberRow | AmountRow | TextRow): string {
  const usual = `default ${row.default === '' ? 'empty' : row.default}`;
  if (row.kind === 'amount') return `${name} · ${usual} · above 0`;
  return row.kind === 'text'
    ? `${name} · ${usual} · as ${row.example}`
    : `${name} · ${usual} · ${row.min} to ${row.max}`;
}

/** Whether every typed word is in what a person reads of a setting; nothing typed fits all. */
export function textFits(texts: readonly (string | undefined)[], search: string): boolean {
  const text = texts.join(' ').toLowerCase();
  return search
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function fieldFits({ label, help, facts }: Field<string>, search: string): boolean {
  return textFits([label, help, facts], search);
}

function fieldsOf<T extends LimitRows>(
  rows: T,
  schemas: Readonly<Record<FigureKey<T>, z.ZodType>>,
): readonly Field<FigureKey<T>>[] {
  return Object.entries<LimitRow>(rows).flatMap(([field, row]) => {
    if (!isFigure(row)) return [];
    const key = field as FigureKey<T>;
    const { label, unit, hint: help } = row;
    const looser = row.kind === 'text' ? 'higher' : row.looser;
    const kind = row.kind === 'amount' ? 'decimal' : row.kind === 'text' ? 'text' : 'number';
    return [{ key, label, unit, help, kind, looser, schema: schemas[key], facts: factsOf(field, row) }];
  });
}

/** A setting that is on or off, and the one without which it means nothing. */
export type Flag<F extends string> = {
  readonly field: F;
  readonly needs: F | undefined;
  readonly label: string;
  readonly hint: string;
};

/** Names of a table's settings that are on or off. */
export type FlagKey<T extends LimitRows> = {
  [F in keyof T]: T[F] extends FlagRow ? F : never;
}[keyof T] &
  string;

function flagsOf<T extends LimitRows>(rows: T): readonly Flag<FlagKey<T>>[] {
  return Object.entries<LimitRow>(rows).flatMap(([field, row]) =>
    row.kind === 'flag'
      ? [
          {
            field: field as FlagKey<T>,
            needs: row.needs as FlagKey<T> | undefined,
            label: row.label,
            hint: row.hint,
          },
        ]
      : [],
  );
}

export const DETECTION_FLAGS = flagsOf(DETECTION_SETTINGS);
export const EXECUTION_FLAGS = flagsOf(EXECUTION_SETTINGS);

export const LIMIT_FIELDS = fieldsOf(RISK_LIMITS, limits.shape);
export const DETECTION_FIELDS = fieldsOf(DETECTION_SETTINGS, detectionSettings.shape);
export const EXECUTION_FIELDS = fieldsOf(EXECUTION_SETTINGS, executionSettings.shape);

export type Checked =
  | { readonly ok: true; readonly value: string | number }
  | { readonly ok: false; readonly error: string };

/** A typed value against its schema; the error is one line for under the field. */
export function checkField(field: Pick<Field<string>, 'kind' | 'schema'>, typed: string): Checked {
  const text = typed.trim();
  if (text === '' && field.kind !== 'text') return { ok: false, error: 'Must not be empty.' };
  if (field.kind === 'number' && !/^-?\d+(\.\d+)?$/.test(text)) {
    return { ok: false, error: 'Write plain digits such as 5 or 2.5.' };
  }
  const value = field.kind === 'number' ? Number(text) : text;
  const parsed = field.schema.safeParse(value);
  if (!parsed.success) return { ok: false, error: issueText(parsed.error.issues[0]) };
  if (field.kind === 'decimal' && (text.startsWith('-') || !/[1-9]/.test(text))) {
    return { ok: false, error: 'Must be above zero.' };
  }
  return { ok: true, value };
}

function issueText(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'too_big') return `At most ${issue.maximum}.`;
  if (issue?.code === 'too_small') return `At least ${issue.minimum}.`;
  if (issue?.code === 'invalid_type') return 'Must be a whole number.';
  return issue?.message ?? 'Does not fit.';
}
