/**
 * Fields of a protobuf message (protobuf.dev, "Encoding"): as much as MEXC's frames need, whose values are texts, whole numbers and
 * messages within messages.
 */

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;
/** A varint of 64 bits has at most so many bytes. */
const MAX_VARINT_BYTES = 10;
const MORE = 0x80;
const SEVEN_BITS = 0x7f;
const NOTHING = Buffer.alloc(0);

/** Walks over the fields of a message where it lies: nothing is allocated. */
export class ProtoCursor {
  /** Number of the field. */
  number = 0;
  /** The field is a text or an inner message, bytes[from … to); else a number. */
  hasBytes = false;
  from = 0;
  to = 0;
  /** The number, above 2^53 not exact. */
  readonly value = new Float64Array(1);
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;

  /** Begins the message bytes[start … end). */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Steps to the next field; false at the end. @throws RangeError for bytes that are no message, or end in the middle of a field. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    this.#varint();
    const key = this.value[0] as number;
    const type = key % 8;
    this.number = (key - type) / 8;
    this.hasBytes = type === LENGTH;
    if (this.number === 0) throw new RangeError('a field without a number');
    if (type === VARINT) this.#varint();
    else if (type === FIXED_64) this.#skip(8);
    else if (type === FIXED_32) this.#skip(4);
    else if (type !== LENGTH) throw new RangeError(`a field of the unknown type ${type}`);
    else {
      this.#varint();
      this.#skip(this.value[0] as number);
    }
    return true;
  }

  #varint(): void {
    let value = 0;
    let place = 1;
    for (let read = 0; read < MAX_VARINT_BYTES; read++) {
      if (this.#at >= this.#end) throw new RangeError('a message that ends within a number');
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & SEVEN_BITS) * place;
      if ((byte & MORE) === 0) {
        this.value[0] = value;
        return;
      }
      place *= 128;
    }
    throw new RangeError('a number of more than ten bytes');
  }

  #skip(length: number): void {
    if (!Number.isSafeInteger(length) || this.#at + length > this.#end)
      throw new RangeError('a message that ends within a field');
    this.from = this.#at;
    this.#at += length;
    this.to = this.#at;
  }
}

export type ProtoField = {
  readonly number: number;
  /** The bytes of a text or an inner message; undefined for a number. */
  readonly bytes: Buffer | undefined;
  /** The number; 0 for a text or an inner message. */
  readonly value: number;
};

/** @throws RangeError as ProtoCursor. */
export function protoFields(bytes: Buffer): ProtoField[] {
  const cursor = new ProtoCursor();
  const fields: ProtoField[] = [];
  cursor.reset(bytes, 0, bytes.length);
  while (cursor.next()) {
    const { number, hasBytes, from, to } = cursor;
    fields.push({
      number,
      bytes: hasBytes ? bytes.subarray(from, to) : undefined,
      value: hasBytes ? 0 : (cursor.value[0] as number),
    });
  }
  return fields;
}

/** The text of the last field of this number, as protobuf takes it; empty without one. */
export function protoText(fields: readonly ProtoField[], number: number): string {
  return fields.findLast((field) => field.number === number)?.bytes?.toString('utf8') ?? '';
}

/** The last number of this field; 0 without one. */
export function protoNumber(fields: readonly ProtoField[], number: number): number {
  return fields.findLast((field) => field.number === number)?.value ?? 0;
}
