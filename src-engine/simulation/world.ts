/** One seeded world: the local exchange with its crowd, a network, a disk, one made clock, and an engine in it. */
import type { EngineEvent } from '../domain/event.ts';
import type { Command } from '../kernel/input.ts';
import type { Clock } from '../lib/clock.ts';
import { SeededRandom } from '../lib/random.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import type { Database } from '../storage/database-types.ts';
import { openDatabase } from '../storage/database.ts';
import { KrakenExchange } from '../venues/local-exchange/protocols/kraken/kraken-exchange.ts';
import { OrderFlow } from '../venues/local-exchange/core/flow/order-flow.ts';
import { selectPairs } from '../venues/local-exchange/protocols/kraken/pairs.ts';
import { RestServer } from '../venues/local-exchange/protocols/kraken/rest/rest-server.ts';
import { SessionHost } from '../venues/local-exchange/protocols/kraken/websocket/session-host.ts';
import { CAPITAL, EngineUnderTest } from './engine-under-test.ts';
import { Life } from './mortal.ts';
import { SimulatedNetwork } from './simulated-network.ts';

/** 2026-01-01T00:00:00Z */
const START_US = 1_767_225_600_000_000;
/** Few pairs, many triangles: a dislocation nearly always opens one that is watched. */
const PAIRS = [
  'BTC/USD',
  'ETH/USD',
  'SOL/USD',
  'XRP/USD',
  'ETH/BTC',
  'SOL/BTC',
  'XRP/BTC',
  'SOL/ETH',
  'XRP/ETH',
];
const UPDATES_PER_SECOND = 40;
export const ACCOUNT = 'trader';
const KEY = 'simulation-key';
const SECRET = Buffer.from('a secret of the simulation').toString('base64');

/** The exchange's own clock: off by a constant from the engine's. */
function skewed(clock: Clock, skewUs: number): Clock {
  return {
    nowUs: () => clock.nowUs() + skewUs,
    schedule: (atUs, callback) => clock.schedule(atUs - skewUs, callback),
  };
}

export class World {
  readonly clock = new SimulatedClock(START_US);
  readonly core: KrakenExchange;
  readonly network: SimulatedNetwork;
  readonly database: Database;
  readonly seed: number;
  readonly skewUs: number;
  /** Facts that became durable and were told, of all lives. */
  readonly events: EngineEvent[] = [];
  engine: EngineUnderTest | undefined;
  lives = 0;
  /** Hears every fact once it is told. */
  onEvent: (event: EngineEvent) => void = () => undefined;
  /** Hears facts as they come to rest on the disk, before the engine does. */
  onDurable: (events: readonly EngineEvent[]) => void = () => undefined;
  onCrash: () => void = () => undefined;
  /** An operator gives a command. */
  onCommand: (command: Command) => void = () => undefined;
  /** An engine has come up. */
  onStarted: (engine: EngineUnderTest) => void = () => undefined;

  private constructor(seed: number, database: Database) {
    const random = new SeededRandom(seed, 7);
    this.seed = seed;
    this.database = database;
    this.skewUs = random.next() < 0.3 ? Math.round((random.next() - 0.5) * 400_000) : 0;
    this.core = new KrakenExchange({
      pairs: selectPairs(PAIRS),
      fees: 'demo',
      accounts: [{ name: ACCOUNT, key: KEY, secret: SECRET, balances: CAPITAL }],
      clock: skewed(this.clock, this.skewUs),
      limits: 'pro',
    });
    this.network = new SimulatedNetwork(
      this.clock,
      new SeededRandom(seed, 8),
      new SessionHost(this.core),
      new RestServer(this.core),
    );
    new OrderFlow(this.core, { seed, updatesPerSecond: UPDATES_PER_SECOND }).start();
  }

  static async make(seed: number): Promise<World> {
    return new World(seed, await openDatabase({ memory: true }));
  }

  /** Starts an engine; it comes up once it has read the market. */
  startEngine(): void {
    const life = new Life(this.clock, this.network);
    const parts = {
      clock: this.clock,
      network: this.network,
      database: this.database,
      seed: this.seed,
      life: this.lives++,
      key: KEY,
      secret: SECRET,
      onEvents: (events: readonly EngineEvent[]) => this.#take(events),
      onDurable: (events: readonly EngineEvent[]) => this.onDurable(events),
    };
    EngineUnderTest.start(parts, life).then(
      (engine) => {
        this.engine = engine;
        this.onStarted(engine);
      },
      // The venue could not be reached: as production does, it is tried again.
      () => life.schedule(life.nowUs() + 1_000_000, () => this.startEngine()),
    );
  }

  /** What the operator tells the engine, if one is up. */
  command(command: Command): void {
    if (this.engine === undefined) return;
    this.onCommand(command);
    this.engine.command(command);
  }

  /** The engine's process dies at this very moment. */
  crash(): void {
    this.onCrash();
    this.engine?.life.end();
    this.engine = undefined;
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

  /** The exchange's ledger of our account, as exact text by asset. */
  venueLedger(): Map<string, string> {
    const ledger = this.core.accounts.byKey(KEY)?.ledger;
    return new Map((ledger?.assets() ?? []).map((asset) => [asset, ledger?.balance(asset).toFixed() ?? '0']));
  }

  openAtVenue(): number {
    return this.core.accounts.byKey(KEY)?.openOrders.size ?? 0;
  }

  async close(): Promise<void> {
    this.crash();
    await this.database.close();
  }

  #take(events: readonly EngineEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      this.onEvent(event);
    }
  }
}

/** All promises that can go on have gone on: the queue of immediates comes after theirs. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
