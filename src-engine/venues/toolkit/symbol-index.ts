import type { Instrument } from '../../domain/instrument.ts';

/** Places of a table for each symbol in it, at least: few share one. */
const SPACE = 4;
const SMALLEST = 64;

/**
 * Finds instruments by a symbol that still is part of a longer text or of its bytes, without cutting it out. The table, its hashes
 * and the letters lie in three arrays: with a thousand books in turn each further object on the way would be out of the cache.
 */
export class SymbolIndex {
  readonly #instruments: Instrument[] = [];
  /** Hash and number of an instrument, one more than its place in `#instruments`; 0: a free place. The next free one follows a taken one. */
  #table = new Int32Array(2 * SMALLEST);
  /** Letters of all symbols, one behind the other, and where each begins and the last one ends. */
  #letters = new Uint8Array(SMALLEST);
  readonly #starts: number[] = [0];

  constructor(instruments: readonly Instrument[] = []) {
    for (const instrument of instruments) this.add(instrument);
  }

  add(instrument: Instrument): void {
    const bytes = Buffer.from(instrument.symbol);
    const start = this.#starts.at(-1) ?? 0;
    if (start + bytes.length > this.#letters.length) {
      const longer = new Uint8Array(2 * (start + bytes.length));
      longer.set(this.#letters);
      this.#letters = longer;
    }
    this.#letters.set(bytes, start);
    this.#starts.push(start + bytes.length);
    const number = this.#instruments.push(instrument);
    if (number * SPACE * 2 > this.#table.length) this.#grow();
    else this.#enter(hashOf(bytes, 0, bytes.length), number);
  }

  /** The instrument whose symbol is text[start … end). */
  find(text: string, start = 0, end = text.length): Instrument | undefined {
    const bytes = Buffer.from(text.slice(start, end));
    return this.findBytes(bytes, 0, bytes.length);
  }

  /** The instrument whose symbol, in UTF-8, is bytes[start … end). Of several with one symbol it is the first that was added. */
  findBytes(bytes: Uint8Array, start: number, end: number): Instrument | undefined {
    const table = this.#table;
    const mask = table.length - 1;
    const hash = hashOf(bytes, start, end);
    for (let at = (2 * hash) & mask; ; at = (at + 2) & mask) {
      const number = table[at + 1] as number;
      if (number === 0) return undefined;
      if (table[at] === hash && this.#isAt(bytes, start, end, number)) return this.#instruments[number - 1];
    }
  }

  #isAt(bytes: Uint8Array, start: number, end: number, number: number): boolean {
    const letters = this.#letters;
    const from = this.#starts[number - 1] as number;
    if ((this.#starts[number] as number) - from !== end - start) return false;
    for (let i = start; i < end; i++) if (bytes[i] !== letters[from + i - start]) return false;
    return true;
  }

  #enter(hash: number, number: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let at = (2 * hash) & mask;
    while (table[at + 1] !== 0) at = (at + 2) & mask;
    table[at] = hash;
    table[at + 1] = number;
  }

  #grow(): void {
    this.#table = new Int32Array(2 * this.#table.length);
    for (let number = 1; number <= this.#instruments.length; number++) {
      const [start, end] = [this.#starts[number - 1] as number, this.#starts[number] as number];
      this.#enter(hashOf(this.#letters, start, end), number);
    }
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
  // The low bits alone are those of the last letters, which are the quote: mix the high ones in.
  return hash ^ (hash >>> 12);
}
