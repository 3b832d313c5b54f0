/** The settings that can be changed here, and what the contract's schemas say of a typed value. */
import type { z } from 'zod';
import { detectionSettings, executionSettings, limits } from '../../../src-engine/contract/records.ts';
import type { DetectionSettings, ExecutionSettings, RiskLimits } from '../../../src-engine/domain/limits.ts';

export type Field<K extends string> = {
  readonly key: K;
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  /** Decimals stay text all the way; numbers are counts and bps. */
  readonly kind: 'decimal' | 'number';
  readonly schema: z.ZodType;
  /** Which way lets more through: such a change is shown and asked about before it is saved. */
  readonly looser: 'higher' | 'lower';
};

/** Quantities by asset are a list of their own and have no field here. */
export type LimitKey = Exclude<keyof RiskLimits, 'maxOrderQty'>;
export type DetectionKey = Exclude<keyof DetectionSettings, 'maxLegs'>;

/** Limits that hold less back the lower they are; all others the higher they are. */
const LOOSER_WHEN_LOWER: ReadonlySet<LimitKey> = new Set(['cancelReserve', 'repeatWindowS', 'breakerRestS']);

function limit(
  key: LimitKey,
  kind: Field<LimitKey>['kind'],
  label: string,
  unit: string,
  help: string,
): Field<LimitKey> {
  const looser = LOOSER_WHEN_LOWER.has(key) ? 'lower' : 'higher';
  return { key, label, unit, help, kind, looser, schema: limits.shape[key] };
}

export const LIMIT_FIELDS: readonly Field<LimitKey>[] = [
  limit(
    'maxOrderNotional',
    'decimal',
    'Largest order',
    'home',
    'Value of one order; above it the order is denied.',
  ),
  limit(
    'maxOpenNotional',
    'decimal',
    'Largest exposure in flight',
    'home',
    'Value of all orders in flight together.',
  ),
  limit(
    'maxPositionPct',
    'number',
    'Largest position',
    '%',
    'Of equity: value of one asset beyond what the account was opened with.',
  ),
  limit(
    'maxGrossExposurePct',
    'number',
    'Gross exposure',
    '%',
    'Of equity: value of all positions together.',
  ),
  limit('maxTradesPerDay', 'number', 'Cycles a day', 'cycles', 'Counted from midnight UTC.'),
  limit(
    'maxRelatedExecutions',
    'number',
    'Related cycles at once',
    'cycles',
    'Cycles over the same assets, or over assets that move together.',
  ),
  limit(
    'relatedCorrelation',
    'number',
    'Correlation that counts',
    '',
    'From 0 to 1: from which two assets move together.',
  ),
  limit(
    'cautionLossPct',
    'number',
    'Caution at a loss of',
    '%',
    'Of the day’s first equity. Sizes are halved.',
  ),
  limit(
    'restrictedLossPct',
    'number',
    'Restricted at a loss of',
    '%',
    'Only orders that bring exposure down.',
  ),
  limit('haltedLossPct', 'number', 'Halted at a loss of', '%', 'Nothing new until you reset it.'),
  limit('shutdownLossPct', 'number', 'Shut down at a loss of', '%', 'Throws the kill switch.'),
  limit(
    'maxDrawdownPct',
    'number',
    'Largest drawdown',
    '%',
    'Of the highest equity. Nothing new until you reset it.',
  ),
  limit(
    'priceCollarBps',
    'number',
    'Price collar',
    'bps',
    'Furthest a price may lie beyond the best opposite price.',
  ),
  limit(
    'referenceCollarBps',
    'number',
    'Reference collar',
    'bps',
    'Furthest a price may lie from the last sampled mid price.',
  ),
  limit(
    'maxReferenceAgeMs',
    'number',
    'Oldest reference',
    'ms',
    'No new order is measured by a sample older than this.',
  ),
  limit('maxBookAgeMs', 'number', 'Oldest book', 'ms', 'No decision rests on a book older than this.'),
  limit(
    'maxStdevBps',
    'number',
    'Volatility, standard deviation',
    'bps',
    'Of returns over a second; half sizes from half of it on.',
  ),
  limit(
    'maxEwmaBps',
    'number',
    'Volatility, EWMA',
    'bps',
    'Of returns over a second; half sizes from half of it on.',
  ),
  limit(
    'maxAtrBps',
    'number',
    'Volatility, ATR',
    'bps',
    'True range of ten seconds; half sizes from half of it on.',
  ),
  limit(
    'maxOrdersPerSecond',
    'number',
    'Messages per second',
    '1/s',
    'Placements and cancels over all venues; cancels are never held back.',
  ),
  limit(
    'cancelReserve',
    'number',
    'Kept for cancels',
    '1/s',
    'Of these messages, what no placement may use.',
  ),
  limit(
    'maxRepeats',
    'number',
    'Tries without profit',
    'tries',
    'As many of one cycle within the window stop it.',
  ),
  limit('repeatWindowS', 'number', 'Window of these tries', 's', 'Time within which they count.'),
  limit(
    'maxBookFaultsPerMinute',
    'number',
    'Book faults a minute',
    'faults',
    'Checksums, gaps, unreadable frames: the venue rests.',
  ),
  limit(
    'maxOrderFaultsPerMinute',
    'number',
    'Order faults a minute',
    'faults',
    'Rejected or unknown orders: the venue rests.',
  ),
  limit('breakerRestS', 'number', 'Rest after faults', 's', 'Before one cycle may try again.'),
  limit(
    'kellyFraction',
    'number',
    'Share of the Kelly stake',
    '',
    'From 0 to 1: what a cycle may start with, by the record so far.',
  ),
  limit(
    'minKellyTrades',
    'number',
    'Record for Kelly',
    'trades',
    'Before it holds as many, stakes are not capped by it.',
  ),
];

