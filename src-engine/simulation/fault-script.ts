/** Does the planned disasters to a world, each to the exchange or the engine that it befalls. */
import { SeededRandom } from '../lib/random.ts';
import { DEEDS, type Moment } from './deeds.ts';
import type { Planned } from './fault-plan.ts';
import type { SimulatedExchange } from './simulated-exchange.ts';
import type { World } from './world.ts';

/** How long after a crash the engine is started again. */
const RESTART_US = { min: 200_000, mean: 1_500_000 } as const;
/** Most writes, and reports of a venue, that go well before the one at which the engine dies. */
const SPARED = 12;
/** Moments that come again and again: some of them are spared. */
const SPARES: ReadonlySet<Moment> = new Set<Moment>(['while writing', 'on a report']);

/** Does one planned thing to the world, now. */
export class FaultScript {
  readonly #world: World;
  readonly #random: SeededRandom;
  crashes = 0;
  /** The next moment of its kind at which the engine dies. */
  #dieAt: Moment | undefined;
  /** So many more of them go well. */
  #spared = 0;
  /** What is done in the moment in which the next order leaves for an exchange. */
  readonly #atOrder = new Map<SimulatedExchange, () => void>();

  constructor(world: World) {
    this.#world = world;
    this.#random = new SeededRandom(world.seed, 10);
    world.onStarted = (engine) => {
      const { disk, intents } = engine;
      const append = disk.append.bind(disk);
      const keep = intents.keep.bind(intents);
      intents.keep = (orders) => {
        if (this.#dieAt !== 'before durable') return keep(orders);
        // Not written yet, or written and not on the disk.
        if (world.level === 'disk') void keep(orders);
        this.#crashSoon();
        return new Promise(() => undefined);
      };
      disk.append = (events) => {
        if (this.#dieAt === 'while writing' && this.#spared-- <= 0) this.#crashSoon();
        return append(events);
      };
      intents.onDurable = () => {
        if (this.#dieAt === 'once durable') this.#crash();
      };
    };
  }

  /** A placement is leaving. */
  onPlacement(exchange: SimulatedExchange): void {
    if (this.#dieAt === 'once sent') this.#crashSoon();
    const run = this.#atOrder.get(exchange);
    if (run === undefined) return;
    this.#atOrder.delete(exchange);
    this.#soon(run);
  }

  /** Something of a venue arrives. */
  onArrival({ kit }: SimulatedExchange, text: string): void {
    if (this.#dieAt !== 'on a report' || !kit.words.report.test(text)) return;
    if (this.#spared-- <= 0) this.#crash();
  }

  begin({ fault, exchange: at, lastsUs }: Planned): void {
    const world = this.#world;
    const exchange = world.exchanges[at];
    if (exchange === undefined) throw new Error(`the world has no exchange ${at}`);
    DEEDS[fault]({
      exchange,
      engine: world.engine,
      lastsUs,
      during: (spanUs, set) => this.#during(spanUs, set),
      chance: () => this.#random.next(),
      anyPair: () => this.#anyPair(exchange),
      crash: () => this.#crash(),
      dieAt: (moment) => {
        if (SPARES.has(moment)) this.#spared = this.#random.integer(0, SPARED);
        this.#dieAt = moment;
      },
      command: (command) => world.command(command),
      atNextOrder: (run) => this.#atOrder.set(exchange, run),
      watchdog: world.watchdogOf(exchange.venue),
    });
  }

  /** No disaster is waiting any more. */
  end(): void {
    this.#dieAt = undefined;
    this.#atOrder.clear();
  }

  #during(lastsUs: number, set: (on: boolean) => void): void {
    const { clock } = this.#world;
    set(true);
    clock.schedule(clock.nowUs() + lastsUs, () => set(false));
  }

  /** In a step of its own: the current step runs to its end, as in a process that is killed between two turns. */
  #crashSoon(): void {
    this.#soon(() => this.#crash());
  }

  #soon(run: () => void): void {
    const { clock } = this.#world;
    clock.schedule(clock.nowUs(), run);
  }

  #crash(): void {
    this.#dieAt = undefined;
    const { clock } = this.#world;
    if (this.#world.engine === undefined) return;
    this.crashes++;
    this.#world.crash();
    const waitUs = Math.round(RESTART_US.min + this.#random.exponential(RESTART_US.mean));
    clock.schedule(clock.nowUs() + waitUs, () => this.#world.startEngine());
  }

  #anyPair({ core }: SimulatedExchange): string {
    const { markets } = core;
    return markets[this.#random.integer(0, markets.length - 1)]?.pair.symbol ?? '';
  }
}
