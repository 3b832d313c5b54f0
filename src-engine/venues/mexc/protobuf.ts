/**
 * Fields of a protobuf message (protobuf.dev, "Encoding"): as much as MEXC's frames need, whose values are texts, whole numbers and
 * messages within messages.
 */

export type ProtoField = {
  readonly number: number;
  /** The bytes of a text or an inner message; undefined for a number. */
  readonly bytes: Buffer | undefined;
};

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;
/** A varint of 64 bits has at most so many bytes. */
const MAX_VARINT_BYTES = 10;
const MORE = 0x80;
const SEVEN_BITS = 0x7f;

/** @throws RangeError for bytes that are no message, or end in the middle of a field. */
export function protoFields(bytes: Buffer): ProtoField[] {
  const fields: ProtoField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let read = 0; read < MAX_VARINT_BYTES; read++) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('a message that ends within a number');
      value += (byte & SEVEN_BITS) * 2 ** (7 * read);
      if ((byte & MORE) === 0) return value;
    }
    throw new RangeError('a number of more than ten bytes');
  };
  const skip = (length: number): Buffer => {
    if (!Number.isSafeInteger(length) || at + length > bytes.length)
      throw new RangeError('a message that ends within a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const type = key % 8;
    if (number === 0) throw new RangeError('a field without a number');
    if (type === VARINT) varint();
    else if (type === FIXED_64) skip(8);
    else if (type === FIXED_32) skip(4);
    else if (type !== LENGTH) throw new RangeError(`a field of the unknown type ${type}`);
    fields.push({ number, bytes: type === LENGTH ? skip(varint()) : undefined });
  }
  return fields;
}

/** The text of the last field of this number, as protobuf takes it; empty without one. */
export function protoText(fields: readonly ProtoField[], number: number): string {
  return fields.findLast((field) => field.number === number)?.bytes?.toString('utf8') ?? '';
}
