/**
 * The settings of a backtest that a sweep may vary or fix, by name: `feeBps`, `detection.minNetBps`,
 * `limits.maxOrderNotional`, `latency.minUs`, `capital.USDT`, `balances.VENUE.USD`. The seed is not among them: to choose a seed is to choose
 * luck.
 */
import { decimal, isDecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import type { AmountRow, FlagRow, LimitRow, LimitRows, NumberRow, TextRow } from '../../domain/limit-row.ts';
import { LIMIT_SETS } from '../../domain/limit-table.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../domain/limits.ts';
import { MAX_LEVELS_PER_MESSAGE } from '../../domain/market-data.ts';
import { DEFAULT_LATENCY } from '../../venues/simulated/latency-model.ts';
import { QUEUE_MODELS } from '../../venues/simulated/resting-orders.ts';
import type { BacktestOptions } from '../options.ts';
import type { ParameterValue } from './ranges.ts';

/** `amount` is a decimal as text; `number` and `whole` are floats in the options, a `flag` is true or false, a `word` one of a few. */
type Kind = 'whole' | 'number' | 'amount' | 'flag' | 'word' | 'text';
type Setting = {
  readonly kind: Kind;
  readonly min: number;
  readonly max: number;
  /** Of a word. */
  readonly choices?: readonly string[];
  /** Of a text. */
  readonly pattern?: RegExp;
};

const HOUR_US = 3_600_000_000;
const DAY_MS = 86_400_000;
/** Above any account and any limit that is meant: a slip of the keyboard. */
const MAX_NUMBER = 1_000_000_000_000;

const whole = (min: number, max: number): Setting => ({ kind: 'whole', min, max });
const number = (min: number, max: number): Setting => ({ kind: 'number', min, max });
const FLAG: Setting = { kind: 'flag', min: 0, max: 1 };
const AMOUNT: Setting = { kind: 'amount', min: 0, max: MAX_NUMBER };

/** What of a set can be varied: quantities are named asset by asset, and the length of cycles is `legs`. */
function settingsOfRows(set: string, rows: LimitRows): [string, Setting][] {
  return Object.entries(rows).flatMap(([field, row]): [string, Setting][] => {
    if (row.kind === 'amounts' || row.kind === 'choice') return [];
    return [[`${set}.${field}`, settingOfRow(row)]];
  });
}

function settingOfRow(row: NumberRow | AmountRow | FlagRow | TextRow): Setting {
  if (row.kind === 'text') return { kind: 'text', min: 0, max: 0, pattern: row.pattern };
  if (row.kind === 'amount') return AMOUNT;
  if (row.kind === 'flag') return FLAG;
  const { min, max } = row.inBacktests ?? row;
  return row.kind === 'whole' ? whole(min, max) : number(min, max);
}

/** Names under which earlier versions stored a setting, each with that of this version. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(LIMIT_SETS).flatMap(([set, rows]) =>
    Object.entries<LimitRow>(rows).flatMap(([field, { formerly }]): [string, string][] =>
      formerly === undefined ? [] : [[`${set}.${formerly}`, `${set}.${field}`]],
    ),
  ),
);

function currentName(name: string): string {
  return FORMER_NAMES.get(name) ?? name;
}

const SETTINGS: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ['feeBps', number(0, 9_999)],
  ['feeVolumeUsd', number(0, MAX_NUMBER)],
  ['minNotional', AMOUNT],
  ['maxAgeMs', whole(0, DAY_MS)],
  ['legs', whole(3, 4)],
  ['bookDepth', whole(1, MAX_LEVELS_PER_MESSAGE)],
  ['latency.minUs', whole(0, HOUR_US)],
  ['latency.tailUs', whole(0, HOUR_US)],
  ['fills.queue', { kind: 'word', min: 0, max: 0, choices: QUEUE_MODELS }],
  ['hardship.competitorPct', number(0, 100)],
  ['hardship.rejectPct', number(0, 100)],
  ...Object.entries(LIMIT_SETS).flatMap(([set, rows]) => settingsOfRows(set, rows)),
]);

const QTY = 'maxOrderQty.';
const BAND = 'pegBands.';
/** One setting for each asset. */
const OF_ASSET =
  /^(?:capital|balances\.[a-z][a-z0-9_:-]{0,31}|limits\.maxOrderQty|detection\.pegBands)\.[A-Za-z0-9.]{1,20}$/;

/** All names, in the order in which they are shown; ASSET stands for every asset, VENUE for every venue. */
export function settingNames(): string[] {
  const byAsset = ['limits.maxOrderQty.ASSET', 'detection.pegBands.ASSET', 'capital.ASSET'];
  return [...SETTINGS.keys(), ...byAsset, 'balances.VENUE.ASSET'];
}

/**
 * @param field where the spec names it: `parameters` or `base`.
 * @throws UserError when there is no such setting, with those that there are.
 */
export function settingOf(field: string, name: string): Setting {
  const setting = OF_ASSET.test(name) ? AMOUNT : SETTINGS.get(currentName(name));
  if (setting !== undefined) return setting;
  throw new UserError({
    code: 'unknown-setting',
    field,
    value: name,
    message: 'is not a setting that a sweep can vary',
    remedy: `Choose among ${settingNames().join(', ')}.`,
  });
}

/** Checks one value of a setting. @throws UserError naming the field, the value and what would do. */
export function checkValue(field: string, name: string, value: ParameterValue): void {
  const { kind, min, max, choices, pattern } = settingOf(field, name);
  if (pattern !== undefined) {
    if (pattern.test(value)) return;
    throw bad(field, name, value, 'is not of the form that it must have', 'See its hint in the settings.');
  }
  if (choices !== undefined) {
    if (choices.includes(value)) return;
    throw bad(field, name, value, 'is none of the choices', `Choose among ${choices.join(', ')}.`);
  }
  if (kind === 'flag') {
    if (value === 'true' || value === 'false') return;
    throw bad(field, name, value, 'is not true or false', 'Give true or false.');
  }
  const amount = isDecimalText(value) ? decimal(value) : undefined;
  const fits = amount?.gte(min) === true && amount.lte(max) && (kind !== 'whole' || amount.isInteger());
  if (fits) return;
  const what = kind === 'whole' ? 'whole number' : 'number';
  throw bad(field, name, value, `is not a ${what} from ${min} to ${max}`, `Give a ${what} in that range.`);
}

function bad(field: string, name: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-setting', field: `${field}.${name}`, value, message, remedy });
}

/**
 * The options with these settings in place. Values are as `checkValue` lets pass; the capital's first asset, in the
 * order of `values`, is home. @throws UserError for an unknown setting.
 */
export function withSettings(
  options: BacktestOptions,
  values: Readonly<Record<string, ParameterValue>>,
): BacktestOptions {
  let result = options;
  for (const [name, text] of Object.entries(values)) {
    const { kind } = settingOf('settings', name);
    const value =
      kind === 'flag' ? text === 'true' : kind === 'whole' || kind === 'number' ? Number(text) : text;
    result = withSetting(result, currentName(name), value);
  }
  return result;
}

function withSetting(
  options: BacktestOptions,
  name: string,
  value: string | number | boolean,
): BacktestOptions {
  const point = name.indexOf('.');
  if (point < 0) return { ...options, [name]: value };
  const [room, field] = [name.slice(0, point), name.slice(point + 1)];
  switch (room) {
    case 'latency':
      return { ...options, latency: { ...DEFAULT_LATENCY, ...options.latency, [field]: value } };
    case 'fills':
      return { ...options, fills: { ...options.fills, [field]: value } };
    case 'hardship':
      return { ...options, hardship: { ...options.hardship, [field]: value } };
    case 'detection':
      if (field.startsWith(BAND)) {
        const pegBands = options.detection?.pegBands ?? DEFAULT_DETECTION.pegBands;
        const named = { ...pegBands, [field.slice(BAND.length)]: String(value) };
        return { ...options, detection: { ...options.detection, pegBands: named } };
      }
      return { ...options, detection: { ...options.detection, [field]: value } };
    case 'execution':
      return { ...options, execution: { ...options.execution, [field]: value } };
    case 'limits':
      if (field.startsWith(QTY)) {
        const maxOrderQty = options.limits?.maxOrderQty ?? DEFAULT_LIMITS.maxOrderQty;
        const named = { ...maxOrderQty, [field.slice(QTY.length)]: String(value) };
        return { ...options, limits: { ...options.limits, maxOrderQty: named } };
      }
      return { ...options, limits: { ...options.limits, [field]: value } };
    case 'balances': {
      const end = field.indexOf('.');
      const [venue, asset] = [field.slice(0, end), field.slice(end + 1)];
      const own = { ...options.balances?.[venue], [asset]: String(value) };
      return { ...options, balances: { ...options.balances, [venue]: own } };
    }
    default:
      return { ...options, capital: { ...options.capital, [field]: String(value) } };
  }
}
