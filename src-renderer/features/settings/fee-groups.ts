import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { decimal } from '../../../src-engine/domain/decimal.ts';

export type FeeGroup = {
  readonly venue: string;
  /** In bps, exact. */
  readonly takerBps: string;
  readonly symbols: readonly string[];
};

/** Instruments by venue and taker fee, the fee of most instruments first. */
export function feeGroups(instruments: readonly InstrumentRecord[]): readonly FeeGroup[] {
  const groups = new Map<string, { venue: string; takerBps: string; symbols: string[] }>();
  for (const { venue, symbol, takerFee } of instruments) {
    const takerBps = decimal(takerFee).times(10_000).toFixed();
    const key = `${venue} ${takerBps}`;
    const group = groups.get(key) ?? { venue, takerBps, symbols: [] };
    group.symbols.push(symbol);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.symbols.length - a.symbols.length);
}
