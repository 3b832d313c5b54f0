/** The rules that limits must satisfy, each alone and all together. Every change of limits is checked here first. */
import { type Decimal, decimal, isDecimalText } from './decimal.ts';
import { UserError } from './errors.ts';
import { type LimitRow, type LimitRows, MAX_AMOUNT } from './limit-row.ts';
import { DETECTION_SETTINGS, EXECUTION_SETTINGS, RISK_LIMITS } from './limit-table.ts';
import {
  type DetectionSettings,
  type ExecutionSettings,
  type RiskLimits,
  withCurrentNames,
} from './limits.ts';

/** Assets with an amount of their own in one setting. */
const MAX_ASSETS = 500;

/** Placements of the shortest cycle: with fewer a second none could ever begin. */
const SHORTEST_CYCLE = 3;

/** Pairs of which the first must lie below the second, or at most reach it. */
const ORDER: readonly (readonly [keyof RiskLimits, 'below' | 'at most', keyof RiskLimits])[] = [
  ['cautionLossPct', 'below', 'restrictedLossPct'],
  ['restrictedLossPct', 'below', 'haltedLossPct'],
  ['haltedLossPct', 'below', 'shutdownLossPct'],
  ['maxPositionPct', 'at most', 'maxGrossExposurePct'],
  ['maxOrderNotional', 'at most', 'maxOpenNotional'],
];

/** @throws UserError naming the field at fault, its value and what would do. */
export function checkLimits(limits: RiskLimits): void {
  checkRows(RISK_LIMITS, limits);
  for (const [lower, relation, upper] of ORDER) {
    const [a, b] = [amountOf(limits[lower]), amountOf(limits[upper])];
    if (relation === 'below' ? a.lt(b) : a.lte(b)) continue;
    const bound = `${relation} ${upper} (${b.toString()})`;
    throw bad(lower, a.toString(), `must be ${bound}`, `Set it ${bound}, or change ${upper} with it.`);
  }
  const { maxOrdersPerSecond, cancelReserve } = limits;
  if (maxOrdersPerSecond - cancelReserve < SHORTEST_CYCLE) {
    const message = `leaves fewer than ${SHORTEST_CYCLE} of maxOrdersPerSecond (${maxOrdersPerSecond}) for placements, and a cycle needs one a leg`;
    throw bad('cancelReserve', cancelReserve, message, 'Lower it, or raise maxOrdersPerSecond.');
  }
}

/** @throws UserError as above. */
export function checkDetection(detection: DetectionSettings): void {
  checkRows(DETECTION_SETTINGS, detection);
}

/** @throws UserError as above. */
export function checkExecution(execution: ExecutionSettings): void {
  checkRows(EXECUTION_SETTINGS, execution);
}

function checkRows(rows: LimitRows, values: Readonly<Record<string, unknown>>): void {
  for (const [field, row] of Object.entries(rows)) {
    const fault = faultOf(field, row, values[field]);
    if (fault !== undefined) throw fault;
  }
}

/** What of a stored set still makes sense, field by field, and what does not; the fields of other versions are left out. */
export function readStored(
  rows: LimitRows,
  stored: unknown,
): { readonly values: Readonly<Record<string, unknown>>; readonly faults: readonly UserError[] } {
  if (typeof stored !== 'object' || stored === null) return { values: {}, faults: [] };
  const named = withCurrentNames(rows, stored);
  const values: Record<string, unknown> = {};
  const faults: UserError[] = [];
  for (const [field, row] of Object.entries(rows)) {
    const value = named[field];
    if (value === undefined) continue;
    const fault = faultOf(field, row, value);
    if (fault === undefined) values[field] = value;
    else faults.push(fault);
  }
  return { values, faults };
}

/** Why a value is none of a row's; undefined: it is. */
function faultOf(field: string, row: LimitRow, value: unknown): UserError | undefined {
  switch (row.kind) {
    case 'amount':
      return amountFault(field, value);
    case 'amounts': {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return bad(field, value, 'is not a list of amounts by asset', 'Write for example {"BTC": "1"}.');
      const entries = Object.entries(value);
      if (entries.length > MAX_ASSETS)
        return bad(
          field,
          `${entries.length} assets`,
          `is more than ${MAX_ASSETS}`,
          'List those that you trade.',
        );
      const faults = entries.map(([asset, qty]) => amountFault(`${field}.${asset}`, qty));
      return faults.find((fault) => fault !== undefined);
    }
    case 'flag':
      if (typeof value === 'boolean') return undefined;
      return bad(field, value, 'is not true or false', 'Give true or false.');
    case 'text':
      if (typeof value === 'string' && row.pattern.test(value)) return undefined;
      return bad(field, value, 'is not of the form that it must have', `Write for example ${row.example}.`);
    case 'choice':
      if (row.choices.some((choice) => choice === value)) return undefined;
      return bad(field, value, 'is none of the choices', `Choose among ${row.choices.join(', ')}.`);
    case 'number':
    case 'whole': {
      const { min, max } = row;
      const isWhole = row.kind === 'whole';
      if (typeof value === 'number' && value >= min && value <= max && (!isWhole || Number.isInteger(value)))
        return undefined;
      const kind = isWhole ? 'whole number' : 'number';
      return bad(field, value, `is not a ${kind} from ${min} to ${max}`, 'Choose one in that range.');
    }
  }
}

/**
 * An order that no account of this worth may ever send is a slip: checked when the largest order or the gross exposure
 * is changed. @throws UserError
 */
export function checkAgainstEquity(limits: RiskLimits, changed: readonly string[], equity: Decimal): void {
  if (!changed.includes('maxOrderNotional') && !changed.includes('maxGrossExposurePct')) return;
  const most = equity.times(limits.maxGrossExposurePct).div(100);
  if (decimal(limits.maxOrderNotional).lte(most)) return;
  throw bad(
    'maxOrderNotional',
    limits.maxOrderNotional,
    `is above the gross exposure that the account may have, ${most.toFixed(2)} (${limits.maxGrossExposurePct} % of ${equity.toFixed(2)})`,
    `Set it to ${most.toFixed(2, 1)} at most.`,
  );
}

function amountFault(field: string, value: unknown): UserError | undefined {
  const isAmount = typeof value === 'string' && isDecimalText(value);
  if (isAmount && decimal(value).gt(0) && decimal(value).lte(MAX_AMOUNT)) return undefined;
  return bad(
    field,
    value,
    `is not an amount above zero and up to ${MAX_AMOUNT}`,
    'Write plain digits such as "2500".',
  );
}

function amountOf(value: RiskLimits[keyof RiskLimits]): Decimal {
  return decimal(typeof value === 'object' ? 0 : value);
}

function bad(field: string, value: unknown, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-limit', field, value: shown(value), message, remedy });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');
}
