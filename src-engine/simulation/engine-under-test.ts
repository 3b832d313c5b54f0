/**
 * The engine as production puts it together for live accounts (kernel, runner, each venue's feed and its private side,
 * journal and recovery), on a made clock, a network and a disk of the simulation. It can die at any moment, and starts
 * again from what the disk has.
 */
import { AccountGuard, sharedNonces } from '../assembly/account-guard.ts';
import { messagesPerMarket } from '../assembly/account-facts.ts';
import { databaseNonces } from '../assembly/key-nonces.ts';
import { openingAccount, recovered } from '../assembly/history.ts';
import { unitedMarkets } from '../assembly/united-markets.ts';
import { openVenueMarket } from '../assembly/venue-market.ts';
import { accessOf, freeTier } from '../assembly/venues.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { Durability } from '../domain/durability.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { Universe } from '../domain/universe.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { FeeWatch } from '../engine/market/fee-watch.ts';
import type { MarketSource } from '../engine/market/market-source.ts';
import type { Command } from '../kernel/input.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import { SeededRandom } from '../lib/random.ts';
import type { OpeningAccount } from '../portfolio/portfolio.ts';
import type { IntentGate } from '../runner/intent-gate.ts';
import { Runner } from '../runner/runner.ts';
import type { Database } from '../storage/database-types.ts';
import { IntentJournal } from '../storage/intents/intent-journal.ts';
import { Journal } from '../storage/journal.ts';
import { recoveredOrders } from '../storage/queries/recovery.ts';
import { limitsVersion } from '../storage/queries/risk.ts';
import type { SimulatedSegments } from '../testing/simulated-segments.ts';
import { verifierOf } from '../venues/registry.ts';
import type { RequestPauses } from '../venues/toolkit/request-pause.ts';
import { ACCOUNT_BASIS, type AccountVenue } from '../venues/venue-account.ts';
import type { KeeperHost } from '../watchdog/start-watchdog.ts';
import { flipConfig } from './flip-strategy.ts';
import type { Life } from './process-life.ts';
import type { SimulatedExchange } from './simulated-exchange.ts';
import { SlowDisk } from './slow-disk.ts';
import { SlowIntents, slowSyncs } from './slow-intents.ts';

/** History lives under a profile; the simulation has one. */
const PROFILE = 'paper';
/** In what worlds of several venues count. */
const HOME_OF_SEVERAL = 'USD';
const TICK_US = 100_000;
/** Orders that ended this long before a start may be reported again by the venue. */
const RECALL_US = 120_000_000;
const OPERATOR = { kind: 'operator', via: 'simulation' } as const;
/** Where a canary goes first: a hundredth of it is still worth an order. */
const GUARDED_LIMITS = { maxOrderNotional: '20000', maxOpenNotional: '20000' } as const;
const GUARDED_START = { maxStartNotional: '12000' } as const;
/** Where there are several venues routes between them are traded too. */
const ROUTES = { crossVenue: true, tradeCrossVenue: true } as const;
/** Quotes that earn little are filled often. */
const QUOTED = { makerAtAccounts: true, makerMaxNotional: '1500', makerEdgeBps: 0 } as const;

/** What stands beside accounts that must be armed. */
export type Guarding = {
  /** Where watchdogs leave their reports. */
  readonly dataDir: string;
  readonly keeper: KeeperHost;
};

export type EngineParts = {
  readonly exchanges: readonly SimulatedExchange[];
  readonly database: Database;
  readonly seed: number;
  /** How many lives there were before. */
  readonly life: number;
  onEvents(events: readonly EngineEvent[]): void;
  onDurable(events: readonly EngineEvent[]): void;
  /** Intents are durable by the level of the world. */
  onKept(intents: readonly EngineEvent[]): void;
  /** What venues asked this process to wait: tries to start that follow each other go by it. */
  readonly pauses: RequestPauses;
  /** The files of the intent journal, which outlive each life. */
  readonly segments: SimulatedSegments;
  readonly level: Durability;
  /** It runs; its watchdogs may still come up. */
  onMade(engine: EngineUnderTest): void;
  /** Undefined: nothing has to be armed, and no watchdog runs. */
  readonly guarding: Guarding | undefined;
  /** What is quoted at one account and hedged at another, as the setting has it; empty: nothing. */
  readonly quotes: string;
  /** A strategy may trade its accounts. */
  readonly hasStrategy: boolean;
};

