/**
 * What a market log says of an instrument's rules while it goes on: `{"t":…,"i":"BTC/USD","k":"rules","tickSize":"1",…}`.
 * Only what changed is named. `status` is the venue's, `stopped` why the session could not trade it (empty: it can again).
 */
import {
  createInstrument,
  type Instrument,
  type InstrumentChange,
  type InstrumentSpec,
  specOf,
  takeChange,
} from '../domain/instrument.ts';
import { UserError } from '../domain/errors.ts';
import type { MarketLogRules } from './market-log-types.ts';
import { isQuantity, isStatus, type Json, STATUS_NAMES } from './market-log-values.ts';

/** Longest reason that a log holds, in characters. */
const MAX_REASON = 500;

const STEPS = ['tickSize', 'lotSize', 'minQty', 'minNotional', 'takerFee', 'makerFee', 'orderCost'] as const;

/** What of an instrument a log keeps up to date. */
export type RulesState = Pick<Instrument, (typeof STEPS)[number] | 'feeBasis' | 'status' | 'stoppedFor'>;

export type LoggedRules = Pick<MarketLogRules, 'change' | 'status' | 'stopped'>;

export function rulesState({
  tickSize,
  lotSize,
  minQty,
  minNotional,
  takerFee,
  makerFee,
  orderCost,
  feeBasis,
  status,
  stoppedFor,
}: Instrument): RulesState {
  return {
    tickSize,
    lotSize,
    minQty,
    minNotional,
    takerFee,
    makerFee,
    orderCost,
    feeBasis,
    status,
    stoppedFor,
  };
}

/** What a log that holds `before` must add for `now`; undefined: nothing. */
export function rulesBetween(before: RulesState, now: RulesState): LoggedRules | undefined {
  const change: { -readonly [K in keyof InstrumentChange]: InstrumentChange[K] } = {};
  for (const field of STEPS) {
    const value = now[field];
    if (value !== undefined && before[field]?.eq(value) !== true) change[field] = value.toFixed();
  }
  if (before.feeBasis !== now.feeBasis) change.feeBasis = now.feeBasis;
  const changes = Object.keys(change).length === 0 ? undefined : change;
  const status = before.status === now.status ? undefined : now.status;
  const stopped = before.stoppedFor === now.stoppedFor ? undefined : now.stoppedFor.slice(0, MAX_REASON);
  if (changes === undefined && status === undefined && stopped === undefined) return undefined;
  return { change: changes, status, stopped };
}

/** The line's fields behind its time, symbol and kind. */
export function rulesFields({ change, status, stopped }: LoggedRules): Json {
  return { ...change, status, stopped };
}

/** What is wrong with a field of a line. */
export type FieldFault = (field: string, value: unknown, message: string, remedy: string) => UserError;

/** Reads the rules of a line. @param spec of the header: its decimals hold for the whole log. @throws UserError */
export function parseRules(raw: Json, spec: InstrumentSpec, bad: FieldFault): LoggedRules {
  const change: { -readonly [K in keyof InstrumentChange]: InstrumentChange[K] } = {};
  for (const field of STEPS) {
    const value = raw[field];
    if (value === undefined) continue;
    if (!isQuantity(value))
      throw bad(
        field,
        value,
        'is not a decimal of zero or more',
        'Write plain digits as text, such as "0.25".',
      );
    change[field] = value;
  }
  const { feeBasis, status, stopped } = raw;
  if (feeBasis !== undefined) change.feeBasis = reasonOf('feeBasis', feeBasis, bad);
  if (status !== undefined && !isStatus(status))
    throw bad('status', status, 'is not a status', `Write one of ${STATUS_NAMES}, or leave it out.`);
  const why = stopped === undefined ? undefined : reasonOf('stopped', stopped, bad);
  const isChanged = Object.keys(change).length > 0;
  if (!isChanged && status === undefined && why === undefined)
    throw bad('k', 'rules', 'names no changed rule', 'Name what changed, or remove the line.');
  if (isChanged) demandFit(spec, change, bad);
  return { change: isChanged ? change : undefined, status, stopped: why };
}

function reasonOf(field: string, value: unknown, bad: FieldFault): string {
  if (typeof value === 'string' && value.length <= MAX_REASON) return value;
  throw bad(field, value, `is not text of at most ${MAX_REASON} characters`, 'Write it as text.');
}

/** Books count in the decimals of the header: the steps must be whole numbers of them. */
function demandFit(spec: InstrumentSpec, change: InstrumentChange, bad: FieldFault): void {
  const changed = createInstrument(spec, 0, '');
  takeChange(changed, change);
  try {
    createInstrument(specOf(changed), 0, '');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { field = '', value, message, remedy } = error.problem;
    throw bad(field, value, message, remedy ?? '');
  }
}
