/** Codes of the engine's own events in words. A code that this version does not know is shown as it is. */
import type { Actor, EngineEvent } from '../../../src-engine/domain/event.ts';
import { breakerLabel } from '../../lib/code-words.ts';

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
  'dead-man-switch': 'Dead-man switch',
  stranded: 'Stranded position',
  'over-fill': 'Filled more than ordered',
  overdrawn: 'Spent more than was held',
  'bad-fill': 'Fill that cannot be booked',
  'late-fill': 'Order filled after it had ended',
};

/** What of the engine did it, by the name in the fact. */
const PARTS: Readonly<Record<string, string>> = {
  risk: 'as the risk limits demand',
  lease: 'as another engine took over the account',
  meter: 'as it took too long',
  rounding: 'as the venue rounds',
  'not-traded': 'in coins that are not traded',
  transfers: 'for a transfer',
  golive: 'for going live',
  stop: 'as it stops',
  'starting-inventory': 'for the starting inventory',
};

const STRATEGY_FAULTS: Readonly<Record<(EngineEvent & { type: 'strategyFailed' })['code'], string>> = {
  threw: 'It threw an error',
  'bad-position': 'It asked for a position that cannot be',
  'bad-signal': 'Its forecast cannot be read',
  'bad-reason': 'Its reason is no text',
  'bad-state': 'Its state cannot be stored',
  'over-budget': 'It took too long',
  missing: 'Its code is not there',
  changed: 'Its code has changed',
  restore: 'Its stored state does not fit',
};

export const RECONCILE_CAUSES: Readonly<Record<(EngineEvent & { type: 'reconciled' })['cause'], string>> = {
  start: 'at the start',
  reconnect: 'after a reconnect',
  wake: 'after the machine slept',
  periodic: 'periodic',
  doubt: 'as something did not fit',
  operator: 'requested by the operator',
};

export const STAGE_NAMES: Readonly<Record<(EngineEvent & { type: 'goLiveChanged' })['to'], string>> = {
  none: 'not started',
  staging: 'staging',
  canary: 'canary',
  full: 'full size',
};

export function haltLabel(code: string): string {
  // The breakers of the account halt too, under their own names.
  return Object.hasOwn(HALTS, code) ? (HALTS[code] as string) : breakerLabel(code, '');
}

export function strategyFaultLabel(code: (EngineEvent & { type: 'strategyFailed' })['code']): string {
  return STRATEGY_FAULTS[code];
}

/** `by the engine, as it stops`, `via window`. */
export function actorText({ kind, via }: Actor): string {
  if (kind !== 'engine') return `via ${via}`;
  return Object.hasOwn(PARTS, via) ? `by the engine, ${PARTS[via]}` : 'by the engine';
}
