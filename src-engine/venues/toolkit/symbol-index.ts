import type { Instrument } from '../../domain/instrument.ts';

/** Power of two; with the 1,400 pairs of a large venue a slot holds one, rarely two. */
const SLOTS = 4_096;

type Entry = { readonly instrument: Instrument; readonly bytes: Uint8Array };

/** Finds instruments by a symbol that still is part of a longer text or of its bytes, without cutting it out. */
export class SymbolIndex {
  readonly #slots: Entry[][] = Array.from({ length: SLOTS }, () => []);

  constructor(instruments: readonly Instrument[] = []) {
    for (const instrument of instruments) this.add(instrument);
  }

  add(instrument: Instrument): void {
    const bytes = Buffer.from(instrument.symbol);
    this.#slotOf(bytes, 0, bytes.length).push({ instrument, bytes });
  }

  /** The instrument whose symbol is text[start … end). */
  find(text: string, start = 0, end = text.length): Instrument | undefined {
    const bytes = Buffer.from(text.slice(start, end));
    return this.findBytes(bytes, 0, bytes.length);
  }

  /** The instrument whose symbol, in UTF-8, is bytes[start … end). */
  findBytes(bytes: Uint8Array, start: number, end: number): Instrument | undefined {
    const entries = this.#slotOf(bytes, start, end);
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as Entry;
      if (isAt(bytes, start, end, entry.bytes)) return entry.instrument;
    }
    return undefined;
  }

  #slotOf(bytes: Uint8Array, start: number, end: number): Entry[] {
    let hash = 0;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    // The low bits alone are those of the last letters, which are the quote: mix the high ones in.
    return this.#slots[(hash ^ (hash >>> 12)) & (SLOTS - 1)] as Entry[];
  }
}

function isAt(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}
