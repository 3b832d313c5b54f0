/** What can be set for a backtest or varied by a sweep, checked where it is typed by the contract's own schemas. */
import type { z } from 'zod';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { labSettings } from '../../../src-engine/contract/lab-records.ts';
import { backtestDetection } from '../../../src-engine/contract/limit-records.ts';
import type { ProfileName } from '../../../src-engine/contract/records.ts';
import { plainFigure, withPoint } from '../../lib/decimal-text.ts';
import { figuresOf, listParts, listText } from '../../lib/figure-list.ts';
import { checkField, type Checked, DETECTION_FIELDS, LIMIT_FIELDS } from '../settings/fields.ts';
import type { StartAccount } from './start-account.ts';

export type BacktestSettings = NonNullable<OperationInput<'startBacktest'>['settings']>;
export type SweepPlan = OperationInput<'startSweep'>['plan'];

export type LabField = {
  /** As a sweep names it. */
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  readonly kind: 'decimal' | 'number' | 'text';
  readonly schema: z.ZodType;
  /** Shown units in one unit of the setting: latencies are typed in ms and kept in µs. */
  readonly scale?: number;
};

const hardship = labSettings.shape.hardship.unwrap().shape;
const latency = labSettings.shape.latency.unwrap().shape;

/** The fields that are shown at first. */
export const FIRST_FIELDS: readonly LabField[] = [
  {
    name: 'feeBps',
    label: 'Taker fee',
    unit: 'bps',
    help: 'For every instrument, at your tier. Empty: as recorded.',
    kind: 'number',
    schema: labSettings.shape.feeBps.unwrap(),
  },
  {
    name: 'feeVolumeUsd',
    label: '30-day volume',
    unit: 'USD',
    help: 'Instead of a fee: the tier of this volume in the venue’s published schedule. Empty: as recorded.',
    kind: 'number',
    schema: labSettings.shape.feeVolumeUsd.unwrap(),
  },
  {
    name: 'latency.minUs',
    label: 'Min. latency',
    unit: 'ms',
    help: 'One way between you and the venue. Empty: 15.',
    kind: 'number',
    schema: latency.minUs,
    scale: 1_000,
  },
  {
    name: 'latency.tailUs',
    label: 'Latency jitter',
    unit: 'ms',
    help: 'Mean extra latency; exponential, so now and then much more. Empty: 10.',
    kind: 'number',
    schema: latency.tailUs,
    scale: 1_000,
  },
  {
    name: 'hardship.competitorPct',
    label: 'Competitor rate',
    unit: '%',
    help: 'Share of your orders that arrive after a competitor took the price. Empty: 0.',
    kind: 'number',
    schema: hardship.competitorPct,
  },
  {
    name: 'hardship.rejectPct',
    label: 'Venue rejects',
    unit: '%',
    help: 'Share of your orders that the venue rejects. Empty: 0.',
    kind: 'number',
    schema: hardship.rejectPct,
  },
  ...DETECTION_FIELDS.map(({ key, ...field }) => ({
    ...field,
    name: `detection.${key}`,
    schema: backtestDetection.shape[key].unwrap(),
  })),
  {
    name: 'maxAgeMs',
    label: 'Max. book age',
    unit: 'ms',
    help: 'An older book is not traded.',
    kind: 'number',
    schema: labSettings.shape.maxAgeMs.unwrap(),
  },
  {
    name: 'minNotional',
    label: 'Min. order value',
    unit: 'quote',
    help: 'For every instrument; a higher minimum of the venue applies. Empty: as recorded.',
    kind: 'decimal',
    schema: labSettings.shape.minNotional.unwrap(),
  },
];

/** Limits of the risk engine; the age of books is a setting of its own. */
export const LIMITS: readonly LabField[] = LIMIT_FIELDS.filter(({ key }) => key !== 'maxBookAgeMs').map(
  ({ key, ...field }) => ({ ...field, name: `limits.${key}` }),
);

export const LAB_FIELDS: readonly LabField[] = [...FIRST_FIELDS, ...LIMITS];

export type Typed = Readonly<Record<string, string>>;

export function labField(name: string): LabField | undefined {
  return LAB_FIELDS.find((field) => field.name === name);
}

/** As `checkLabField`, with figures as the window writes them. */
export function checkTyped(field: LabField, typed: string): Checked | null {
  return checkLabField(field, field.kind === 'text' ? typed : plainFigure(typed.trim()));
}

/** Empty is fine: the default holds. */
export function checkLabField(field: LabField, typed: string): Checked | null {
  const text = typed.trim();
  if (text === '') return null;
  if (field.scale === undefined || !/^\d+(\.\d+)?$/.test(text)) return checkField(field, text);
  const scaled = Math.round(Number(text) * field.scale);
  const checked = checkField(field, String(scaled));
  return checked.ok ? { ok: true, value: scaled } : { ok: false, error: 'Does not fit: at most 3600000 ms.' };
}

