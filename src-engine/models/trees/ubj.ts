/**
 * Universal Binary JSON, draft 12 (ubjson.org), as XGBoost writes it: typed and counted containers among them. Every length is held against
 * what is left of the file before anything is made.
 */
import { refused } from './tree-ensemble.ts';

const MAX_NESTING = 64;
/** Values of all lists and objects together. */
const MAX_VALUES = 40_000_000;

/** Bytes of a number by its marker. */
const SIZES: Readonly<Record<string, number>> = {
  i: 1,
  U: 1,
  I: 2,
  l: 4,
  L: 8,
  d: 4,
  D: 8,
  C: 1,
  T: 0,
  F: 0,
  Z: 0,
  N: 0,
};

/** @throws UserError that names the byte at fault. */
export function parseUbj(bytes: Uint8Array, field = 'model'): unknown {
  const reader = new Reader(bytes, field);
  const value = reader.value(reader.marker(), 0);
  reader.demandEnd();
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #field: string;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, field: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#field = field;
  }

  /** The next marker; no-ops are passed over. */
  marker(): string {
    for (;;) {
      const marker = String.fromCharCode(this.#byte());
      if (marker !== 'N') return marker;
    }
  }

  demandEnd(): void {
    if (this.#at !== this.#bytes.length) throw this.#fault('has bytes after its end');
  }

  value(marker: string, depth: number): unknown {
    if (depth > MAX_NESTING) throw this.#fault(`is nested deeper than ${MAX_NESTING}`);
    if (++this.#values > MAX_VALUES) throw this.#fault(`has more than ${MAX_VALUES} values`);
    switch (marker) {
      case 'Z':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      case 'C':
        return String.fromCharCode(this.#byte());
      case 'S':
        return this.#text(this.#length());
      case 'H':
        return Number(this.#text(this.#length()));
      case '[':
        return this.#list(depth);
      case '{':
        return this.#object(depth);
      default:
        return this.#number(marker);
    }
  }

  #list(depth: number): unknown[] {
    const { type, count } = this.#head();
    const items: unknown[] = [];
    if (count !== undefined) {
      this.#demand(type, count);
      for (let at = 0; at < count; at++) items.push(this.value(type ?? this.marker(), depth + 1));
      return items;
    }
    for (let marker = this.marker(); marker !== ']'; marker = this.marker())
      items.push(this.value(marker, depth + 1));
    return items;
  }

  #object(depth: number): Record<string, unknown> {
    const { type, count } = this.#head();
    const fields = Object.create(null) as Record<string, unknown>;
    if (count !== undefined) {
      // Each name has a length of a byte at least, and its marker.
      this.#demand('I', count);
      for (let at = 0; at < count; at++) {
        const name = this.#text(this.#length());
        fields[name] = this.value(type ?? this.marker(), depth + 1);
      }
      return fields;
    }
    while (this.#bytes[this.#at] !== 0x7d) {
      const name = this.#text(this.#length());
      fields[name] = this.value(this.marker(), depth + 1);
    }
    this.#at++;
    return fields;
  }

  /** `$` type and `#` count of a container, where it has them. */
  #head(): { readonly type: string | undefined; readonly count: number | undefined } {
    let type: string | undefined;
    if (this.#bytes[this.#at] === 0x24) {
      this.#at++;
      type = String.fromCharCode(this.#byte());
      if (this.#bytes[this.#at] !== 0x23) throw this.#fault('has a typed container without a count');
    }
    if (this.#bytes[this.#at] !== 0x23) return { type, count: undefined };
    this.#at++;
    return { type, count: this.#length() };
  }

  /** Whether so many items can be in what is left of the file. */
  #demand(type: string | undefined, count: number): void {
    // Items without bytes of their own (T, F, Z) could be as many as the count says.
    const size = type === undefined ? 1 : Math.max(1, SIZES[type] ?? 1);
    if (count * size > this.#bytes.length - this.#at)
      throw this.#fault(`says ${count} items, more than the file has`);
  }

  #length(): number {
    const length = this.#number(this.marker());
    if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) return length;
    throw this.#fault(`has the length ${String(length)}`);
  }

  #number(marker: string): number {
    const at = this.#at;
    const size = SIZES[marker];
    if (size === undefined || size === 0) throw this.#fault(`has the marker ${JSON.stringify(marker)}`);
    if (at + size > this.#bytes.length) throw this.#fault('breaks off');
    this.#at += size;
    const view = this.#view;
    switch (marker) {
      case 'i':
        return view.getInt8(at);
      case 'U':
        return view.getUint8(at);
      case 'I':
        return view.getInt16(at);
      case 'l':
        return view.getInt32(at);
      case 'd':
        return view.getFloat32(at);
      case 'D':
        return view.getFloat64(at);
      case 'L':
        return Number(view.getBigInt64(at));
      default:
        throw this.#fault(`has the marker ${JSON.stringify(marker)} for a number`);
    }
  }

  #text(length: number): string {
    if (length > this.#bytes.length - this.#at)
      throw this.#fault(`says a text of ${length} bytes, more than the file has`);
    const text = new TextDecoder().decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return text;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw this.#fault('breaks off');
    return byte;
  }

  #fault(message: string): Error {
    return refused(this.#field, `${message}, at byte ${this.#at}`);
  }
}
