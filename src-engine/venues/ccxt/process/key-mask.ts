/** Takes a key out of what a process says. */
import type { Key } from './exchange.ts';

/** Shorter ones are words, or parts of other texts. */
const SHORTEST = 4;
/** In what is not meant to be read by people, shorter ones are chance, and a number is a quantity. */
const isOfNote = (part: string): boolean => part.length >= 8 && !/^\d+$/.test(part);
const DEEPEST = 20;
/** Fields with words for people. */
const WORDS: ReadonlySet<string> = new Set(['text', 'problem']);

export class KeyMask {
  /** Parts of the key in all forms that they are written in. */
  #secrets: readonly string[] = [];

  learn({ key, secret, passphrase = '' }: Key): void {
    const parts = [key, secret, passphrase].filter((part) => part.length >= SHORTEST);
    // The longest first, as one may lie within another.
    this.#secrets = [...new Set(parts.flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  }

  /** Of words for people: no part of the key is left, not even a short one. */
  readonly text = (text: string): string =>
    this.#secrets.reduce((masked, part) => masked.replaceAll(part, '…'), text);

  /** Of a line: its words, and its data, where a part of the key is too long to be there by chance. */
  line(line: object): object {
    return this.#secrets.length === 0 ? line : (this.#masked(line, false, 0) as object);
  }

  #masked(value: unknown, isWords: boolean, depth: number): unknown {
    if (typeof value === 'string') return isWords ? this.text(value) : this.#data(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return '…';
    if (Array.isArray(value)) return value.map((one) => this.#masked(one, isWords, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, this.#masked(one, WORDS.has(name), depth + 1)]),
    );
  }

  #data(text: string): string {
    return this.#secrets.reduce(
      (masked, part) => (isOfNote(part) ? masked.replaceAll(part, '…') : masked),
      text,
    );
  }
}

/** As it is, in an address, in a form, and in JSON. */
function formsOf(part: string): readonly string[] {
  return [
    part,
    encodeURIComponent(part),
    new URLSearchParams([['', part]]).toString().slice(1),
    JSON.stringify(part).slice(1, -1),
  ];
}
