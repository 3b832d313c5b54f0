/** What risk denied, from the facts: one shape for a plan and for a single order. */
import type { DenialEvent } from '../../src-engine/contract/topics.ts';
import type { DenialNumbers } from '../../src-engine/domain/risk.ts';
import { cycleText } from '../lib/words.ts';

export type Denial = {
  /** Number of the fact: no two are the same within an engine process. */
  readonly seq: number;
  readonly atUs: number;
  readonly venue: string;
  /** The cycle or the order that was refused. */
  readonly subject: string;
  /** Of an order; empty for a cycle. */
  readonly symbol: string;
  /** The same whenever the same is refused again: the cycle, or side and instrument. */
  readonly repeats: string;
  readonly code: string;
  readonly detail: string;
  readonly numbers: DenialNumbers | undefined;
};

export function denialOf(seq: number, event: DenialEvent): Denial {
  const { atUs, code, detail, numbers } = event;
  if (event.type === 'opportunityDenied') {
    const subject = cycleText(event.path);
    return { seq, atUs, venue: event.venue, subject, symbol: '', repeats: subject, code, detail, numbers };
  }
  const { venue, side, qty, symbol } = event.order;
  const subject = `${side} ${qty} ${symbol}`;
  return { seq, atUs, venue, subject, symbol, repeats: `${side} ${symbol}`, code, detail, numbers };
}

/** One thing that was refused, however often. */
export type DenialGroup = { readonly latest: Denial; readonly count: number; readonly firstUs: number };

/** Denials of the same rule and thing as one, by when they last happened. @param denials newest first. */
export function groupDenials(denials: readonly Denial[]): readonly DenialGroup[] {
  const groups = new Map<string, DenialGroup>();
  for (const denial of denials) {
    const key = `${denial.code} ${denial.venue} ${denial.repeats}`;
    const known = groups.get(key);
    groups.set(key, {
      latest: known?.latest ?? denial,
      count: (known?.count ?? 0) + 1,
      firstUs: denial.atUs,
    });
  }
  return [...groups.values()];
}
