/**
 * The engine as production puts it together for a live account (kernel, runner, a venue's feed and its private side,
 * journal and recovery), on a made clock, a network and a disk of the simulation. It can die at any moment, and starts
 * again from what the disk has.
 */
import { databaseNonces } from '../assembly/key-nonces.ts';
import { openingAccount } from '../assembly/history.ts';
import { openVenueMarket } from '../assembly/venue-market.ts';
import { accessOf, freeTier } from '../assembly/venues.ts';
import type { EngineEvent } from '../domain/event.ts';
import { Universe } from '../domain/universe.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import type { Command } from '../kernel/input.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Clock } from '../lib/clock.ts';
import { SeededRandom } from '../lib/random.ts';
import { Runner } from '../runner/runner.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import { isKilled, leftByCycles, recoveredOrders, unfinishedFills } from '../storage/queries/recovery.ts';
import { latestRisk, limitsVersion } from '../storage/queries/risk.ts';
import type { Network } from '../venues/network.ts';
import { DEFAULT_VENUE, verifierOf } from '../venues/registry.ts';
import type { AccountVenue } from '../venues/venue-account.ts';
import { Life } from './mortal.ts';
import { SlowDisk } from './slow-disk.ts';

export const VENUE = 'simulated';
const URLS = DEFAULT_VENUE.localUrls('http://simulated');
/** History lives under a profile; the simulation has one. */
const PROFILE = 'paper';
export const CAPITAL = { USD: '25000' } as const;
const TICK_US = 100_000;
/** Orders that ended this long before a start may be told again by the venue. */
const RECALL_US = 120_000_000;
const OPERATOR = { kind: 'operator', via: 'simulation' } as const;

export type EngineParts = {
  readonly clock: Clock;
  readonly network: Network;
  readonly database: Database;
  readonly seed: number;
  /** How many lives there were before. */
  readonly life: number;
  readonly key: string;
  readonly secret: string;
  onEvents(events: readonly EngineEvent[]): void;
  onDurable(events: readonly EngineEvent[]): void;
};

export class EngineUnderTest {
  readonly life: Life;
  readonly kernel: Kernel;
  readonly disk: SlowDisk;
  readonly #runner: Runner;
  readonly #venue: AccountVenue;

  private constructor(life: Life, kernel: Kernel, disk: SlowDisk, runner: Runner, venue: AccountVenue) {
    this.life = life;
    this.kernel = kernel;
    this.disk = disk;
    this.#runner = runner;
    this.#venue = venue;
  }

  /** Begins a life; it reads the market's pairs first, which may fail while the network is cut. */
  static async start(parts: EngineParts, life: Life): Promise<EngineUnderTest> {
    const { database, seed } = parts;
    const random = new SeededRandom(seed, 1_000 + parts.life);
    const chance = (): number => random.next();
    const nowUs = life.nowUs();
    const market = await openVenueMarket({
      adapter: DEFAULT_VENUE,
      venue: VENUE,
      title: 'Simulation',
      isSimulated: true,
      urls: URLS,
      homeAsset: 'USD',
      clock: life,
      network: life,
      random: chance,
      stop: () => Promise.resolve(),
    });
    const runId = `life${parts.life}-${nowUs.toString(36)}`;
    const unfinished = await unfinishedFills(database, PROFILE);
    const journal = await Journal.open(database, { profile: PROFILE, runId });
    const kernel = new Kernel({
      runId,
      mode: 'live',
      simulatedMarket: true,
      seed,
      homeAsset: 'USD',
      instruments: market.instruments,
      bookDepth: market.bookDepth,
      verifierOf,
      limits: DEFAULT_LIMITS,
      detection: DEFAULT_DETECTION,
      opening: await openingAccount(
        database,
        { profile: PROFILE, capital: CAPITAL },
        market.instruments,
        new Universe(market.instruments, 'USD'),
      ),
      openOrders: await recoveredOrders(database, PROFILE, nowUs - RECALL_US),
      leftovers: await leftByCycles(database, PROFILE),
      unfinishedFills: unfinished.lastRun,
      abandonedFills: unfinished.earlier,
      killed: await isKilled(database, PROFILE),
      mustReconcile: true,
      haltedFor: parts.life === 0 ? undefined : 'the engine was restarted',
      risk: await latestRisk(database, PROFILE),
      limitsVersion: await limitsVersion(database, PROFILE),
    });
    const { key, secret } = parts;
    const access = accessOf(DEFAULT_VENUE);
    const venue = access.open({
      venue: VENUE,
      nonces: databaseNonces(database, DEFAULT_VENUE.id, key),
      clock: life,
      network: life,
      random: chance,
      credential: { key, secret },
      tier: freeTier(access),
      urls: URLS,
    });
    const durable = {
      append: async (events: readonly EngineEvent[]) => {
        await journal.append(events);
        parts.onDurable(events);
      },
    };
    const disk = new SlowDisk(durable, life, new SeededRandom(seed, 2_000 + parts.life));
    const runner = new Runner({
      kernel,
      clock: life,
      journal: disk,
      venues: new Map([[VENUE, venue]]),
      feeds: new Map([[VENUE, market.feed]]),
      publish: (events) => parts.onEvents(events),
    });
    const engine = new EngineUnderTest(life, kernel, disk, runner, venue);
    runner.begin();
    market.feed.start(market.instruments, {
      onBook: (update) => runner.submit(update),
      onTrade: (trade) => runner.submit(trade),
      onFeed: (event) => runner.submit(event),
      onAlive: (venueName, receivedUs) => runner.submit({ kind: 'alive', venue: venueName, receivedUs }),
      onInstrumentStatus: (instrumentId, status, atUs) =>
        runner.submit({ kind: 'instrument-status', instrumentId, status, atUs }),
      onBookLost: (instrumentId, reason, atUs) =>
        runner.submit({ kind: 'book-lost', instrumentId, reason, atUs }),
      onRaw: () => undefined,
    });
    engine.#tick();
    return engine;
  }

  command(command: Command): void {
    this.#runner.submit({ kind: 'command', command, actor: OPERATOR, atUs: this.life.nowUs() });
  }

  /** True while orders or cycles are under way. */
  get isBusy(): boolean {
    return this.kernel.orders.openCount > 0 || this.kernel.desk.sequencer.activeCount > 0;
  }

  /** What the venue last told of the account's balances. */
  get venueBalances(): ReadonlyMap<string, string> {
    return this.#venue.balances;
  }

  #tick(): void {
    this.life.schedule(this.life.nowUs() + TICK_US, () => {
      this.#runner.submit({ kind: 'tick', atUs: this.life.nowUs() });
      this.#tick();
    });
  }
}