export const DETECTION_FIELDS: readonly Field<DetectionKey>[] = [
  {
    key: 'minNetBps',
    label: 'Smallest net edge',
    unit: 'bps',
    help: 'What must be left after every cost for a cycle to be taken.',
    kind: 'number',
    looser: 'lower',
    schema: detectionSettings.shape.minNetBps.min(0),
  },
  {
    key: 'slippageBps',
    label: 'Slippage buffer',
    unit: 'bps',
    help: 'Kept from the edge for what moves before the orders arrive.',
    kind: 'number',
    looser: 'lower',
    schema: detectionSettings.shape.slippageBps,
  },
  {
    key: 'maxStartNotional',
    label: 'Largest start amount',
    unit: 'home',
    help: 'Value of the first leg of one cycle.',
    kind: 'decimal',
    looser: 'higher',
    schema: detectionSettings.shape.maxStartNotional,
  },
  {
    key: 'cooldownMs',
    label: 'Rest after a try',
    unit: 'ms',
    help: 'Before the same cycle is tried again.',
    kind: 'number',
    looser: 'lower',
    schema: detectionSettings.shape.cooldownMs,
  },
];

/** Whether legs go at once is a yes or no, and has no field here. */
export type ExecutionKey = Exclude<keyof ExecutionSettings, 'parallelLegs'>;

export const EXECUTION_FIELDS: readonly Field<ExecutionKey>[] = [
  {
    key: 'maxUnwindBps',
    label: 'Dearest way out',
    unit: 'bps',
    help: 'Of the start: a cycle whose worst way home would cost more is not begun.',
    kind: 'number',
    looser: 'higher',
    schema: executionSettings.shape.maxUnwindBps,
  },
  {
    key: 'unwindDeadlineMs',
    label: 'Time to bring home',
    unit: 'ms',
    help: 'What a failed leg left must be home by then, or trading halts.',
    kind: 'number',
    looser: 'higher',
    schema: executionSettings.shape.unwindDeadlineMs,
  },
  {
    key: 'crumbBps',
    label: 'Largest residual',
    unit: 'bps',
    help: 'Of the largest start: what is left and worth less is kept for a sweep.',
    kind: 'number',
    looser: 'higher',
    schema: executionSettings.shape.crumbBps,
  },
];

export type Checked =
  | { readonly ok: true; readonly value: string | number }
  | { readonly ok: false; readonly error: string };

/** A typed value against its schema; the error is one line for under the field. */
export function checkField(field: Pick<Field<string>, 'kind' | 'schema'>, typed: string): Checked {
  const text = typed.trim();
  if (text === '') return { ok: false, error: 'Must not be empty.' };
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
