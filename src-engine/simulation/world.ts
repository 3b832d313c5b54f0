/** One seeded world: exchanges with their crowds, networks, a disk, one made clock, and an engine that trades them all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../domain/event.ts';
import type { Durability } from '../domain/durability.ts';
import type { VenueName } from '../domain/ids.ts';
import type { Command } from '../kernel/input.ts';
import { isQuiet } from '../kernel/quiet.ts';
import { SeededRandom } from '../lib/random.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import type { Database } from '../storage/database-types.ts';
import { openDatabase } from '../storage/database.ts';
import { readIntents } from '../storage/intents/read-intents.ts';
import { SimulatedSegments } from '../testing/simulated-segments.ts';
import { FACES, type FaceName } from '../venues/local-exchange/face-names.ts';
import type { Network } from '../venues/network.ts';
import { RequestPauses } from '../venues/toolkit/request-pause.ts';
import type { WatchdogReport } from '../watchdog/messages.ts';
import { EngineUnderTest, type Guarding } from './engine-under-test.ts';
import { Life } from './process-life.ts';
import { SimulatedExchange } from './simulated-exchange.ts';
import { type SimulatedWatchdog, Watchdogs } from './simulated-watchdog.ts';

/** 2026-01-01T00:00:00Z */
const START_US = 1_767_225_600_000_000;

/** A file of intents: small, so that worlds rotate theirs. */
const SEGMENT_BYTES = 16 * 1024;

const START_AGAIN_US = 1_000_000;
const REJOIN_US = 30_000_000;
/** What is armed trades little until it is armed in full: it gets more to trade. */
const GUARDED_EDGE_SECONDS = 1.5;

/** The world whose seeds and digests are the oldest: one exchange. */
export const ONE_VENUE: readonly FaceName[] = FACES.slice(0, 1);

export class World {
  readonly clock = new SimulatedClock(START_US);
  /** At least one. */
  readonly exchanges: readonly SimulatedExchange[];
  readonly database: Database;
  readonly seed: number;
  /** What intents survive: every second world loses its power where others lose a process. */
  readonly level: Durability;
  /** The files of the intent journal. */
  readonly segments = new SimulatedSegments(SEGMENT_BYTES);
  readonly #power: SeededRandom;
  /** Facts that became durable and were reported, of all engine processes. */
  readonly events: EngineEvent[] = [];
  engine: EngineUnderTest | undefined;
  /** Accounts are armed, watched by watchdogs, and their fees read again. */
  readonly isGuarded: boolean;
  /** Of a world that is guarded: all that ever ran. */
  readonly watchdogs: Watchdogs | undefined;
  /** Process id of the engine that runs, or starts. */
  enginePid: number | undefined;
  lives = 0;
  /** What venues asked the engine's process to wait: it dies with the process, and not with a try to start that reached nothing. */
  #pauses = new RequestPauses();
  /** Receives every fact once it is reported. */
  onEvent: (event: EngineEvent) => void = () => undefined;
  /** Hears facts as they come to rest on the disk, before the engine does. */
  onDurable: (events: readonly EngineEvent[]) => void = () => undefined;
  /** Hears intents as they become durable, before the engine does. */
  onKept: (intents: readonly EngineEvent[]) => void = () => undefined;
  /** A life of the engine ends: by its death, or as it should. */
  onEnd: (isDeath: boolean) => void = () => undefined;
  /** An operator gives a command. */
  onCommand: (command: Command) => void = () => undefined;
  /** A watchdog calls an exchange, its call has arrived there, and it has written a report. */
  onWatchdogCall: (watchdog: SimulatedWatchdog, exchange: SimulatedExchange) => void = () => undefined;
  onWatchdogArrival: (watchdog: SimulatedWatchdog) => void = () => undefined;
  onReport: (watchdog: SimulatedWatchdog, report: WatchdogReport) => void = () => undefined;
  /** An engine has come up. */
  onStarted: (engine: EngineUnderTest) => void = () => undefined;