/** A venue that the engine has reached. */
type Reached = {
  readonly market: MarketSource;
  readonly account: AccountVenue;
  readonly guard: AccountGuard | undefined;
};

export class EngineUnderTest {
  readonly life: Life;
  readonly kernel: Kernel;
  readonly disk: SlowDisk;
  readonly intents: SlowIntents;
  readonly startedUs: number;
  /** Venues that could not be reached when this life began: it goes on without them. */
  readonly unreached: readonly SimulatedExchange[];
  readonly #runner: Runner;
  readonly #guards: ReadonlyMap<VenueName, AccountGuard>;

  private constructor(
    life: Life,
    kernel: Kernel,
    disk: SlowDisk,
    intents: SlowIntents,
    runner: Runner,
    unreached: readonly SimulatedExchange[],
    guards: ReadonlyMap<VenueName, AccountGuard>,
  ) {
    this.life = life;
    this.unreached = unreached;
    this.kernel = kernel;
    this.disk = disk;
    this.intents = intents;
    this.startedUs = life.nowUs();
    this.#runner = runner;
    this.#guards = guards;
  }

  /**
   * Begins a life with the venues that can be reached; without the others. @throws Error when none can.
   */
  static async start(parts: EngineParts, life: Life): Promise<EngineUnderTest> {
    const { exchanges, database, seed, guarding } = parts;
    const intents = await intentsOf(parts);
    const random = new SeededRandom(seed, 1_000 + parts.life);
    const chance = (): number => random.next();
    const nowUs = life.nowUs();
    const tries = await Promise.allSettled(exchanges.map((one) => reach(one, parts, life, chance)));
    const reached = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const unreached = exchanges.filter((_exchange, at) => tries[at]?.status === 'rejected');
    if (reached.length === 0) throw new Error('no venue can be reached');
    const markets = unitedMarkets(
      reached.map(({ market }) => ({ market, account: undefined })),
      exchanges.length > 1,
    ).map(({ market }) => market);
    const runId = `life${parts.life}-${nowUs.toString(36)}`;
    const config = {
      ...(await configOf(parts, markets, runId, nowUs)),
      messagesPerMarket: messagesPerMarket(reached.map(({ account }) => account)),
    };
    const scope = { profile: PROFILE, runId };
    const journal = await Journal.open(database, scope);
    const kept = new SlowIntents(keptBy(intents.keeperOf(scope), parts), life);
    const kernel = new Kernel(config);
    const durable = {
      append: async (events: readonly EngineEvent[]) => {
        await journal.append(events);
        parts.onDurable(events);
      },
    };
    const disk = new SlowDisk(durable, life, new SeededRandom(seed, 2_000 + parts.life));
    slowSyncs(parts.segments, life, new SeededRandom(seed, 3_000 + parts.life), () => disk.isHanging);
    const runner = new Runner({
      kernel,
      clock: life,
      journal: disk,
      intents: kept,
      venues: new Map(reached.map(({ account }) => [account.venue, account])),
      feeds: new Map(markets.map(({ venue, feed }) => [venue, feed])),
      publish: (events) => {
        parts.onEvents(events);
        for (const feeWatch of feeWatches) feeWatch.onFacts(events);
      },
      beat: (atUs) => {
        for (const guard of guards.values()) guard.beat(atUs);
      },
    });
    const guards = new Map(
      reached.flatMap(({ guard, account }) => (guard === undefined ? [] : [[account.venue, guard] as const])),
    );
    const feeWatches = guarding === undefined ? [] : feeWatchesOf(reached, markets, life, runner);
    const engine = new EngineUnderTest(life, kernel, disk, kept, runner, unreached, guards);
    runner.begin();
    parts.onMade(engine);
    for (const guard of guards.values()) await guard.start(runner);
    for (const feeWatch of feeWatches) feeWatch.start();
    for (const market of markets) engine.#follow(market);
    engine.#tick();
    return engine;
  }

