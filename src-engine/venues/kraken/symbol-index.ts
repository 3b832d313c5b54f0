import type { Instrument } from '../../domain/instrument.ts';

/** Finds instruments by a symbol that still is part of a longer text, without cutting it out. */
export class SymbolIndex {
  readonly #buckets = new Map<number, Instrument[]>();

  constructor(instruments: readonly Instrument[] = []) {
    for (const instrument of instruments) this.add(instrument);
  }

  add(instrument: Instrument): void {
    const { symbol } = instrument;
    const key = hash(symbol, 0, symbol.length);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, [instrument]);
    else bucket.push(instrument);
  }

  /** The instrument whose symbol is text[start … end). */
  find(text: string, start = 0, end = text.length): Instrument | undefined {
    const bucket = this.#buckets.get(hash(text, start, end));
    if (bucket === undefined) return undefined;
    for (const instrument of bucket) {
      const { symbol } = instrument;
      if (symbol.length === end - start && text.startsWith(symbol, start)) return instrument;
    }
    return undefined;
  }
}

/** Kept to 30 bits, which the engine stores without a heap object. */
function hash(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = (value * 31 + text.charCodeAt(i)) & 0x3fff_ffff;
  return value;
}
