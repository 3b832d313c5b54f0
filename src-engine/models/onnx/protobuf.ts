/**
 * Messages of protobuf (protobuf.dev/programming-guides/encoding), read field by field and never made into objects: what is looked at is a window of the file. Every length is held
 * against what is left of it.
 */
import { UserError } from '../../domain/errors.ts';

const [VARINT, FIXED_64, LENGTH, FIXED_32] = [0, 1, 2, 5];
/** Bytes of the longest varint. */
const MAX_VARINT = 10;
/** Readers of protobuf cut a key to 32 bits: a larger number would be another field to them. */
const MAX_FIELD = 2 ** 29 - 1;

export type ProtoField = {
  readonly field: number;
  /** Of a varint, as a whole number; beyond 2^53 it is not exact. Of other kinds 0. */
  readonly number: number;
  /** Of a text, a message or packed numbers; of other kinds undefined. */
  readonly part: ProtoMessage | undefined;
};

export class ProtoMessage {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  readonly #from: number;
  readonly #to: number;
  #at: number;

  /** @param name of the file, for what is at fault. */
  constructor(bytes: Uint8Array, name: string, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#name = name;
    [this.#from, this.#to, this.#at] = [from, to, from];
  }

  get bytes(): number {
    return this.#to - this.#from;
  }

  /** All fields in their order. @throws UserError that names the byte at fault. */
  *fields(): Generator<ProtoField> {
    this.#at = this.#from;
    while (this.#at < this.#to) {
      const key = this.#varint();
      const [field, kind] = [Math.floor(key / 8), key % 8];
      if (field === 0) throw this.#fault('has a field without a number');
      if (field > MAX_FIELD) throw this.#fault(`has a field ${field}, which is none`);
      if (kind === VARINT) yield { field, number: this.#varint(), part: undefined };
      else if (kind === FIXED_64 || kind === FIXED_32) {
        this.#skip(kind === FIXED_64 ? 8 : 4);
        yield { field, number: 0, part: undefined };
      } else if (kind === LENGTH) {
        const length = this.#varint();
        const begin = this.#at;
        this.#skip(length);
        const part = new ProtoMessage(this.#bytes, this.#name, begin, begin + length);
        yield { field, number: 0, part };
      } else throw this.#fault(`has a field of kind ${kind}, which is none`);
    }
  }

  /** As text. @throws UserError where it is longer than `most` bytes. */
  text(most: number): string {
    if (this.bytes > most)
      throw this.#fault(`has a text of ${this.bytes} bytes, and at most ${most} are read`);
    return new TextDecoder().decode(this.#bytes.subarray(this.#from, this.#to));
  }

  /** Numbers one behind the other. */
  *packed(): Generator<number> {
    this.#at = this.#from;
    while (this.#at < this.#to) yield this.#varint();
  }

  #varint(): number {
    let [value, factor] = [0, 1];
    for (let count = 0; count < MAX_VARINT; count++) {
      if (this.#at >= this.#to) throw this.#fault('breaks off in the middle of a number');
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw this.#fault('has a number that does not end');
  }

  #skip(length: number): void {
    if (length > this.#to - this.#at)
      throw this.#fault(`says that ${length} bytes follow, and ${this.#to - this.#at} do`);
    this.#at += length;
  }

  #fault(message: string): UserError {
    return new UserError({
      code: 'bad-model',
      field: this.#name,
      message: `${message} (byte ${this.#at})`,
      remedy: 'Export the model again.',
    });
  }
}
