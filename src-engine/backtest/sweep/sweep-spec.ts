/** What a sweep is asked to do, `sweep SPEC.json`, checked down to its last value before anything runs. */
import { z } from 'zod';
import { decimal } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import { MAX_TRIALS } from '../overfit/cscv.ts';
import type { Gaps } from '../overfit/splits.ts';
import { issueWords } from '../../lib/zod-words.ts';
import { ParameterRange, type ParameterValue, type RangeSpec, rangeSchema } from './ranges.ts';
import { checkValue, settingOf } from './settings.ts';

export const MAX_PARAMETERS = 12;
const MAX_LOGS = 1_000;

const gaps = {
  /** Left out at the end of train: no shorter than the longest trade. */
  purgeMs: z.number().min(0).default(0),
  /** Left out at the beginning of test. */
  embargoMs: z.number().min(0).default(0),
};

const trials = z.number().int().min(1).max(MAX_TRIALS);

export const sweepSchema = z.strictObject({
  name: z.string().max(200).default(''),
  /** Market logs or a tape, as for a backtest. */
  logs: z.array(z.string().min(1)).min(1).max(MAX_LOGS),
  /** What varies: setting → values. */
  parameters: z.record(z.string(), rangeSchema),
  /** What is fixed: setting → value. */
  base: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
  search: z.discriminatedUnion('method', [
    z.strictObject({ method: z.literal('grid') }),
    z.strictObject({ method: z.literal('random'), trials }),
    z.strictObject({ method: z.literal('latin-hypercube'), trials }),
  ]),
  /** Of the search's draws, and of every trial's latencies: all trials meet the same luck there. */
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
  /** Length of the periods that returns are counted in; default: one that makes hundreds of the data. */
  periodMs: z.number().int().min(1).max(86_400_000).optional(),
  split: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('holdout'), testShare: z.number().gt(0).lt(1).default(0.3), ...gaps }),
      z.strictObject({
        kind: z.literal('walk-forward'),
        folds: z.number().int().min(1).max(100).default(5),
        /** Parts of the data to train on, each as long as a test; default: all that lies before. */
        trainParts: z.union([z.number().int().min(1).max(100), z.literal('all')]).default('all'),
        ...gaps,
      }),
    ])
    .prefault({ kind: 'walk-forward' }),
  /** Blocks of the cross-validation. */
  blocks: z.number().int().min(2).max(16).multipleOf(2).default(12),
  rankBy: z.enum(['sharpe', 'return']).default('sharpe'),
});

export type SweepInput = z.input<typeof sweepSchema>;
export type SweepSpec = Omit<z.output<typeof sweepSchema>, 'base'> & {
  readonly base: Readonly<Record<string, ParameterValue>>;
};

/**
 * Checks a spec's shape, names and values. @param input what its JSON said.
 * @throws UserError naming the field, its value and what to do about it.
 */
export function parseSweepSpec(input: unknown): SweepSpec {
  const parsed = sweepSchema.safeParse(input);
  if (!parsed.success) throw shapeError(parsed.error, input);
  const spec = parsed.data;
  const base = Object.fromEntries(
    Object.entries(spec.base).map(([name, value]) => [name, textOf(name, value)]),
  );
  for (const [name, value] of Object.entries(base)) checkValue('base', name, value);
  const names = Object.keys(spec.parameters);
  if (names.length === 0 || names.length > MAX_PARAMETERS) {
    throw bad(
      'parameters',
      String(names.length),
      `are not from 1 to ${MAX_PARAMETERS}`,
      'Name what to vary, such as "detection.minNetBps": {"from": 0.5, "to": 5, "step": 0.5}.',
    );
  }
  for (const name of names) {
    if (Object.hasOwn(base, name)) {
      throw bad(
        `base.${name}`,
        base[name] ?? '',
        'is fixed here and varied in "parameters"',
        'Remove one of them.',
      );
    }
  }
  for (const range of rangesOf(spec.parameters)) checkRange(range, spec.parameters[range.name]);
  return { ...spec, base };
}

/** The parameters, in the order of their names: a spec means the same in whatever order it is written. */
export function rangesOf(parameters: Readonly<Record<string, RangeSpec>>): ParameterRange[] {
  return Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, range]) => new ParameterRange(name, range));
}

/** The gaps of a split in periods, rounded up: what is left out is never less than asked for. */
export function gapsOf({ purgeMs, embargoMs }: SweepSpec['split'], periodUs: number): Gaps {
  const periods = (ms: number): number => Math.ceil((ms * 1_000) / periodUs);
  return { purge: periods(purgeMs), embargo: periods(embargoMs) };
}

/** Every value of a linear range lies between its ends and on its step: these are all that need a look. */
function checkRange(range: ParameterRange, spec: RangeSpec | undefined): void {
  const { name, size } = range;
  settingOf('parameters', name);
  if (spec === undefined) return;
  const indices = 'values' in spec ? Array.from({ length: size }, (_, index) => index) : [0, 1, size - 1];
  for (const index of indices) {
    if (index < size) checkValue('parameters', name, range.valueAt(index));
  }
}

function textOf(name: string, value: string | number | boolean): ParameterValue {
  if (typeof value !== 'number') return String(value);
  if (Number.isFinite(value)) return decimal(value).toFixed();
  throw bad(`base.${name}`, String(value), 'is not a number', 'Give a plain number.');
}

const MAX_SHOWN = 80;

/** The first thing that does not fit, by its field and value. */
function shapeError(error: z.ZodError, input: unknown): UserError {
  const issue = deepest(error.issues[0]);
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>((at, key) => (isRecord(at) ? at[String(key)] : undefined), input);
  const shown = value === undefined ? undefined : (JSON.stringify(value) ?? '').replaceAll(/^"|"$/g, '');
  return new UserError({
    code: 'bad-spec',
    field: path.length === 0 ? 'spec' : path.map(String).join('.'),
    value: shown === undefined || shown.length <= MAX_SHOWN ? shown : `${shown.slice(0, MAX_SHOWN)}…`,
    message: `does not fit: ${issue?.words ?? 'unknown reason'}`,
    remedy: 'Correct it in the spec.',
  });
}

type Issue = { readonly path: readonly PropertyKey[]; readonly words: string };

/** Of a choice between shapes, what the nearest of them found wrong, not just that none fits. */
function deepest(issue: z.core.$ZodIssue | undefined): Issue | undefined {
  if (issue === undefined) return undefined;
  const own = { path: issue.path, words: issueWords(issue) };
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return own;
  const nearest = issue.errors
    .map((issues) => issues[0])
    .filter((each) => each !== undefined)
    .sort((a, b) => b.path.length - a.path.length)[0];
  const inner = deepest(nearest);
  return inner === undefined ? own : { path: [...issue.path, ...inner.path], words: inner.words };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function bad(field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-spec', field, value, message, remedy });
}
