/** The sets of limits and settings as values: their types, defaults, presets and changes follow from limit-table.ts. */
import type { LimitRows, ValuesOf } from './limit-row.ts';
import { DETECTION_SETTINGS, EXECUTION_SETTINGS, RISK_LIMITS } from './limit-table.ts';
import type { LimitChange } from './risk.ts';

/** Notionals in the home currency; shares in percent of equity, 0 to 100. */
export type RiskLimits = ValuesOf<typeof RISK_LIMITS>;
export type DetectionSettings = ValuesOf<typeof DETECTION_SETTINGS>;
export type ExecutionSettings = ValuesOf<typeof EXECUTION_SETTINGS>;

export const DEFAULT_LIMITS: RiskLimits = defaultsOf(RISK_LIMITS);
export const DEFAULT_DETECTION: DetectionSettings = defaultsOf(DETECTION_SETTINGS);
export const DEFAULT_EXECUTION: ExecutionSettings = defaultsOf(EXECUTION_SETTINGS);

type PresetField = {
  [F in keyof typeof RISK_LIMITS]: (typeof RISK_LIMITS)[F] extends { readonly conservative: number }
    ? F
    : never;
}[keyof typeof RISK_LIMITS];

/** Named sets of limits: what differs from one to the other is how much of the account may be at risk. */
export const LIMIT_PRESETS = {
  conservative: presetOf('conservative'),
  standard: presetOf('default'),
} as const;
export type LimitPreset = keyof typeof LIMIT_PRESETS;

function defaultsOf<T extends LimitRows>(rows: T): ValuesOf<T> {
  const values = Object.entries(rows).map(([field, row]) => [field, row.default]);
  return Object.fromEntries(values) as ValuesOf<T>;
}

function presetOf(value: 'conservative' | 'default'): Pick<RiskLimits, PresetField> {
  const values = Object.entries(RISK_LIMITS).flatMap(([field, row]) =>
    'conservative' in row ? [[field, row[value]]] : [],
  );
  return Object.fromEntries(values) as Pick<RiskLimits, PresetField>;
}

/** What two sets differ in. A field that only the first has does not count: a set is never cut. */
export function changesOf(before: object, after: object): LimitChange[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after).flatMap(([field, value]) => {
    const [from, to] = [JSON.stringify(old.get(field)), JSON.stringify(value)];
    return from === to ? [] : [{ field, from, to }];
  });
}

/** A stored set under the names of this version; what no earlier version called otherwise is left as it is. */
export function withCurrentNames(rows: LimitRows, stored: object): Record<string, unknown> {
  const values = new Map<string, unknown>(Object.entries(stored));
  for (const [field, { formerly }] of Object.entries(rows)) {
    if (formerly === undefined || !values.has(formerly)) continue;
    if (!values.has(field)) values.set(field, values.get(formerly));
    values.delete(formerly);
  }
  return Object.fromEntries(values);
}
