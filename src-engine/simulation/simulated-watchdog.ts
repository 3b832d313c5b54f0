/**
 * Watchdogs as processes of the world: the real watch under the real keeper, on pipes, a clock and a network of the simulation.
 * One may be killed, or hang, as any process.
 */
import { EventEmitter } from 'node:events';
import type { VenueName } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { SeededRandom } from '../lib/random.ts';
import type { Network } from '../venues/network.ts';
import { toWatchdog, type WatchdogReport } from '../watchdog/messages.ts';
import type { KeeperHost } from '../watchdog/start-watchdog.ts';
import type { WatchdogEars, WatchdogProcess } from '../watchdog/watchdog-process.ts';
import { watch } from '../watchdog/watch.ts';
import { Life } from './process-life.ts';

/** From its launch until it reads, and the way of a line from one process to the other. */
const UP_US = { min: 50_000, mean: 50_000 } as const;
const PIPE_US = 200;

/** What a watchdog needs of the world. */
export type WatchdogWorld = {
  readonly clock: Clock;
  readonly random: SeededRandom;
  networkFor(watchdog: SimulatedWatchdog): Network;
  /** Process id of the engine that has the data folder. */
  engineOf(): number | undefined;
  /** A watchdog has written its report. */
  onReport(watchdog: SimulatedWatchdog, report: WatchdogReport): void;
};

/** The reading end of a pipe. */
class Pipe extends EventEmitter {
  setEncoding(): this {
    return this;
  }
}

export class SimulatedWatchdog implements WatchdogProcess {
  readonly pid: number;
  readonly enginePid: number;
  /** Whose account it watches; empty until it was asked to. */
  venue: VenueName = '';
  /** It has said that it watches. */
  isWatching = false;
  readonly #world: WatchdogWorld;
  readonly #life: Life;
  readonly #ears: WatchdogEars;
  /** Of the engine: what it does not live to hear is not heard. */
  readonly #engine: Life;
  readonly #input = new Pipe();
  readonly #upUs: number;
  #hasEnded = false;

  constructor(world: WatchdogWorld, pid: number, enginePid: number, engine: Life, ears: WatchdogEars) {
    this.#world = world;
    this.pid = pid;
    this.enginePid = enginePid;
    this.#engine = engine;
    this.#ears = ears;
    const { clock, random } = world;
    this.#life = new Life(clock, world.networkFor(this));
    this.#upUs = clock.nowUs() + Math.round(UP_US.min + random.exponential(UP_US.mean));
    this.#life.schedule(this.#upUs, () => this.#run());
    engine.onEnd(() => this.close());
  }

  /** It runs: neither killed, nor standing still, nor at its end. */
  get isAlive(): boolean {
    return !this.#life.isOver;
  }

  write(line: string): void {
    const message = toWatchdog.parse(JSON.parse(line));
    if (message.t === 'start') this.venue = message.venue;
    this.#arrive(() => this.#input.emit('data', line));
  }

  close(): void {
    this.#arrive(() => this.#input.emit('end'));
  }

  kill(): void {
    this.#end('it ended with SIGKILL');
  }

  /** Hangs from here on, as by SIGSTOP: it reads nothing, does nothing, and no one is notified. */
  freeze(): void {
    this.#life.end();
  }

  ref(): void {
    // The world goes on while callers wait.
  }

  #run(): void {
    const host = {
      clock: this.#life,
      network: this.#life,
      engineOf: () => this.#world.engineOf(),
      onReport: (report: WatchdogReport) => this.#world.onReport(this, report),
    };
    const io = {
      input: this.#input,
      say: (message: { readonly t: string }) => {
        if (message.t === 'watching') this.isWatching = true;
        this.#say(`${JSON.stringify(message)}\n`);
      },
      note: () => undefined,
    };
    void watch(io, host).then(() => this.#end('it ended with code 0'));
  }

  #arrive(read: () => void): void {
    this.#life.schedule(Math.max(this.#upUs, this.#world.clock.nowUs() + PIPE_US), read);
  }

  #say(chunk: string): void {
    this.#engine.schedule(this.#engine.nowUs() + PIPE_US, () => this.#ears.said(chunk));
  }

  #end(reason: string): void {
    this.#life.end();
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#engine.schedule(this.#engine.nowUs() + PIPE_US, () => this.#ears.ended(reason));
  }
}

/** All watchdogs of a world. */
export class Watchdogs {
  readonly all: SimulatedWatchdog[] = [];
  /** A process begins. */
  onLaunch: (one: SimulatedWatchdog) => void = () => undefined;
  readonly #world: WatchdogWorld;

  constructor(world: WatchdogWorld) {
    this.#world = world;
  }

  /** What an engine's process gives to those who keep its watchdogs. */
  keeperOf(engine: Life, enginePid: number): KeeperHost {
    return {
      pid: enginePid,
      after: (ms, run) => engine.schedule(engine.nowUs() + ms * 1_000, run),
      launch: (ears) => {
        const one = new SimulatedWatchdog(this.#world, this.all.length + 1, enginePid, engine, ears);
        this.all.push(one);
        this.onLaunch(one);
        return one;
      },
    };
  }

  /** Those that watch an engine now. */
  of(enginePid: number): SimulatedWatchdog[] {
    return this.all.filter((one) => one.enginePid === enginePid && one.isAlive && one.isWatching);
  }
}
