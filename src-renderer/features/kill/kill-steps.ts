/** The kill switch's result step by step, from this window's call and from the engine's own status. */
import type { EngineStatus } from '../../../src-engine/contract/records.ts';
import type { KillCall } from '../../engine/session.ts';

export type KillStep = {
  readonly state: 'done' | 'running' | 'failed';
  readonly text: string;
};

export type KillInput = {
  readonly call: KillCall;
  readonly killed: boolean;
  /** Cancels sent, from the fact; null when this window did not see it. */
  readonly cancelsSent: number | null;
  /** Open orders that the venue showed when last asked; null until it has answered. */
  readonly openOrders: number | null;
  /** Why the venue could not be asked; empty: nothing went wrong. */
  readonly problem?: string | undefined;
  /** Each venue separately; with one it is what `openOrders` and `problem` say. */
  readonly venues?: EngineStatus['killVenues'] | undefined;
};

/** Empty when nothing was killed and no kill was tried. */
export function killSteps({
  call,
  killed,
  cancelsSent,
  openOrders,
  problem = '',
  venues = [],
}: KillInput): readonly KillStep[] {
  if (!killed) {
    if (call.phase === 'sending') return [{ state: 'running', text: 'Kill sent, waiting for the engine…' }];
    if (call.phase === 'latched') {
      const text =
        'NOT CONFIRMED: the engine does not answer. The kill is sent again until it does. If a live account is traded, ' +
        'its watchdog cancels every open order at the venue once the engine has ended or frozen.';
      return [{ state: 'failed', text }];
    }
    if (call.phase === 'failed') {
      return [{ state: 'failed', text: `KILL FAILED: ${call.problem.message}. The engine may still trade.` }];
    }
    return [];
  }
  const sent = cancelsSent ?? (call.phase === 'acknowledged' ? call.cancelsSent : null);
  return [
    { state: 'done', text: 'Killed: no new order is sent' },
    {
      state: 'done',
      text:
        sent === null
          ? 'Cancels sent for all open orders'
          : `${sent} ${sent === 1 ? 'cancel' : 'cancels'} sent`,
    },
    ...(venues.length > 1 ? venues.map(atVenue) : [ofAll(openOrders, problem)]),
    ...(call.phase === 'acknowledged' && call.isUnrecorded ? [UNRECORDED] : []),
  ];
}

const UNRECORDED: KillStep = {
  state: 'failed',
  text: 'NOT RECORDED: the audit trail has no entry of it. Check the disk or the database server.',
};

function ofAll(openOrders: number | null, problem: string): KillStep {
  if (openOrders === 0 || problem === '') return verification(openOrders);
  return {
    state: 'failed',
    text: `NOT CANCELED: ${problem}. The engine retries; cancel on the venue’s own site.`,
  };
}

function atVenue({ title, openOrders, problem }: EngineStatus['killVenues'][number]): KillStep {
  if (openOrders === 0) return { state: 'done', text: `${title}: verified, 0 open orders` };
  if (problem !== '')
    return {
      state: 'failed',
      text: `${title}: NOT CANCELED: ${problem}. The engine retries; cancel on its own site.`,
    };
  if (openOrders === null) return { state: 'running', text: `${title}: verifying…` };
  return {
    state: 'failed',
    text: `${title}: NOT VERIFIED, still shows ${openOrders} open; cancels are repeated`,
  };
}

function verification(openOrders: number | null): KillStep {
  if (openOrders === null) return { state: 'running', text: 'Verifying with the venue…' };
  if (openOrders === 0) return { state: 'done', text: 'Verified: the venue shows 0 open orders' };
  return {
    state: 'failed',
    text: `NOT VERIFIED: the venue still shows ${openOrders} open; cancels are repeated`,
  };
}
