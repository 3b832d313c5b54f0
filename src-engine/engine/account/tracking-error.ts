/**
 * How far a live account is from its simulated twin: for every cycle that both have traded, the difference of what it
 * brought. The mean shows the bias of the simulation; the standard deviation is the tracking error.
 */
import type { GhostStatus } from '../../contract/live-records.ts';
import { type ExecutionRecord, isOfCycle } from '../../domain/event.ts';
import { US_PER_SECOND } from '../../domain/time.ts';

/** Two tries of a cycle belong together when they began this close to each other. */
const SAME_MOMENT_US = 2 * US_PER_SECOND;
/** Cycles that are remembered, newest first; statistics count all. */
const MAX_RECENT = 200;

type Tracked = {
  readonly atUs: number;
  readonly path: readonly string[];
  liveBps: number | null;
  ghostBps: number | null;
};

export class TrackingError {
  readonly #recent: Tracked[] = [];
  #pairs = 0;
  #liveOnly = 0;
  #ghostOnly = 0;
  /** Welford's mean and sum of squares of the differences. */
  #mean = 0;
  #squares = 0;

  onLive(execution: ExecutionRecord): void {
    this.#take(execution, 'liveBps', 'ghostBps');
  }

  onGhost(execution: ExecutionRecord): void {
    this.#take(execution, 'ghostBps', 'liveBps');
  }

  figures(): Pick<
    GhostStatus,
    'pairs' | 'liveOnly' | 'ghostOnly' | 'meanDifferenceBps' | 'trackingErrorBps' | 'recent'
  > {
    return {
      pairs: this.#pairs,
      liveOnly: this.#liveOnly,
      ghostOnly: this.#ghostOnly,
      meanDifferenceBps: this.#pairs === 0 ? null : this.#mean,
      trackingErrorBps: this.#pairs < 2 ? null : Math.sqrt(this.#squares / (this.#pairs - 1)),
      recent: this.#recent.map((one) => ({ ...one })),
    };
  }

  #take(execution: ExecutionRecord, own: 'liveBps' | 'ghostBps', other: 'liveBps' | 'ghostBps'): void {
    const { outcome, path, startedUs, realizedNetBps } = execution;
    // A try that was denied or swept residuals is not a trade of an opportunity.
    if (outcome === 'denied' || !isOfCycle(outcome)) return;
    const twin = this.#recent.find(
      (one) =>
        one[own] === null &&
        one[other] !== null &&
        Math.abs(one.atUs - startedUs) <= SAME_MOMENT_US &&
        one.path.join() === path.join(),
    );
    if (twin === undefined) {
      const alone = own === 'liveBps';
      this.#recent.unshift({
        atUs: startedUs,
        path,
        liveBps: alone ? realizedNetBps : null,
        ghostBps: alone ? null : realizedNetBps,
      });
      if (alone) this.#liveOnly++;
      else this.#ghostOnly++;
      this.#recent.length = Math.min(this.#recent.length, MAX_RECENT);
      return;
    }
    twin[own] = realizedNetBps;
    if (own === 'liveBps') this.#ghostOnly--;
    else this.#liveOnly--;
    this.#pairs++;
    const difference = (twin.liveBps ?? 0) - (twin.ghostBps ?? 0);
    const before = difference - this.#mean;
    this.#mean += before / this.#pairs;
    this.#squares += before * (difference - this.#mean);
  }
}
