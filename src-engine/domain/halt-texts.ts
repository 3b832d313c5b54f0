/** Codes of halts, breakers and faults of strategies in words that people read: in the window, in alerts, in reports. A code that this version does not know is shown as it is. */
import type { EngineEvent } from './event.ts';
import { venueTitle } from './venue-titles.ts';
import type { BreakerName } from './risk.ts';

type StrategyFault = (EngineEvent & { type: 'strategyFailed' })['code'];

const BREAKERS: Readonly<Record<BreakerName, string>> = {
  'daily-loss': 'Daily loss',
  drawdown: 'Max. drawdown',
  exposure: 'Gross exposure',
  'no-edge': 'No edge',
  'data-quality': 'Data quality',
  'api-reliability': 'API reliability',
};

export const BREAKER_CODES = Object.keys(BREAKERS) as readonly BreakerName[];

/** By the code of a halt: see `halt(` in the kernel and the execution. */
const HALTS: Readonly<Record<string, string>> = {
  paused: 'Paused',
  restart: 'Halted by the run before',
  'history-altered': 'Stored history was altered',
  'journal-failed': 'Facts could not be stored',
  'effect-failed': 'A command was not carried out',
  clock: 'Clock of the machine',
  watchdog: 'Watchdog',
  'kill-failed': 'Kill not verified',
  'order-unknown': 'Order without an answer',
  'order-alive': 'Order alive that had ended here',
  'venue-contradiction': 'The venue contradicts itself',
  'balances-differ': 'Balances differ',
  'taken-back': 'Trades taken back by their chain',
  'dead-man-switch': 'Dead-man switch',
  stranded: 'Stranded position',
  'over-fill': 'Filled more than ordered',
  overdrawn: 'Spent more than was held',
  'bad-fill': 'Fill that cannot be booked',
  'late-fill': 'Order filled after it had ended',
};

const STRATEGY_FAULTS: Readonly<Record<StrategyFault, string>> = {
  threw: 'It threw an error',
  'bad-position': 'It asked for a position that cannot be',
  'bad-signal': 'Its forecast cannot be read',
  'bad-reason': 'Its reason is no text',
  'bad-state': 'Its state cannot be stored',
  'over-budget': 'It took too long',
  missing: 'Its code is not there',
  changed: 'Its code has changed',
  restore: 'Its stored state does not fit',
  'loss-budget': 'It lost its budget at the account',
  halted: 'An order of it halted trading',
  drift: 'Its model has drifted',
};

const TAKEN_BACK: ReadonlySet<StrategyFault> = new Set<StrategyFault>(['loss-budget', 'halted', 'drift']);

/** It was taken back from an account, and goes on in shadow. */
export const isTakenBack = (code: StrategyFault): boolean => TAKEN_BACK.has(code);

/** @param venue empty: of the account. */
export function breakerLabel(breaker: string, venue = ''): string {
  const label = Object.hasOwn(BREAKERS, breaker) ? BREAKERS[breaker as BreakerName] : breaker;
  return venue === '' ? label : `${label} at ${venueTitle(venue)}`;
}

export function haltLabel(code: string): string {
  // The breakers of the account halt too, under their own names.
  return Object.hasOwn(HALTS, code) ? (HALTS[code] as string) : breakerLabel(code);
}

export function strategyFaultLabel(code: string): string {
  return Object.hasOwn(STRATEGY_FAULTS, code) ? STRATEGY_FAULTS[code as StrategyFault] : code;
}
