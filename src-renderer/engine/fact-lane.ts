/**
 * Keeps the facts in order across snapshots. While a snapshot is on its way, facts wait here; what it already
 * holds is dropped; a missing number means that another snapshot is needed.
 */
import type { Fact } from '../../src-engine/contract/topics.ts';

/** Most facts that wait for one snapshot; beyond, the snapshot is asked for again. */
const MAX_WAITING = 50_000;

export type LaneStep = { readonly facts: readonly Fact[]; readonly gap: boolean };

const NOTHING: LaneStep = { facts: [], gap: false };

export class FactLane {
  #waiting: Fact[] = [];
  #overflowed = false;
  /** Number of the last fact applied; null while a snapshot is awaited. */
  #lastSeq: number | null = null;

  /** From here on facts wait. */
  awaitSnapshot(): void {
    this.#lastSeq = null;
    this.#waiting = [];
    this.#overflowed = false;
  }

  /** The snapshot holds everything up to `factSeq`: what follows it is to be applied. */
  snapshotArrived(factSeq: number): LaneStep {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#lastSeq = factSeq;
    if (this.#overflowed) return this.#gap([]);
    return this.push(waiting);
  }

  /** Facts as they arrive. The answer's facts continue what was applied, without a hole. */
  push(facts: readonly Fact[]): LaneStep {
    if (this.#lastSeq === null) {
      if (this.#waiting.length + facts.length > MAX_WAITING) this.#overflowed = true;
      else this.#waiting.push(...facts);
      return NOTHING;
    }
    const next: Fact[] = [];
    for (const fact of facts) {
      if (fact.seq <= this.#lastSeq) continue;
      if (fact.seq !== this.#lastSeq + 1) return this.#gap(next);
      this.#lastSeq = fact.seq;
      next.push(fact);
    }
    return next.length === 0 ? NOTHING : { facts: next, gap: false };
  }

  #gap(facts: readonly Fact[]): LaneStep {
    this.awaitSnapshot();
    return { facts, gap: true };
  }
}