  command(command: Command): void {
    this.#runner.submit({ kind: 'command', command, actor: OPERATOR, atUs: this.life.nowUs() });
  }

  /** The engine ends as it should: its watchdogs go without touching anything. */
  stopGuards(): void {
    for (const guard of this.#guards.values()) void guard.stop();
  }

  /** A watchdog watches the account there: nothing is armed without one. */
  isWatched(venue: VenueName): boolean {
    return this.#guards.get(venue)?.isWatching === true;
  }

  /** True while orders or cycles are under way. */
  get isBusy(): boolean {
    const { orders, desk } = this.kernel;
    return orders.openCount > 0 || desk.isUnderWay;
  }

  #tick(): void {
    this.life.schedule(this.life.nowUs() + TICK_US, () => {
      this.#runner.submit({ kind: 'tick', atUs: this.life.nowUs() });
      this.#tick();
    });
  }

  /** The way of a market's events into the kernel, as a session has it. */
  #follow({ feed, instruments }: MarketSource): void {
    const runner = this.#runner;
    feed.start(instruments, {
      onBook: (update) => runner.submit(update),
      onTrade: (trade) => runner.submit(trade),
      onFeed: (event) => runner.submit(event),
      onAlive: (venue, receivedUs) => runner.submit({ kind: 'alive', venue, receivedUs }),
      onInstrumentStatus: (instrumentId, status, atUs) =>
        runner.submit({ kind: 'instrument-status', instrumentId, status, atUs }),
      onInstrumentChange: (instrumentId, change, atUs) =>
        runner.submit({ kind: 'instrument-change', instrumentId, change, cause: 'venue', atUs }),
      onInstrumentStopped: (instrumentId, reason, atUs) =>
        runner.submit({ kind: 'instrument-stopped', instrumentId, reason, atUs }),
      onBookLost: (instrumentId, reason, atUs) =>
        runner.submit({ kind: 'book-lost', instrumentId, reason, atUs }),
      onRaw: () => undefined,
    });
  }
}

/** The intent journal of a life: what the database lacks of the one before is in it then. */
async function intentsOf({ segments, level, database }: EngineParts): Promise<IntentJournal> {
  // A machine that starts syncs at once; from the first order on it takes its time.
  segments.atSync = (run) => run();
  const intents = new IntentJournal(segments, level);
  await intents.recover(database);
  return intents;
}

/** The world hears of each intent before the engine does. */
function keptBy(keeper: IntentGate, parts: EngineParts): IntentGate {
  return {
    keep: (intents) => {
      const durable = keeper.keep(intents);
      if (durable instanceof Promise) return durable.then(() => parts.onKept(intents));
      return parts.onKept(intents);
    },
    confirm: () => keeper.confirm(),
  };
}

/** Of each account, as a session has them. */
function feeWatchesOf(
  reached: readonly Reached[],
  markets: readonly MarketSource[],
  clock: Life,
  runner: Runner,
): FeeWatch[] {
  return reached.map(
    ({ account }, at) =>
      new FeeWatch({
        clock,
        instruments: markets[at]?.instruments ?? [],
        read: (symbols) => account.readFees(symbols),
        apply: (instrumentId, change, atUs) =>
          runner.submit({ kind: 'instrument-change', instrumentId, change, cause: 'account', atUs }),
        note: () => undefined,
      }),
  );
}

/** A venue alone is traded in its own cash: cycles begin and end in it, and the account holds no other. */
function homeOf(exchanges: readonly SimulatedExchange[]): Asset {
  const [only, ...others] = exchanges;
  return only === undefined || others.length > 0 ? HOME_OF_SEVERAL : only.kit.home;
}

