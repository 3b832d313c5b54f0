/** What limits must be to make sense: each alone, and together. Whoever sets limits asks here first. */
import { type Decimal, decimal, isDecimalText } from './decimal.ts';
import { UserError } from './errors.ts';
import type { DetectionSettings, RiskLimits } from './limits.ts';

type AmountField = 'maxOrderNotional' | 'maxOpenNotional';
type NumberField = Exclude<keyof RiskLimits, AmountField | 'maxOrderQty'>;

type Bounds = { readonly min: number; readonly max: number; readonly whole: boolean };

const within = (min: number, max: number): Bounds => ({ min, max, whole: false });
const whole = (min: number, max: number): Bounds => ({ min, max, whole: true });
/** A share of equity: some of it, at most all. */
const SHARE = within(0.01, 100);

/** From the smallest to the largest value of every limit that is a number, both included. */
export const LIMIT_BOUNDS: Readonly<Record<NumberField, Bounds>> = {
  maxPositionPct: SHARE,
  maxGrossExposurePct: SHARE,
  priceCollarBps: within(1, 5_000),
  referenceCollarBps: within(1, 5_000),
  maxReferenceAgeMs: whole(100, 60_000),
  maxStdevBps: within(0.1, 10_000),
  maxEwmaBps: within(0.1, 10_000),
  maxAtrBps: within(0.1, 10_000),
  maxTradesPerDay: whole(1, 1_000_000),
  cautionLossPct: SHARE,
  restrictedLossPct: SHARE,
  haltedLossPct: SHARE,
  shutdownLossPct: SHARE,
  maxDrawdownPct: SHARE,
  maxRelatedExecutions: whole(1, 1_000),
  relatedCorrelation: within(0.1, 1),
  maxBookAgeMs: whole(100, 60_000),
  maxOrdersPerSecond: whole(1, 1_000),
  cancelReserve: whole(0, 999),
  maxRepeats: whole(2, 1_000),
  repeatWindowS: whole(1, 86_400),
  maxBookFaultsPerMinute: whole(1, 1_000),
  maxOrderFaultsPerMinute: whole(1, 1_000),
  breakerRestS: whole(1, 3_600),
  kellyFraction: within(0.01, 1),
  minKellyTrades: whole(1, 200),
};

/** Above any account that this is meant for: a slip of the keyboard. */
const MAX_AMOUNT = 1_000_000_000_000;

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
  for (const [field, { min, max, whole: isWhole }] of Object.entries(LIMIT_BOUNDS)) {
    const value: unknown = limits[field as NumberField];
    if (typeof value === 'number' && value >= min && value <= max && (!isWhole || Number.isInteger(value)))
      continue;
    const kind = isWhole ? 'whole number' : 'number';
    throw bad(field, value, `is not a ${kind} from ${min} to ${max}`, 'Choose one in that range.');
  }
  demandAmount('maxOrderNotional', limits.maxOrderNotional);
  demandAmount('maxOpenNotional', limits.maxOpenNotional);
  for (const [asset, qty] of Object.entries(limits.maxOrderQty)) demandAmount(`maxOrderQty.${asset}`, qty);
  for (const [lower, relation, upper] of ORDER) {
    const [a, b] = [amountOf(limits[lower]), amountOf(limits[upper])];
    if (relation === 'below' ? a.lt(b) : a.lte(b)) continue;
    const bound = `${relation} ${upper} (${b.toString()})`;
    throw bad(lower, a, `must be ${bound}`, `Set it ${bound}, or change ${upper} with it.`);
  }
  const { maxOrdersPerSecond, cancelReserve } = limits;
  if (maxOrdersPerSecond - cancelReserve < SHORTEST_CYCLE) {
    const message = `leaves fewer than ${SHORTEST_CYCLE} of maxOrdersPerSecond (${maxOrdersPerSecond}) for placements, and a cycle needs one a leg`;
    throw bad('cancelReserve', cancelReserve, message, 'Lower it, or raise maxOrdersPerSecond.');
  }
}

/** @throws UserError as above. */
export function checkDetection(detection: DetectionSettings): void {
  if (detection.minNetBps < 0) {
    const message = 'is below zero: cycles that lose money would be taken';
    throw bad('minNetBps', detection.minNetBps, message, 'Set it to 0 or more; a backtest may go below.');
  }
  demandAmount('maxStartNotional', detection.maxStartNotional);
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

function demandAmount(field: string, value: unknown): void {
  const isAmount = typeof value === 'string' && isDecimalText(value);
  if (isAmount && decimal(value).gt(0) && decimal(value).lte(MAX_AMOUNT)) return;
  throw bad(
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
  return new UserError({ code: 'bad-limit', field, value: String(value), message, remedy });
}
