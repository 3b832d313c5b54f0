import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';

/** Every word of the filter must be in the symbol; "/" may be left out: "btcusd" finds BTC/USD. */
export function matchesFilter(instrument: Pick<InstrumentRecord, 'symbol'>, filter: string): boolean {
  const symbol = instrument.symbol.toUpperCase();
  const bare = symbol.replaceAll('/', '');
  return filter
    .toUpperCase()
    .split(/\s+/)
    .every((word) => symbol.includes(word) || bare.includes(word));
}
