/** Codes of the engine's own events in words. A code that this version does not know is shown as it is. */
import type { Actor, EngineEvent } from '../../../src-engine/domain/event.ts';

/** What of the engine did it, by the name in the fact. */
const PARTS: Readonly<Record<string, string>> = {
  risk: 'as the risk limits demand',
  lease: 'as another engine took over the account',
  meter: 'as it took too long',
  rounding: 'as the venue rounds',
  'not-traded': 'in coins that are not traded',
  reorganisation: 'as a chain took blocks back',
  transfers: 'for a transfer',
  golive: 'for going live',
  stop: 'as it stops',
  'starting-inventory': 'for the starting inventory',
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

/** `by the engine, as it stops`, `via window`. */
export function actorText({ kind, via }: Actor): string {
  if (kind !== 'engine') return `via ${via}`;
  return Object.hasOwn(PARTS, via) ? `by the engine, ${PARTS[via]}` : 'by the engine';
}
