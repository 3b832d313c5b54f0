/**
 * The facts of a run: what the kernel decided and what the venue did. They are journaled in this order, make
 * up the digest of the run, and reach the screen losslessly. Decimals are text, so that the same run gives
 * the same bytes. The types are those of the schemas in event-schemas.ts and value-schemas.ts.
 */
import type {
  actor,
  balanceDifference,
  deadManState,
  EVENT_SCHEMAS,
  instrumentCause,
  reconcileCause,
  watchdogDeed,
} from './event-schemas.ts';
import type {
  balance,
  bookState,
  equityParts,
  equitySample,
  execution,
  executionOutcome,
  fill,
  Fits,
  order,
  runMode,
} from './value-schemas.ts';

export type RunMode = Fits<typeof runMode>;
export type BookState = Fits<typeof bookState>;
export type Balance = Fits<typeof balance>;
export type OrderRecord = Fits<typeof order>;
export type FillRecord = Fits<typeof fill>;
export type ExecutionOutcome = Fits<typeof executionOutcome>;
export type ExecutionRecord = Fits<typeof execution>;

const NO_CYCLE: ReadonlySet<ExecutionOutcome> = new Set<ExecutionOutcome>(['swept', 'late', 'quoted']);

/** The execution was for a cycle or route; not a sweep, a late fill, or what quotes did. */
export function isOfCycle(outcome: ExecutionOutcome): boolean {
  return !NO_CYCLE.has(outcome);
}

export type EquitySample = Fits<typeof equitySample>;
export type EquityParts = Fits<typeof equityParts>;
export type ReconcileCause = Fits<typeof reconcileCause>;
export type DeadManState = Fits<typeof deadManState>;
export type WatchdogDeed = Fits<typeof watchdogDeed>;
export type BalanceDifference = Fits<typeof balanceDifference>;
export type InstrumentCause = Fits<typeof instrumentCause>;
export type Actor = Fits<typeof actor>;

/** An order of an earlier run as the journal holds it, with the fills that were booked. */
export type RecoveredOrder = {
  readonly record: OrderRecord;
  readonly fillIds: readonly string[];
  /** Its cycle was recorded as finished: a fill that comes now is not in that record. */
  readonly isCycleOver?: boolean | undefined;
};

type Schemas = typeof EVENT_SCHEMAS;
export type EventType = keyof Schemas;
export type EngineEvent = { [T in EventType]: Fits<Schemas[T]> }[EventType];
