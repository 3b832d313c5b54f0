import type { Fact } from '../contract/topics.ts';
import type { EngineEvent } from '../domain/event.ts';

/** Numbers the facts of this process, over all its sessions, and hands them to whoever listens. */
export class FactLog {
  readonly #listeners = new Set<(facts: readonly Fact[]) => void>();
  #seq = 0;

  /** Number of the last fact; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  publish(events: readonly EngineEvent[]): void {
    const facts = events.map((event): Fact => ({ seq: ++this.#seq, event }));
    for (const listener of this.#listeners) listener(facts);
  }

  subscribe(listener: (facts: readonly Fact[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
