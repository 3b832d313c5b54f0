/** A seeded list of disasters and of what an operator does, and how each is done to a world. */
import { SeededRandom } from '../lib/random.ts';
import { ACCOUNT, type World } from './world.ts';

/** What may happen. Each has a span at most; what lasts ends by itself. */
export const FAULTS = [
  'cut',
  'cable out',
  'silence',
  'delayed frames',
  'doubled frame',
  'lost book frame',
  'lost report',
  'wrong checksum',
  'slow network',
  'lost answers',
  'lost calls',
  'rejected order',
  'partial fill',
  '5xx after accepting',
  '5xx before accepting',
  'late history',
  'maintenance',
  'cancel only',
  'lockout',
  'disk full',
  'disk hangs',
  'crash',
  'crash before durable',
  'crash once durable',
  'crash once sent',
  'crash while writing',
  'crash on a report',
  'kill',
  'pause',
] as const;
export type Fault = (typeof FAULTS)[number];

export type Planned = { readonly atUs: number; readonly fault: Fault; readonly lastsUs: number };

/** How long after a crash somebody starts the engine again. */
const RESTART_US = { min: 200_000, mean: 1_500_000 } as const;
/** How far a history lags at worst. */
const HISTORY_US = 30_000_000;
/** Most writes, and reports of the venue, that go well before the one at which the engine dies. */
const SPARED = 12;
/** Fewest and most disasters of one seed. */
const COUNT = { min: 2, max: 9 } as const;

/** What the venue says of an order: a report, or the answer to its placement or cancellation. */
const REPORT = /"channel":"executions"|"method":"(add_order|cancel)|"txid"/;

export function planFaults(seed: number, spanUs: number): Planned[] {
  const random = new SeededRandom(seed, 9);
  const count = random.integer(COUNT.min, COUNT.max);
  return Array.from({ length: count }, () => ({
    // The first seconds are the engine's to come up in.
    atUs: Math.round(2_000_000 + random.next() * (spanUs - 4_000_000)),
    fault: FAULTS[random.integer(0, FAULTS.length - 1)] ?? 'cut',
    lastsUs: Math.round(200_000 + random.exponential(1_500_000)),
  })).sort((a, b) => a.atUs - b.atUs);
}

/** Does one planned thing to the world, now. */
export class FaultScript {
  readonly #world: World;
  readonly #random: SeededRandom;
  crashes = 0;
  /** The next moment of its kind at which the engine dies. */
  #dieAt: 'before durable' | 'once durable' | 'once sent' | 'while writing' | 'on a report' | undefined;
  /** So many more of them go well. */
  #spared = 0;

  constructor(world: World) {
    this.#world = world;
    this.#random = new SeededRandom(world.seed, 10);
    world.onStarted = (engine) => {
      const { disk } = engine;
      const append = disk.append.bind(disk);
      disk.append = (events) => {
        if (this.#dieAt === 'before durable' && events.some(({ type }) => type === 'orderCreated')) {
          this.#crashSoon();
          return new Promise(() => undefined);
        }
        if (this.#dieAt === 'while writing' && this.#spared-- <= 0) this.#crashSoon();
        return append(events);
      };
      disk.onDurable = (events) => {
        if (this.#dieAt === 'once durable' && events.some(({ type }) => type === 'orderCreated'))
          this.#crash();
      };
    };
  }

  /** A placement is leaving. */
  onPlacement(): void {
    if (this.#dieAt === 'once sent') this.#crashSoon();
  }

  /** Something of the venue arrives. */
  onArrival(text: string): void {
    if (this.#dieAt !== 'on a report' || !REPORT.test(text)) return;
    if (this.#spared-- <= 0) this.#crash();
  }

  begin({ fault, lastsUs }: Planned): void {
    const { core, network, engine } = this.#world;
    const { faults } = core;
    switch (fault) {
      case 'cut':
        network.cutAll();
        return;
      case 'cable out':
        network.cutAll();
        this.#during(lastsUs, (on) => (network.faults.isCut = on));
        return;
      case 'silence':
        this.#during(lastsUs, (on) => faults.silence(on));
        return;
      case 'delayed frames':
        this.#during(lastsUs, (on) => faults.delayFrames(on ? 300_000 : 0));
        return;
      case 'doubled frame':
        faults.duplicateNextFrame();
        return;
      case 'lost book frame':
        faults.loseNextFrame('book');
        return;
      case 'lost report':
        faults.loseNextFrame('executions');
        return;
      case 'wrong checksum':
        faults.corruptNextChecksum(this.#anyPair());
        return;
      case 'slow network':
        this.#during(lastsUs, (on) => (network.faults.extraUs = on ? 150_000 : 0));
        return;
      case 'lost answers':
        this.#during(lastsUs, (on) => (network.faults.losesAnswers = on ? 0.5 : 0));
        return;
      case 'lost calls':
        this.#during(lastsUs, (on) => (network.faults.losesCalls = on ? 0.5 : 0));
        return;
      case 'rejected order':
        faults.rejectNextOrder('EOrder:Insufficient funds');
        return;
      case 'partial fill':
        faults.partialFillNextOrder(this.#random.next());
        return;
      case '5xx after accepting':
        faults.failNextRest(502, true);
        return;
      case '5xx before accepting':
        faults.failNextRest(503, false);
        return;
      case 'late history':
        this.#during(lastsUs + HISTORY_US, (on) => faults.delayHistory(on ? HISTORY_US : 0));
        return;
      case 'maintenance':
        this.#during(lastsUs, (on) => faults.setSystemStatus(on ? 'maintenance' : 'online'));
        return;
      case 'cancel only':
        this.#during(lastsUs, (on) => faults.setSystemStatus(on ? 'cancel_only' : 'online'));
        return;
      case 'lockout':
        core.limits?.lockOut(ACCOUNT, core.clock.nowUs() + lastsUs);
        return;
      case 'disk full':
        if (engine !== undefined) this.#during(lastsUs, (on) => (engine.disk.isFull = on));
        return;
      case 'disk hangs':
        if (engine !== undefined) this.#during(lastsUs, (on) => (engine.disk.isHanging = on));
        return;
      case 'crash':
        this.#crash();
        return;
      case 'crash before durable':
        this.#dieAt = 'before durable';
        return;
      case 'crash once durable':
        this.#dieAt = 'once durable';
        return;
      case 'crash once sent':
        this.#dieAt = 'once sent';
        return;
      case 'crash while writing':
      case 'crash on a report':
        this.#spared = this.#random.integer(0, SPARED);
        this.#dieAt = fault === 'crash while writing' ? 'while writing' : 'on a report';
        return;
      case 'kill':
        this.#world.command({ type: 'kill', reason: 'simulation' });
        return;
      case 'pause':
        this.#world.command({ type: 'pause' });
    }
  }

  /** No disaster is waiting any more. */
  end(): void {
    this.#dieAt = undefined;
  }

  #during(lastsUs: number, set: (on: boolean) => void): void {
    const { clock } = this.#world;
    set(true);
    clock.schedule(clock.nowUs() + lastsUs, () => set(false));
  }

  /** In a moment of its own: whoever is running now runs to its end, as a process that is killed between two turns. */
  #crashSoon(): void {
    const { clock } = this.#world;
    clock.schedule(clock.nowUs(), () => this.#crash());
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

  #anyPair(): string {
    const { markets } = this.#world.core;
    return markets[this.#random.integer(0, markets.length - 1)]?.pair.symbol ?? '';
  }
}