/** The settings as a backtest takes them, or null while something does not fit. */
export function settingsOf(
  typed: Typed,
  account: StartAccount,
  latencyOf: ProfileName = '',
): BacktestSettings | null {
  const values = valuesOf(typed);
  if (values === null) return null;
  const { 'latency.minUs': minUs, 'latency.tailUs': tailUs, ...rest } = values;
  const detection = within(rest, 'detection.');
  const hardship = within(rest, 'hardship.');
  const limits = within(rest, 'limits.');
  const top = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.includes('.')));
  const hasLatency = minUs !== undefined || tailUs !== undefined;
  return {
    ...top,
    ...account,
    ...(latencyOf === '' ? {} : { latencyOf }),
    ...(hasLatency ? { latency: { minUs: Number(minUs ?? 15_000), tailUs: Number(tailUs ?? 10_000) } } : {}),
    ...(Object.keys(detection).length > 0 ? { detection } : {}),
    ...(Object.keys(hardship).length > 0 ? { hardship } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  };
}

type Values = Readonly<Record<string, string | number>>;

/** What is named under a group, without the group's name. */
function within(values: Values, group: string): Values {
  const named = Object.entries(values).filter(([name]) => name.startsWith(group));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(group.length), value]));
}

/** Each setting by its name; null while something does not fit. */
export function valuesOf(typed: Typed): Record<string, string | number> | null {
  const values: Record<string, string | number> = {};
  for (const field of LAB_FIELDS) {
    const checked = checkTyped(field, typed[field.name] ?? '');
    if (checked === null) continue;
    if (!checked.ok) return null;
    values[field.name] = checked.value;
  }
  return values;
}

export type ParameterRange = SweepPlan['parameters'][string];
export type ParsedRange =
  | { readonly ok: true; readonly range: ParameterRange; readonly count: number }
  | { readonly ok: false; readonly error: string };

const MAX_VALUES = 200;
const FIGURE = /^-?\d+(?:\.\d+)?$/;

/** How values are typed, as the window writes figures. */
export function rangeExample(): string {
  const [half, list] = [withPoint('0.5'), listText(['1', '2', '5'])];
  return `${list} or ${half} .. 5 step ${half}`;
}

/** `1, 2, 5` or `0.5 .. 5 step 0.5`, in the field's shown unit and as the window writes figures. */
export function parseRange(field: LabField, typed: string): ParsedRange {
  const text = typed.trim();
  if (text === '') return { ok: false, error: `Write values, such as ${rangeExample()}.` };
  const range = rangeOf(text, field.scale ?? 1);
  return range === undefined ? parseValues(field, text) : checkRange(field, range);
}

type Range = { readonly from: number; readonly to: number; readonly step: number };

/** In the field's own unit; undefined: not written as a range. */
function rangeOf(text: string, scale: number): Range | undefined {
  const [ends = '', step = '', ...rest] = text.split(/step|by/);
  const [from = '', to = '', ...more] = ends.split(/\.\.|to/);
  const plain = (part: string): string => plainFigure(part.trim());
  const isRange =
    rest.length + more.length === 0 && [from, to, step].every((part) => FIGURE.test(plain(part)));
  if (!isRange || step.includes('-')) return undefined;
  const figure = (part: string): number => Number(plain(part)) * scale;
  return { from: figure(from), to: figure(to), step: figure(step) };
}

function checkRange(field: LabField, { from, to, step }: Range): ParsedRange {
  const count = step > 0 ? Math.floor((to - from) / step + 1e-9) + 1 : 0;
  if (count < 1) return { ok: false, error: 'The range must rise by a step above zero.' };
  if (count > 1_000) return { ok: false, error: `That makes ${count} values; 1000 at most.` };
  for (const end of [from, to]) {
    const checked = checkField(field, String(end));
    if (!checked.ok) return { ok: false, error: checked.error };
  }
  return { ok: true, range: { from, to, step }, count };
}

function parseValues(field: LabField, text: string): ParsedRange {
  const list = field.kind === 'text' ? { ok: true as const, figures: listParts(text) } : figuresOf(text);
  if (!list.ok) return list;
  const values: (string | number)[] = [];
  for (const part of list.figures) {
    const checked = checkLabField(field, part);
    if (checked === null)
      return { ok: false, error: 'A value is missing: there is nothing between two separators.' };
    if (!checked.ok) return { ok: false, error: `${part}: ${checked.error}` };
    values.push(checked.value);
  }
  if (values.length > MAX_VALUES) return { ok: false, error: `At most ${MAX_VALUES} values in a list.` };
  if (new Set(values).size < values.length) return { ok: false, error: 'A value is entered twice.' };
  return { ok: true, range: { values }, count: values.length };
}

/** A setting as a person reads it: `latency.minUs` → `Min. latency (ms)`. */
export function settingLabel(name: string): string {
  const field = labField(name);
  if (field === undefined) return name;
  return field.unit === '' ? field.label : `${field.label} (${field.unit})`;
}

/** Its value in the unit of the label. */
export function settingText(name: string, value: string): string {
  const scale = labField(name)?.scale;
  return scale === undefined || !Number.isFinite(Number(value)) ? value : String(Number(value) / scale);
}
