/** What risk refused, as the facts told it: one shape for a plan and for a single order. */
import type { EngineEvent } from '../../src-engine/domain/event.ts';
import type { DenialNumbers } from '../../src-engine/domain/risk.ts';
import { cycleText } from '../lib/words.ts';

export type Denial = {
  /** Number of the fact: no two are the same within an engine process. */
  readonly seq: number;
  readonly atUs: number;
  readonly venue: string;
  /** The cycle or the order that was refused. */
  readonly subject: string;
  readonly code: string;
  readonly detail: string;
  readonly numbers: DenialNumbers | undefined;
};

type DenialEvent = Extract<EngineEvent, { readonly type: 'orderDenied' | 'opportunityDenied' }>;

export function denialOf(seq: number, event: DenialEvent): Denial {
  const { atUs, code, detail, numbers } = event;
  if (event.type === 'opportunityDenied') {
    return { seq, atUs, venue: event.venue, subject: cycleText(event.path), code, detail, numbers };
  }
  const { venue, side, qty, symbol } = event.order;
  return { seq, atUs, venue, subject: `${side} ${qty} ${symbol}`, code, detail, numbers };
}