  /** Data folder of a world that is guarded: reports lie in it. */
  readonly #dataDir: string | undefined;
  /** The setting `makerMarkets`; empty: nothing rests. */
  readonly quotes: string;
  /** A strategy may trade the accounts. */
  readonly hasStrategy: boolean;

  private constructor(
    seed: number,
    faces: readonly FaceName[],
    isGuarded: boolean,
    quotes: string,
    hasStrategy: boolean,
    database: Database,
  ) {
    this.seed = seed;
    this.quotes = quotes;
    this.hasStrategy = hasStrategy;
    this.level = seed % 2 === 0 ? 'disk' : 'process';
    this.#power = new SeededRandom(seed, 13);
    this.database = database;
    const { clock } = this;
    const isOneOfMany = faces.length > 1;
    const edgeSeconds = isGuarded ? GUARDED_EDGE_SECONDS : undefined;
    this.exchanges = faces.map(
      (face, at) => new SimulatedExchange({ clock, seed, face, at, isOneOfMany, edgeSeconds }),
    );
    this.isGuarded = isGuarded;
    this.#dataDir = isGuarded ? mkdtempSync(join(tmpdir(), 'parallax-world-')) : undefined;
    this.watchdogs = isGuarded
      ? new Watchdogs({
          clock,
          random: new SeededRandom(seed, 12),
          networkFor: (watchdog) => this.#networkOf(watchdog),
          engineOf: () => this.enginePid,
          onReport: (watchdog, report) => this.onReport(watchdog, report),
        })
      : undefined;
  }

  /**
   * @param faces whose protocols the exchanges speak, each once.
   * @param isGuarded accounts are armed and watched; left out: where there are several.
   * @param quotes what rests at one account and is hedged at another, as the setting `makerMarkets` has it.
   * @param hasStrategy a strategy may trade the accounts, where they are guarded.
   */
  static async make(
    seed: number,
    faces: readonly FaceName[] = ONE_VENUE,
    isGuarded: boolean = faces.length > 1,
    quotes = '',
    hasStrategy = false,
  ): Promise<World> {
    return new World(seed, faces, isGuarded, quotes, hasStrategy, await openDatabase({ memory: true }));
  }

  /** @throws Error for a venue that is not part of the world. */
  exchange(venue: VenueName): SimulatedExchange {
    const found = this.exchanges.find((one) => one.venue === venue);
    if (found === undefined) throw new Error(`${venue} is not a venue of this world`);
    return found;
  }

  /** Starts an engine; it comes up once it has read the markets. */
  startEngine(): void {
    const life = new Life(this.clock, networkOf(this.exchanges));
    const pid = this.lives + 1;
    this.enginePid = pid;
    const parts = {
      exchanges: this.exchanges,
      database: this.database,
      seed: this.seed,
      life: this.lives++,
      onEvents: (events: readonly EngineEvent[]) => this.#take(events),
      onDurable: (events: readonly EngineEvent[]) => this.onDurable(events),
      onKept: (intents: readonly EngineEvent[]) => this.onKept(intents),
      pauses: this.#pauses,
      segments: this.segments,
      level: this.level,
      onMade: (engine: EngineUnderTest) => {
        this.engine = engine;
        this.onStarted(engine);
      },
      guarding: this.#guarding(life, pid),
      quotes: this.quotes,
      hasStrategy: this.hasStrategy,
    };
    EngineUnderTest.start(parts, life).then(
      (engine) => {
        if (engine.unreached.length > 0) this.#rejoinLater(engine);
      },
      // No venue could be reached: the operator tries again.
      () => {
        if (life.isOver) return;
        life.end();
        this.engine = undefined;
        this.clock.schedule(this.clock.nowUs() + START_AGAIN_US, () => this.startEngine());
      },
    );
  }

