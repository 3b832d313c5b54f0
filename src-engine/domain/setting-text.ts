/** Changes of limits and settings in words that people read: in the window, in the report of a day. */
import type { LimitRow } from './limit-row.ts';
import { DETECTION_SETTINGS, EXECUTION_SETTINGS, RISK_LIMITS } from './limit-table.ts';

/** What was set before and after, as the fact has it. */
export type SettingChange = { readonly field: string; readonly from: string; readonly to: string };

const SETTINGS: Readonly<Record<string, LimitRow>> = {
  ...RISK_LIMITS,
  ...DETECTION_SETTINGS,
  ...EXECUTION_SETTINGS,
};

/** Which form of the settings a change belongs to. */
export const SCOPE_TEXTS = {
  limits: 'Risk limits',
  detection: 'Detection',
  execution: 'Execution',
} as const;

/** `Max. position`. A database may hold a setting that this version no longer has: it keeps its name. */
export function settingLabel(field: string): string {
  return rowOf(field)?.label ?? field;
}

/** `Max. position: 5 → 4 %`. */
export function settingChangeText({ field, from, to }: SettingChange): string {
  const row = rowOf(field);
  // That of amounts is the home asset, or each coin itself.
  const unit = row === undefined || row.unit === 'home' || row.kind === 'amounts' ? '' : row.unit;
  return `${settingLabel(field)}: ${from} → ${to} ${unit}`.trimEnd();
}

function rowOf(field: string): LimitRow | undefined {
  return Object.hasOwn(SETTINGS, field) ? SETTINGS[field] : undefined;
}
