import { type DenialFact, type Fact, isDenial, isNews, type NewsFact } from '../../contract/topics.ts';
import type { EngineEvent } from '../../domain/event.ts';

/** News that a window which opens later still gets. */
const MAX_NEWS = 300;
/** Denials that it gets as well. */
const MAX_DENIALS = 200;

/** Numbers the facts of this process, over all its sessions, and passes them to its listeners. */
export class FactLog {
  readonly #listeners = new Set<(facts: readonly Fact[]) => void>();
  #news: NewsFact[] = [];
  #denials: DenialFact[] = [];
  #seq = 0;

  /** Number of the last fact; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  /** The last news, newest first. */
  get news(): readonly NewsFact[] {
    return this.#news;
  }

  /** The last denials, newest first. */
  get denials(): readonly DenialFact[] {
    return this.#denials;
  }

  publish(events: readonly EngineEvent[]): void {
    const facts = events.map((event): Fact => ({ seq: ++this.#seq, event }));
    const news = facts.filter(isNews);
    if (news.length > 0) this.#news = [...news.toReversed(), ...this.#news].slice(0, MAX_NEWS);
    const denials = facts.filter(isDenial);
    if (denials.length > 0) this.#denials = [...denials.toReversed(), ...this.#denials].slice(0, MAX_DENIALS);
    for (const listener of this.#listeners) listener(facts);
  }

  subscribe(listener: (facts: readonly Fact[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
