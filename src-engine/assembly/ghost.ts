/** Puts the simulated twin of a live account together. */
import { GhostTwin } from '../engine/account/ghost-twin.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import { SeededRandom } from '../lib/random.ts';
import { NOT_KEPT } from '../runner/intent-gate.ts';
import { Runner } from '../runner/runner.ts';
import { Journal } from '../storage/journal.ts';
import { DEFAULT_LATENCY } from '../venues/simulated/latency-model.ts';
import { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';
import type { ProfileName } from '../contract/records.ts';
import type { Clock } from '../lib/clock.ts';
import type { Database } from '../storage/database-types.ts';
import { paperFollower } from './paper-follower.ts';
import { ghostProfile } from './history.ts';

export type GhostOptions = {
  readonly profile: ProfileName;
  readonly database: Database;
  readonly clock: Clock;
  readonly seed: number;
};

/** @param live what the account's own kernel is made from: its twin begins with the same balances and settings. */
export async function ghostTwin(live: KernelConfig, options: GhostOptions): Promise<GhostTwin> {
  const { database, clock, seed } = options;
  const startedUs = clock.nowUs();
  const profile = ghostProfile(options.profile);
  const runId = `${profile}-${startedUs.toString(36)}`;
  const journal = await Journal.open(database, { profile, runId });
  const {
    simulatedMarket,
    homeAsset,
    instruments,
    bookDepth,
    verifierOf,
    opening,
    limits,
    execution,
    detection,
    scorer,
  } = live;
  const kernel = new Kernel({
    runId,
    twinOf: live.runId,
    mode: 'ghost',
    simulatedMarket,
    seed,
    homeAsset,
    instruments,
    bookDepth,
    verifierOf,
    opening: { ...opening, realizedPnl: '0', fees: '0' },
    limits,
    execution,
    detection,
    scorer,
    killed: live.killed,
  });
  kernel.risk.coins.recall(live.risk?.coins);
  kernel.risk.pegs.recall(live.risk?.depegged);
  kernel.inventory.recall(live.risk?.inventory);
  const venues = kernel.portfolio.universe.venues.map(
    (venue, at) =>
      new SimulatedVenue({
        runId,
        venue,
        store: kernel.store,
        clock,
        random: new SeededRandom(seed, at === 0 ? 2 : 200 + at),
        latency: DEFAULT_LATENCY,
      }),
  );
  const runner = new Runner({
    kernel,
    clock,
    journal,
    // Its orders leave this process never.
    intents: NOT_KEPT,
    venues: new Map(venues.map((simulated) => [simulated.venue, simulated])),
    // The account's own run asks for snapshots; they reach the twin as well.
    feeds: new Map(),
    publish: (events) => twin.onGhostFacts(events),
  });
  const twin = new GhostTwin({
    kernel,
    runner,
    venues,
    follower: paperFollower(kernel, venues),
    journal,
    startedUs,
  });
  return twin;
}
