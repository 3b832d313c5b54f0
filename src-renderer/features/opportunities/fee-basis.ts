/** Where the fees of a cycle's legs are from, in words: what a waterfall's fees rest on. */
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';

type Leg = { readonly symbol: string; readonly venue?: string | undefined };
type Fees = Pick<InstrumentRecord, 'venue' | 'symbol' | 'takerFee' | 'feeBasis'>;

/**
 * `3 legs listed`, `2 legs account, 1 leg charged by a fill of 2026-11-29 01:12`; empty where no leg's instrument is known.
 * @param instruments as they are now: a fee may have changed since the opportunity closed.
 */
export function feeBasisText(venue: string, legs: readonly Leg[], instruments: readonly Fees[]): string {
  const counts = new Map<string, number>();
  for (const { symbol, venue: own = venue } of legs) {
    const found = instruments.find((each) => each.symbol === symbol && each.venue === own);
    if (found === undefined) continue;
    const basis =
      found.takerFee === null ? 'not known' : found.feeBasis === '' ? 'of unknown source' : found.feeBasis;
    counts.set(basis, (counts.get(basis) ?? 0) + 1);
  }
  return [...counts].map(([basis, count]) => `${count} ${count === 1 ? 'leg' : 'legs'} ${basis}`).join(', ');
}
