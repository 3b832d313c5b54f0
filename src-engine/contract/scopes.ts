/** What a key of the API may do: each scope includes the ones before it. The engine's own tokens are not bound by scopes. */
import { z } from 'zod';
import { type OperationName, operations } from './operations.ts';

export const SCOPES = ['read', 'stop', 'trade', 'admin'] as const;
export const apiScope = z.enum(SCOPES);
export type Scope = z.infer<typeof apiScope>;

/** What takes risk away, and alerts that were seen: for a bot, or for whoever may stop a desk and no more. */
const STOP: ReadonlySet<OperationName> = new Set<OperationName>([
  'kill',
  'pauseTrading',
  'disarm',
  'cancelOrders',
  'acknowledgeAlerts',
]);

/**
 * What runs trading within the limits that are set, and the work of the lab. What changes limits, plans, venues, or arms is `admin`,
 * and so is what makes the engine do so later in its own name, as a weekly training sets and removes strategies.
 */
const TRADE: ReadonlySet<OperationName> = new Set<OperationName>([
  'resumeTrading',
  'takeOpportunity',
  'flatten',
  'disableStrategy',
  'reconcile',
  'settleOrder',
  'declareTransfer',
  'cancelTransfer',
  'startRecording',
  'stopRecording',
  'startBacktest',
  'startSweep',
  'startTraining',
  'trainScorer',
  'cancelJob',
  'resumeJob',
  'openTrial',
  'exportRun',
  'setNote',
  'startReplay',
  'controlReplay',
]);

/** A key must not be able to make another one that outlives its own revocation. */
const TOKEN_ONLY: ReadonlySet<OperationName> = new Set<OperationName>(['addApiKey', 'revokeApiKey']);

/** The least scope that may call an operation; `token`: no key may. */
export function scopeOf(name: OperationName): Scope | 'token' {
  if (TOKEN_ONLY.has(name)) return 'token';
  if (STOP.has(name)) return 'stop';
  if (TRADE.has(name)) return 'trade';
  return operations[name].role === 'viewer' ? 'read' : 'admin';
}

export function scopeAllows(scope: Scope, name: OperationName): boolean {
  const needed = scopeOf(name);
  return needed !== 'token' && SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}
