/** The perpetuals beside a session: read where its market is live, made where it is local. */
import { carryKeeper, storedCarries, storedPerpetuals } from '../engine/perpetuals/funding-controls.ts';
import { PerpetualsDesk } from '../engine/perpetuals/perpetuals-desk.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { CarryCall } from '../strategies/carry/carry-calls.ts';
import { coinsOf, livePerpetuals, localPerpetuals, offeredPerpetuals } from './perpetual-feeds.ts';
import { isOfLocalMarkets, type PlannedRun } from './run-plan.ts';
import type { VenueOptions } from './venue-options.ts';
import type { ConnectedVenues } from './venues.ts';

type Options = Pick<VenueOptions, 'database' | 'clock' | 'seed' | 'pauses' | 'venueUrls'> & {
  readonly chosen: PlannedRun;
  readonly venues: ConnectedVenues;
  readonly recordingsDir: string;
  readonly note: (text: string) => void;
};

/** @param record writes down what carries are given and what they store; undefined: the session is not logged. */
export async function sessionPerpetuals(
  options: Options,
  { store, config: { instruments } }: Pick<Kernel, 'store' | 'config'>,
  record: ((call: CarryCall) => void) | undefined,
): Promise<PerpetualsDesk> {
  const { chosen, venues, database, clock, seed, pauses, venueUrls, recordingsDir } = options;
  const isLocal = isOfLocalMarkets(chosen.plan.mode);
  const markets = venues.connected.map(({ market }) => market);
  const offered = offeredPerpetuals(isLocal, (id) => markets.find(({ adapter }) => adapter === id)?.venue);
  const open = isLocal
    ? localPerpetuals({ clock, seed, store, instruments, offered })
    : livePerpetuals({ clock, pauses, venueUrls, coins: coinsOf(instruments) });
  const { profile } = chosen;
  const watched = await storedPerpetuals(database, profile);
  const lines = await storedCarries(database, profile);
  const carries = { lines, save: carryKeeper(database, profile, options.note), record };
  return new PerpetualsDesk({
    clock,
    store,
    instruments,
    offered,
    open,
    recordingsDir,
    carries,
    chosen: watched,
  });
}