/** Reads a venue's pairs, and prepares its account. @throws Error when it cannot be reached. */
async function reach(
  exchange: SimulatedExchange,
  { exchanges, database, guarding, pauses }: EngineParts,
  life: Life,
  random: () => number,
): Promise<Reached> {
  const { adapter, venue, urls, credential } = exchange;
  const common = { clock: life, network: life, random, pause: pauses.of(venue), urls, venue };
  const market = await openVenueMarket({
    ...common,
    adapter,
    title: `Simulation of ${adapter.title}`,
    isSimulated: true,
    homeAsset: homeOf(exchanges),
    stop: () => Promise.resolve(),
  });
  const access = accessOf(adapter, true);
  const earlier = await recoveredOrders(database, PROFILE, life.nowUs() - RECALL_US);
  const stored = databaseNonces(database, adapter.id, credential.key);
  const tier = freeTier(access);
  const shared = guarding && sharedNonces(stored, guarding.dataDir, venue);
  const nonces = shared ?? stored;
  const account = access.open({
    ...common,
    nonces,
    credential,
    tier,
    earlierOrders: earlier.flatMap(({ record }) => (record.venue === venue ? [record] : [])),
  });
  const guarded = { venue, clock: life, adapter: adapter.id, credential, tier, restUrl: urls.rest };
  const guard =
    guarding &&
    shared &&
    new AccountGuard({ ...guarded, dataDir: guarding.dataDir, nonces: shared, host: guarding.keeper });
  return { market: { ...market, instruments: await atAccountFees(market, account) }, account, guard };
}

/** Where the venue's list names no fees the account is asked for them. */
async function atAccountFees(
  { instruments }: MarketSource,
  account: AccountVenue,
): Promise<readonly Instrument[]> {
  if (instruments.every(({ takerFee }) => takerFee !== undefined)) return instruments;
  const { takers, makers } = await account.readFees(instruments.map(({ symbol }) => symbol));
  return instruments.map((one) => {
    const [takerFee, makerFee] = [takers.get(one.symbol), makers.get(one.symbol)];
    return takerFee === undefined ? one : { ...one, takerFee, makerFee, feeBasis: ACCOUNT_BASIS };
  });
}

async function configOf(
  { exchanges, database, seed, life, guarding, quotes, hasStrategy }: EngineParts,
  markets: readonly MarketSource[],
  runId: string,
  nowUs: number,
): Promise<KernelConfig> {
  const instruments = markets.flatMap((market) => market.instruments);
  const universe = new Universe(instruments, homeOf(exchanges));
  const left = await recovered(database, PROFILE, false, universe, nowUs);
  return {
    runId,
    mode: 'live',
    simulatedMarket: true,
    seed,
    homeAsset: homeOf(exchanges),
    instruments,
    bookDepth: Math.max(...markets.map(({ bookDepth }) => bookDepth)),
    verifierOf,
    limits: guarding === undefined ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...GUARDED_LIMITS },
    detection: {
      ...DEFAULT_DETECTION,
      ...(guarding !== undefined && GUARDED_START),
      ...(exchanges.length > 1 && ROUTES),
    },
    ...(quotes !== '' && { execution: { ...QUOTED, makerMarkets: quotes } }),
    feesInReceived: exchanges.flatMap(({ adapter, venue }) =>
      adapter.capabilities.feeAsset === 'quote' ? [] : [venue],
    ),
    opening: await opening(exchanges, database, instruments, universe),
    openOrders: await recoveredOrders(database, PROFILE, nowUs - RECALL_US),
    ...left,
    mustReconcile: true,
    mustArm: guarding !== undefined,
    withoutDeadMan: exchanges.flatMap(({ adapter, venue }) =>
      adapter.capabilities.deadMan === undefined ? [venue] : [],
    ),
    ...(hasStrategy && (await flipConfig(database, PROFILE))),
    haltedFor: life === 0 ? undefined : 'the engine was restarted',
    limitsVersion: await limitsVersion(database, PROFILE),
  };
}

/** What the last life left, and at a venue that no life has traded yet what its account holds. */
function opening(
  exchanges: readonly SimulatedExchange[],
  database: Database,
  instruments: readonly Instrument[],
  universe: Universe,
): Promise<OpeningAccount> {
  const holdings = exchanges.map(({ venue, capital }) => {
    const held = Object.entries(capital).map(([code, total]) => ({ asset: universe.at(code, venue), total }));
    return [venue, held] as const;
  });
  return openingAccount(
    database,
    { profile: PROFILE, plan: { home: null }, capital: undefined },
    instruments,
    universe,
    new Map(holdings),
  );
}
