/** The latest quote of every instrument; a change wakes only the rows that show it. */
import type { QuoteView } from '../../src-engine/contract/topics.ts';
import type { InstrumentId } from '../../src-engine/domain/ids.ts';
import { KeyedStore } from '../lib/keyed-store.ts';

export class QuoteStore {
  readonly #quotes = new KeyedStore<InstrumentId, QuoteView>();
  /** When each book last changed, on this window's monotonic clock: ages go on while the engine is silent. */
  readonly #changedMs = new Map<InstrumentId, number>();

  update(quotes: readonly QuoteView[], nowMs: number): void {
    for (const quote of quotes) {
      if (quote.ageUs === null) this.#changedMs.delete(quote.instrumentId);
      else this.#changedMs.set(quote.instrumentId, nowMs - quote.ageUs / 1_000);
      const before = this.#quotes.get(quote.instrumentId);
      if (before === undefined || !sameFigures(before, quote)) this.#quotes.set(quote.instrumentId, quote);
    }
  }

  get(id: InstrumentId): QuoteView | undefined {
    return this.#quotes.get(id);
  }

  /** Age of the book in µs, or null before its first change. */
  ageUs(id: InstrumentId, nowMs: number): number | null {
    const changedMs = this.#changedMs.get(id);
    return changedMs === undefined ? null : Math.max(0, nowMs - changedMs) * 1_000;
  }

  subscribe(id: InstrumentId, listener: () => void): () => void {
    return this.#quotes.subscribe(id, listener);
  }

  clear(): void {
    this.#changedMs.clear();
    this.#quotes.clear();
  }
}

function sameFigures(a: QuoteView, b: QuoteView): boolean {
  return (
    a.bid === b.bid &&
    a.ask === b.ask &&
    a.bidQty === b.bidQty &&
    a.askQty === b.askQty &&
    a.state === b.state &&
    a.isTradable === b.isTradable
  );
}
