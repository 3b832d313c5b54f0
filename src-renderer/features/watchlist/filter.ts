import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';

/** Every word of the filter must be in the symbol or the venue; "/" may be left out: "btcusd binance" finds BTC/USD there. */
export function matchesFilter(
  instrument: Pick<InstrumentRecord, 'symbol' | 'venue'>,
  filter: string,
): boolean {
  const venue = instrument.venue.toUpperCase();
  const symbol = instrument.symbol.toUpperCase();
  const bare = symbol.replaceAll('/', '');
  return filter
    .toUpperCase()
    .split(/\s+/)
    .every((word) => symbol.includes(word) || bare.includes(word) || venue.includes(word));
}
