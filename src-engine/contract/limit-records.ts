/** Schemas of limits and settings, made from the rows of domain/limit-table.ts: the ranges, and the words for the API's page. */
import { z } from 'zod';
import type {
  AmountRow,
  ChoiceRow,
  FlagRow,
  LimitRow,
  LimitRows,
  NumberRow,
  TextRow,
} from '../domain/limit-row.ts';
import { DETECTION_SETTINGS, EXECUTION_SETTINGS, LIMIT_SETS, RISK_LIMITS } from '../domain/limit-table.ts';
import { LIMIT_PRESETS, type LimitPreset } from '../domain/limits.ts';
import type { LimitScope } from '../domain/risk.ts';
import { assetName } from './records.ts';
import { amountText } from '../domain/value-schemas.ts';

type SchemaOf<R extends LimitRow> = R extends AmountRow
  ? z.ZodString
  : R extends NumberRow
    ? z.ZodNumber
    : R extends FlagRow
      ? z.ZodBoolean
      : R extends ChoiceRow
        ? z.ZodLiteral<R['choices'][number]>
        : R extends TextRow
          ? z.ZodString
          : z.ZodRecord<z.ZodString, z.ZodString>;
type ShapeOf<T extends LimitRows> = { readonly [F in keyof T]: SchemaOf<T[F]> };

/** @param isBacktest takes the wider range that a backtest may assume, where a row has one. */
function shapeOf<T extends LimitRows>(rows: T, isBacktest = false): ShapeOf<T> {
  const schemas = Object.entries(rows).map(([field, row]) => [
    field,
    schemaOf(row, isBacktest).describe(describe(row)),
  ]);
  return Object.fromEntries(schemas) as ShapeOf<T>;
}

function schemaOf(row: LimitRow, isBacktest: boolean): z.ZodType {
  switch (row.kind) {
    case 'amount':
      return amountText;
    case 'amounts':
      return z.record(assetName, amountText);
    case 'flag':
      return z.boolean();
    case 'text':
      return z.string().max(400).regex(row.pattern, `must be as ${row.example}`);
    case 'choice':
      return z.literal(row.choices);
    case 'number':
    case 'whole': {
      const { min, max } = (isBacktest ? row.inBacktests : undefined) ?? row;
      const number = z.number().min(min).max(max);
      return row.kind === 'whole' ? number.int() : number;
    }
  }
}

/** `Largest order, in the home currency: value of one order …`, with the default. */
function describe({ label, unit, hint, default: usual }: LimitRow): string {
  const of = unit === '' ? '' : unit === 'home' ? ' (home currency)' : ` (${unit})`;
  return `${label}${of}. ${hint} Default: ${typeof usual === 'object' ? JSON.stringify(usual) : String(usual)}.`;
}

export const limits = z.strictObject(shapeOf(RISK_LIMITS));
export const detectionSettings = z.strictObject(shapeOf(DETECTION_SETTINGS));
export const executionSettings = z.strictObject(shapeOf(EXECUTION_SETTINGS));
/** As a backtest may assume them; how long its cycles are is an option of its own. */
export const backtestDetection = z
  .strictObject(shapeOf(DETECTION_SETTINGS, true))
  .omit({ maxLegs: true })
  .partial();

export const limitPreset = z.enum(Object.keys(LIMIT_PRESETS) as [LimitPreset, ...LimitPreset[]]);
export const limitScope = z.enum(Object.keys(LIMIT_SETS) as [LimitScope, ...LimitScope[]]);