  /** As in production: venues that were left out are asked again, and at a quiet moment the engine starts again with them. */
  #rejoinLater(engine: EngineUnderTest): void {
    const { life, unreached } = engine;
    const random = (): number => 0.5;
    life.schedule(life.nowUs() + REJOIN_US, () => {
      const asked = unreached.map(({ adapter, urls, venue }) =>
        adapter.readTime({ clock: life, network: life, random, pause: this.#pauses.of(venue), urls, venue }),
      );
      void Promise.any(asked).then(
        () => (isQuiet(engine.kernel) ? this.#restart() : this.#rejoinLater(engine)),
        () => this.#rejoinLater(engine),
      );
    });
  }

  #restart(): void {
    this.engine?.stopGuards();
    this.onEnd(false);
    this.#endLife();
    this.startEngine();
  }

  /** The process that watches an account of the engine now. */
  watchdogOf(venue: VenueName): SimulatedWatchdog | undefined {
    const { enginePid, watchdogs } = this;
    return enginePid === undefined ? undefined : watchdogs?.of(enginePid).find((one) => one.venue === venue);
  }

  #guarding(life: Life, pid: number): Guarding | undefined {
    const { watchdogs } = this;
    const dataDir = this.#dataDir;
    if (watchdogs === undefined || dataDir === undefined) return undefined;
    return { dataDir, keeper: watchdogs.keeperOf(life, pid) };
  }

  /** The way of a watchdog to any exchange; none of them knows that it is not the engine. */
  #networkOf(watchdog: SimulatedWatchdog): Network {
    return {
      connect: () => {
        throw new Error('a watchdog connects to nothing');
      },
      request: (request) => {
        const { hostname } = new URL(request.url);
        const exchange = this.exchanges.find(({ host }) => host === hostname);
        if (exchange === undefined) throw new Error(`${request.url} is not an address of this world`);
        this.onWatchdogCall(watchdog, exchange);
        return exchange.network.requestBeside(request, () => this.onWatchdogArrival(watchdog));
      },
    };
  }

  /** Sends an operator's command to the engine, if one is up. */
  command(command: Command): void {
    if (this.engine === undefined) return;
    this.onCommand(command);
    this.engine.command(command);
  }

  /** The engine's process dies at this very moment; where intents survive that, the machine loses its power. */
  crash(): void {
    this.onEnd(true);
    this.#endLife();
    this.#pauses = new RequestPauses();
    if (this.level === 'disk') this.segments.losePower(this.#power);
  }

  /** The intent of an order is where it survives the worst that may happen now. */
  holdsIntent(orderId: string): boolean {
    const { kept } = readIntents(this.segments.certain(this.level === 'disk' ? 'power loss' : 'death'));
    return kept.some(({ intents }) =>
      intents.some((event) => event.type === 'orderCreated' && event.order.orderId === orderId),
    );
  }

  #endLife(): void {
    this.engine?.life.end();
    this.engine = undefined;
    this.enginePid = undefined;
  }

  /** Lets the world go on. Promises are settled between any two moments, in an order that the seed alone decides. */
  async advance(spanUs: number): Promise<void> {
    const untilUs = this.clock.nowUs() + spanUs;
    await settle();
    for (let next = this.clock.nextUs; next !== undefined && next <= untilUs; next = this.clock.nextUs) {
      this.clock.advanceTo(next);
      await settle();
    }
    this.clock.advanceTo(untilUs);
    await settle();
  }

  async close(): Promise<void> {
    this.crash();
    await this.database.close();
    if (this.#dataDir !== undefined) rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #take(events: readonly EngineEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      this.onEvent(event);
    }
  }
}

/** Every exchange at its own host. @throws Error for an address of none of them. */
function networkOf(exchanges: readonly SimulatedExchange[]): Network {
  const at = (url: string): Network => {
    const { hostname } = new URL(url);
    const found = exchanges.find(({ host }) => host === hostname);
    if (found === undefined) throw new Error(`${url} is not an address of this world`);
    return found.network;
  };
  return {
    connect: (url, options, events) => at(url).connect(url, options, events),
    request: (request) => at(request.url).request(request),
  };
}

/** All promises that can go on have gone on: the queue of immediates comes after theirs. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
