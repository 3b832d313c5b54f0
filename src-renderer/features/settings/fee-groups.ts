import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { decimal } from '../../../src-engine/domain/decimal.ts';

export type FeeGroup = {
  readonly venue: string;
  /** In bps, exact; null where the fee is not known. */
  readonly takerBps: string | null;
  /** Where the fee is from: see `InstrumentRecord`. */
  readonly basis: string;
  readonly symbols: readonly string[];
};

/** Instruments by venue and taker fee, the fee of most instruments first. */
export function feeGroups(instruments: readonly InstrumentRecord[]): readonly FeeGroup[] {
  const groups = new Map<string, Omit<FeeGroup, 'symbols'> & { symbols: string[] }>();
  for (const { venue, symbol, takerFee, feeBasis: basis } of instruments) {
    const takerBps = takerFee === null ? null : decimal(takerFee).times(10_000).toFixed();
    const key = `${venue} ${takerBps} ${basis}`;
    const group = groups.get(key) ?? { venue, takerBps, basis, symbols: [] };
    group.symbols.push(symbol);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.symbols.length - a.symbols.length);
}
