/**
 * Fetches the snapshots behind books one after the other, spaced so that they never use more than their share of the
 * venue's request weight. One that fails is asked for again, later each time; a pause that the venue asks for holds all.
 */
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { backoffUs } from './backoff.ts';
import { Throttled } from './throttled.ts';

export type SnapshotQueueOptions = {
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter of what is asked again. */
  readonly random: () => number;
  /** Least time from the snapshot of this symbol to the next one, of whichever symbol; asked as it is fetched. */
  readonly spacingUs: (symbol: string) => DurationUs;
  /** Of those that wait the one with the lowest rank comes first, of equal ones the one that waits longest; all are equal when left out. */
  readonly rankOf?: ((symbol: string) => number) | undefined;
  /** Resolves with the body, or rejects. */
  readonly fetch: (symbol: string) => Promise<string>;
  readonly onBody: (symbol: string, body: string) => void;
  /** A snapshot could not be had for now; another attempt follows. */
  readonly onFailed: (symbol: string, reason: string) => void;
};

const RETRY_BASE_US = US_PER_SECOND;
const RETRY_CAP_US = 60 * US_PER_SECOND;

/** How far apart snapshots of this weight lie, at this share of the weight that may be used in a minute. */
export function snapshotSpacingUs(weight: number, weightPerMinute: number, share: number): DurationUs {
  return Math.ceil((60 * US_PER_SECOND * weight) / (weightPerMinute * share));
}

export class SnapshotQueue {
  readonly #options: SnapshotQueueOptions;
  /** Symbols that wait, in order; a failed one comes again at its time. */
  readonly #dueUs = new Map<string, TimeUs>();
  readonly #failures = new Map<string, number>();
  #nextUs: TimeUs = 0;
  #inFlight: string | undefined;
  #cancelTimer: () => void = () => undefined;
  #isStopped = false;
  /** Answers to requests from before it do not count: the connection that they would join on to is gone. */
  #generation = 0;

  constructor(options: SnapshotQueueOptions) {
    this.#options = options;
  }

  /** Asks for a snapshot of this symbol, unless one is waited for already. */
  want(symbol: string): void {
    if (this.#isStopped || this.#dueUs.has(symbol) || this.#inFlight === symbol) return;
    this.#dueUs.set(symbol, this.#options.clock.nowUs());
    this.#schedule();
  }

  /** How many symbols wait. */
  get waiting(): number {
    return this.#dueUs.size + (this.#inFlight === undefined ? 0 : 1);
  }

  /** Forgets what was asked for of these symbols: the connection that their snapshots would join on to is gone. */
  forget(symbols: Iterable<string>): void {
    for (const symbol of symbols) {
      this.#dueUs.delete(symbol);
      this.#failures.delete(symbol);
      if (this.#inFlight !== symbol) continue;
      this.#generation++;
      this.#inFlight = undefined;
    }
    this.#schedule();
  }

  /** Forgets all that was asked for. A pause that the venue asked for stands. */
  clear(): void {
    this.#generation++;
    this.#dueUs.clear();
    this.#failures.clear();
    this.#inFlight = undefined;
    this.#cancelTimer();
  }

  stop(): void {
    this.#isStopped = true;
    this.clear();
  }

  #schedule(): void {
    this.#cancelTimer();
    if (this.#isStopped || this.#inFlight !== undefined || this.#dueUs.size === 0) return;
    const { clock } = this.#options;
    const firstUs = Math.min(...this.#dueUs.values());
    this.#cancelTimer = clock.schedule(Math.max(clock.nowUs(), firstUs, this.#nextUs), () => this.#next());
  }

  #next(): void {
    const { clock, spacingUs } = this.#options;
    const nowUs = clock.nowUs();
    const symbol = this.#firstDue(nowUs);
    if (symbol === undefined) {
      this.#schedule();
      return;
    }
    this.#dueUs.delete(symbol);
    this.#nextUs = nowUs + spacingUs(symbol);
    this.#inFlight = symbol;
    void this.#ask(symbol, this.#generation);
  }

  #firstDue(nowUs: TimeUs): string | undefined {
    const { rankOf = () => 0 } = this.#options;
    let [first, lowest]: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const [symbol, dueUs] of this.#dueUs) {
      if (dueUs > nowUs) continue;
      const rank = rankOf(symbol);
      if (first !== undefined && rank >= lowest) continue;
      first = symbol;
      lowest = rank;
    }
    return first;
  }

  async #ask(symbol: string, generation: number): Promise<void> {
    const { fetch, onBody, onFailed, clock, random } = this.#options;
    try {
      const body = await fetch(symbol);
      if (generation !== this.#generation) return;
      this.#inFlight = undefined;
      this.#failures.delete(symbol);
      onBody(symbol, body);
    } catch (error) {
      const nowUs = clock.nowUs();
      // A pause concerns the address, whatever has become of this question.
      if (error instanceof Throttled) this.#nextUs = nowUs + error.retryAfterMs * US_PER_MS;
      if (generation !== this.#generation) return;
      this.#inFlight = undefined;
      const failures = this.#failures.get(symbol) ?? 0;
      this.#failures.set(symbol, failures + 1);
      const waitUs = RETRY_BASE_US + backoffUs(failures, RETRY_BASE_US, RETRY_CAP_US, random);
      this.#dueUs.set(symbol, nowUs + waitUs);
      onFailed(symbol, error instanceof Error ? error.message : String(error));
    }
    this.#schedule();
  }
}
