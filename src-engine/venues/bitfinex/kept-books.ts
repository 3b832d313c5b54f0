import type { InstrumentId } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { WrittenBook } from './written-book.ts';

export type KeptBook = { readonly instrument: Instrument; readonly written: WrittenBook };

/** The text of every book of a connection. */
export class KeptBooks {
  readonly #bySymbol = new Map<string, KeptBook>();

  constructor(instruments: readonly Instrument[]) {
    for (const instrument of instruments)
      this.#bySymbol.set(instrument.symbol, { instrument, written: new WrittenBook() });
  }

  of(symbol: string): KeptBook | undefined {
    return this.#bySymbol.get(symbol);
  }

  lose(id: InstrumentId): void {
    for (const { instrument, written } of this.#bySymbol.values()) if (instrument.id === id) written.clear();
  }

  loseAll(): void {
    for (const { written } of this.#bySymbol.values()) written.clear();
  }
}
