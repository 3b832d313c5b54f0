/** The settings that can be changed here, and what the contract's schemas say of a typed value. */
import type { z } from 'zod';
import { detectionSettings, limits } from '../../../src-engine/contract/records.ts';
import type { DetectionSettings, RiskLimits } from '../../../src-engine/domain/limits.ts';

export type Field<K extends string> = {
  readonly key: K;
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  /** Decimals stay text all the way; numbers are counts and bps. */
  readonly kind: 'decimal' | 'number';
  readonly schema: z.ZodType;
};

/** Quantities by asset are a list of their own and have no field here. */
export type LimitKey = Exclude<keyof RiskLimits, 'maxOrderQty'>;
export type DetectionKey = Exclude<keyof DetectionSettings, 'maxLegs'>;

export const LIMIT_FIELDS: readonly Field<LimitKey>[] = [
  {
    key: 'maxOrderNotional',
    label: 'Largest order',
    unit: 'home',
    help: 'Value of one order; above it the order is denied.',
    kind: 'decimal',
    schema: limits.shape.maxOrderNotional,
  },
  {
    key: 'maxOpenNotional',
    label: 'Largest exposure in flight',
    unit: 'home',
    help: 'Value of all orders in flight together.',
    kind: 'decimal',
    schema: limits.shape.maxOpenNotional,
  },
  {
    key: 'priceCollarBps',
    label: 'Price collar',
    unit: 'bps',
    help: 'Furthest a price may lie beyond the best opposite price.',
    kind: 'number',
    schema: limits.shape.priceCollarBps,
  },
  {
    key: 'maxBookAgeMs',
    label: 'Oldest book',
    unit: 'ms',
    help: 'No decision rests on a book older than this.',
    kind: 'number',
    schema: limits.shape.maxBookAgeMs,
  },
  {
    key: 'maxOrdersPerSecond',
    label: 'Orders per second',
    unit: '1/s',
    help: 'Placements over all venues; cancels do not count.',
    kind: 'number',
    schema: limits.shape.maxOrdersPerSecond,
  },
];

export const DETECTION_FIELDS: readonly Field<DetectionKey>[] = [
  {
    key: 'minNetBps',
    label: 'Smallest net edge',
    unit: 'bps',
    help: 'What must be left after every cost for a cycle to be taken.',
    kind: 'number',
    schema: detectionSettings.shape.minNetBps,
  },
  {
    key: 'slippageBps',
    label: 'Slippage buffer',
    unit: 'bps',
    help: 'Kept from the edge for what moves before the orders arrive.',
    kind: 'number',
    schema: detectionSettings.shape.slippageBps,
  },
  {
    key: 'maxStartNotional',
    label: 'Largest start amount',
    unit: 'home',
    help: 'Value of the first leg of one cycle.',
    kind: 'decimal',
    schema: detectionSettings.shape.maxStartNotional,
  },
  {
    key: 'cooldownMs',
    label: 'Rest after a try',
    unit: 'ms',
    help: 'Before the same cycle is tried again.',
    kind: 'number',
    schema: detectionSettings.shape.cooldownMs,
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
