/** Simulated venues follow the market: each hears of its own instruments alone. */
import type { VenueName } from '../domain/ids.ts';
import type { PaperFollower } from '../engine/market/market-follower.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';

export function paperFollower(
  { config: { instruments } }: Kernel,
  venues: readonly SimulatedVenue[],
): PaperFollower {
  const byName = new Map<VenueName, SimulatedVenue>(venues.map((venue) => [venue.venue, venue]));
  const byInstrument = instruments.map(({ venue }) => byName.get(venue));
  return {
    onBook: ({ instrumentId }) => byInstrument[instrumentId]?.onBook(instrumentId),
    onTrade: (trade) => byInstrument[trade.instrumentId]?.onTrade(trade),
    onInstrumentStatus: (instrumentId, status) =>
      byInstrument[instrumentId]?.onInstrumentStatus(instrumentId, status),
  };
}
