/**
 * One record of the intent journal: what one decision is about to send, as bytes. Each holds the checksum of the record before
 * it, so that none can be left out, repeated or moved without a trace; a record that is not whole does not fit its own checksum.
 *
 * Little endian: 0 magic, 4 CRC-32 of all that follows, 8 length of the text, 12 checksum of the record before, 16 sequence number,
 * 24 the last number that was on the disk when this one was written, 32 level, 40 the text (JSON), zeros to a multiple of 8.
 */
import { crc32 } from 'node:zlib';
import { DURABILITIES, type Durability } from '../../domain/durability.ts';

/** Its first and last byte occur in no UTF-8 text: no text can be taken for the beginning of a record. */
const MAGIC = 0xfe_49_50_ff;
const HEAD_BYTES = 40;
/** Records begin at multiples of it: that is where one is looked for behind damaged bytes. */
export const ALIGNMENT = 8;
/** Longest text of a record: a decision has four orders at most, of a kilobyte each. */
export const MAX_TEXT_BYTES = 64 * 1024;
export const MAX_RECORD_BYTES = HEAD_BYTES + MAX_TEXT_BYTES;

/** Of one UTF-16 unit of a text. */
const MOST_UTF8_BYTES = 3;

export type RecordHead = {
  /** Counts from 1 on, over all files of a folder. */
  readonly seq: number;
  /** Checksum of the record before; 0 of the first one. */
  readonly link: number;
  /** The last number that was known to be on the disk. */
  readonly durable: number;
  readonly level: Durability;
};

export type StoredRecord = RecordHead & {
  readonly text: string;
  /** Its own checksum, which the next record holds as its link. */
  readonly check: number;
  /** Bytes from its beginning to that of the next one. */
  readonly size: number;
};

/**
 * Writes a record to the beginning of `into`, which has MAX_RECORD_BYTES; answers its size without the zeros at its end.
 * @throws Error when the text is longer than MAX_TEXT_BYTES.
 */
export function writeRecord(into: Buffer, head: RecordHead, text: string): number {
  // Written before it is measured where it fits whatever its characters are: one walk over it instead of two.
  const isShort = text.length * MOST_UTF8_BYTES <= MAX_TEXT_BYTES;
  const length = isShort ? into.write(text, HEAD_BYTES) : Buffer.byteLength(text);
  if (length > MAX_TEXT_BYTES)
    throw new Error(`an intent has ${length} bytes, at most ${MAX_TEXT_BYTES} fit a record`);
  into.writeUInt32LE(MAGIC, 0);
  into.writeUInt32LE(length, 8);
  into.writeUInt32LE(head.link, 12);
  into.writeDoubleLE(head.seq, 16);
  into.writeDoubleLE(head.durable, 24);
  into.writeDoubleLE(DURABILITIES.indexOf(head.level), 32);
  if (!isShort) into.write(text, HEAD_BYTES);
  const size = HEAD_BYTES + length;
  into.writeUInt32LE(crc32(into.subarray(8, size)), 4);
  return size;
}

/** The checksum of the record at the beginning of `bytes`. */
export function checkOf(bytes: Buffer): number {
  return bytes.readUInt32LE(4);
}

/** Bytes that a record of `size` takes up, with the zeros at its end. */
export function aligned(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

/** The record at `at`; undefined where there is no whole one. */
export function readRecord(bytes: Buffer, at: number): StoredRecord | undefined {
  if (at + HEAD_BYTES > bytes.length || bytes.readUInt32LE(at) !== MAGIC) return undefined;
  const length = bytes.readUInt32LE(at + 8);
  const end = at + HEAD_BYTES + length;
  if (length > MAX_TEXT_BYTES || end > bytes.length) return undefined;
  const check = bytes.readUInt32LE(at + 4);
  if (crc32(bytes.subarray(at + 8, end)) !== check) return undefined;
  const level = DURABILITIES[bytes.readDoubleLE(at + 32)];
  if (level === undefined) return undefined;
  return {
    seq: bytes.readDoubleLE(at + 16),
    link: bytes.readUInt32LE(at + 12),
    durable: bytes.readDoubleLE(at + 24),
    level,
    text: bytes.toString('utf8', at + HEAD_BYTES, end),
    check,
    size: aligned(HEAD_BYTES + length),
  };
}
