import { uptime } from 'node:os';
import type { Clock } from './clock.ts';
import { TimerHeap } from './timer-heap.ts';

/** Longest delay a timer of the platform takes, in ms. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** How far the wall clock may be from the monotonic one before the machine must have slept, or was set, in µs. */
const APART_US = 1_000_000;
/** What the count of the machine's sleep may be off by: it counts whole seconds. */
const SLEEP_ERROR_US = 2_000_000;

/** The platform's clocks. */
export type TimeSources = {
  /** The wall clock, in milliseconds, when the monotonic one began. */
  readonly originMs: number;
  /** Milliseconds that stop while the machine sleeps. */
  monotonicMs(): number;
  /** Milliseconds since the Unix epoch, as they are set. */
  wallMs(): number;
  /** Seconds since the machine started, its sleep counted. */
  uptimeS(): number;
};

/** This machine's. */
export const PLATFORM_TIME: TimeSources = {
  originMs: performance.timeOrigin,
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  uptimeS: uptime,
};

/**
 * The machine's clock: the wall clock's time at start, then the monotonic one, so it never runs backwards. The
 * monotonic clock stops while the machine sleeps; waking up shows as a wall clock far ahead, and is caught up. A wall
 * clock that was set is not followed: `stepUs` says how far it is away, until it is back or `adopt` takes it over.
 */
export class SystemClock implements Clock {
  readonly #timers = new TimerHeap();
  readonly #sources: TimeSources;
  #platform: NodeJS.Timeout | undefined;
  /** What the platform's timer is set for. */
  #armedUs: number | undefined;
  #isRunning = false;
  #offsetUs: number;
  /** Of the machine's sleep, what was caught up already. */
  #sleptUs: number;
  #stepUs = 0;

  constructor(sources: TimeSources = PLATFORM_TIME) {
    this.#sources = sources;
    this.#offsetUs = Math.round(sources.originMs * 1_000);
    this.#sleptUs = this.#sleepUs();
  }

  nowUs(): number {
    const monotonicUs = this.#offsetUs + Math.round(this.#sources.monotonicMs() * 1_000);
    const aheadUs = this.#sources.wallMs() * 1_000 - monotonicUs;
    if (aheadUs - this.#stepUs <= APART_US && aheadUs - this.#stepUs >= -APART_US) return monotonicUs;
    return this.#wentApart(monotonicUs, aheadUs);
  }

  /** Wall clock minus this one, in µs, where it was set; 0: they agree. */
  get stepUs(): number {
    return this.#stepUs;
  }

  /** Takes the wall clock over where it is ahead: this one may leap, and never goes back. */
  adopt(): void {
    this.nowUs();
    if (this.#stepUs <= 0) return;
    this.#offsetUs += this.#stepUs;
    this.#stepUs = 0;
  }

  schedule(atUs: number, callback: () => void): () => void {
    const timer = this.#timers.add(Math.max(atUs, this.nowUs()), callback);
    this.#arm();
    return () => {
      timer.callback = undefined;
      this.#arm();
    };
  }

  /** The machine slept, which is caught up, or its clock was set, which is not. */
  #wentApart(monotonicUs: number, aheadUs: number): number {
    const sleptUs = this.#sleepUs();
    const newlyUs = sleptUs - this.#sleptUs;
    const movedUs = aheadUs - this.#stepUs;
    this.#sleptUs = sleptUs;
    if (movedUs > 0 && newlyUs >= movedUs - SLEEP_ERROR_US) {
      this.#offsetUs += movedUs;
      return monotonicUs + movedUs;
    }
    this.#stepUs = Math.abs(aheadUs) <= APART_US ? 0 : aheadUs;
    return monotonicUs;
  }

  #sleepUs(): number {
    return this.#sources.uptimeS() * 1e6 - this.#sources.monotonicMs() * 1_000;
  }

  /** One timer of the platform, for the earliest of ours: several of its own come in no order that could be relied on. */
  #arm(): void {
    if (this.#isRunning) return;
    const atUs = this.#timers.first()?.atUs;
    if (atUs === this.#armedUs) return;
    clearTimeout(this.#platform);
    this.#armedUs = atUs;
    if (atUs === undefined) return;
    // The platform counts whole milliseconds and may come early, and reaches no further than 24 days.
    const delayMs = Math.min(MAX_DELAY_MS, Math.max(0, Math.ceil((atUs - this.nowUs()) / 1_000)));
    this.#platform = setTimeout(() => this.#run(), delayMs);
  }

  /** Runs what is due at this moment, in order; what one throws leaves the others for the next turn. */
  #run(): void {
    this.#armedUs = undefined;
    this.#isRunning = true;
    const nowUs = this.nowUs();
    const timers = this.#timers;
    try {
      for (let next = timers.first(); next !== undefined && next.atUs <= nowUs; next = timers.first()) {
        timers.removeFirst();
        next.callback?.();
      }
    } finally {
      this.#isRunning = false;
      this.#arm();
    }
  }
}
