/** Tapes on the disk: written whole or not at all, and read only when they are whole, of this version and not stale. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { UserError } from '../../domain/errors.ts';
import { irregularity } from '../../lib/regular-file.ts';
import { partOf, PRIVATE_FILE } from '../../lib/whole-file.ts';
import { storageError } from '../storage-errors.ts';
import type { TapeBuilder } from './tape-builder.ts';
import {
  aligned,
  COLUMN_NAMES,
  COLUMN_TYPES,
  type ColumnName,
  MAX_TAPE_EVENTS,
  type Tape,
  TAPE_ALIVE,
  TAPE_BUY,
  type TapeColumns,
  type TapeHead,
  TAPE_MAGIC,
  TAPE_PREFIX_BYTES,
  TAPE_RARE,
  TAPE_SELL,
  isTapeBook,
  TAPE_TOUCH,
  type TapeSource,
  TAPE_VERSION,
} from './tape-format.ts';

/** The head lists instruments and rare events; a day of a whole venue has some MB of them. */
const MAX_HEAD_BYTES = 64 * 1024 * 1024;
const MAKE_AGAIN = 'Make it again with "parallax tape" and its market logs.';

/** What the maker of a tape knows of it besides its columns. */
export type TapeFacts = Omit<TapeHead, 'version' | 'events' | 'firstUs' | 'lastUs' | 'rare' | 'columns'>;

/** What is remembered of a log. @param named how the tape calls it. @throws UserError when it cannot be read. */
export async function tapeSourceOf(path: string, named: string): Promise<TapeSource> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path: named, bytes: size, modifiedMs: mtimeMs, sha256: await sha256Of(path) };
  } catch (error) {
    throw refused('tape-source', path, `cannot be read (${String(error)})`, 'Check the path.');
  }
}

/** SHA-256 of a whole file, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  demandRegular(path);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Writes a tape beside its final name and renames it once it is on the disk. @throws UserError */
export async function writeTape(path: string, builder: TapeBuilder, facts: TapeFacts): Promise<TapeHead> {
  const bytes = builder.columns();
  let at = 0;
  const places = COLUMN_NAMES.map((name) => {
    const column = bytes[name];
    const place = { offset: at, length: column.byteLength, crc32: crc32(column) };
    at = aligned(at + column.byteLength);
    return [name, place] as const;
  });
  const head: TapeHead = {
    ...facts,
    version: TAPE_VERSION,
    events: builder.events,
    firstUs: builder.firstUs,
    lastUs: builder.lastUs,
    rare: builder.rare,
    columns: Object.fromEntries(places) as TapeHead['columns'],
  };
  const part = partOf(path);
  try {
    const handle = await open(part, 'wx', PRIVATE_FILE);
    try {
      await writeParts(handle, head, bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw storageError(path, error);
  }
  return head;
}

async function writeParts(
  handle: FileHandle,
  head: TapeHead,
  bytes: Readonly<Record<ColumnName, Uint8Array>>,
): Promise<void> {
  const text = Buffer.from(JSON.stringify(head));
  const start = Buffer.alloc(aligned(TAPE_PREFIX_BYTES + text.length));
  TAPE_MAGIC.copy(start);
  start.writeUInt8(TAPE_VERSION, TAPE_MAGIC.length);
  start.writeUInt32LE(text.length, 8);
  start.writeUInt32LE(crc32(text), 12);
  text.copy(start, TAPE_PREFIX_BYTES);
  await handle.writeFile(start);
  for (const name of COLUMN_NAMES) {
    const column = bytes[name];
    await handle.writeFile(column);
    await handle.writeFile(new Uint8Array(aligned(column.byteLength) - column.byteLength));
  }
}

/** True when a file begins as tapes do. */
export async function isTape(path: string): Promise<boolean> {
  let handle: FileHandle | undefined;
  try {
    demandRegular(path);
    handle = await open(path, 'r');
    const start = Buffer.alloc(TAPE_MAGIC.length);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    return bytesRead === start.length && start.equals(TAPE_MAGIC);
  } catch {
    return false;
  } finally {
    await handle?.close();
  }
}

/**
 * Reads a tape whole, into memory that workers can share.
 * @throws UserError when it is not a tape, of another version, damaged, cut short, or when a log that it was made of is
 *   there and is another one by now.
 */
export async function readTape(path: string): Promise<Tape> {
  const file = await readWhole(path);
  const head = headOf(path, file);
  const start = aligned(TAPE_PREFIX_BYTES + file.readUInt32LE(8));
  const columns = Object.fromEntries(
    COLUMN_NAMES.map((name) => [name, columnOf(path, head, name, file, start)]),
  ) as unknown as TapeColumns;
  demandWhole(path, head, columns);
  await demandFresh(path, head);
  return { path, head, columns, memory: file.buffer };
}

/** What a tape holds, without its columns and without a look at its logs. @throws UserError as `readTape`. */
export async function readTapeHead(path: string): Promise<TapeHead> {
  let handle: FileHandle | undefined;
  try {
    demandRegular(path);
    handle = await open(path, 'r');
    const prefix = Buffer.alloc(TAPE_PREFIX_BYTES);
    const { bytesRead } = await handle.read(prefix, 0, prefix.length, 0);
    const length = bytesRead < prefix.length ? 0 : Math.min(prefix.readUInt32LE(8), MAX_HEAD_BYTES);
    const file = Buffer.alloc(bytesRead + length);
    await handle.read(file, 0, file.length, 0);
    return headOf(path, file);
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, error);
  } finally {
    await handle?.close();
  }
}

async function readWhole(path: string): Promise<Buffer<SharedArrayBuffer>> {
  let handle: FileHandle | undefined;
  try {
    demandRegular(path);
    handle = await open(path, 'r');
    const { size } = await handle.stat();
    const file = Buffer.from(new SharedArrayBuffer(size));
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(file, at, Math.min(size - at, 1 << 30), at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return file;
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, error);
  } finally {
    await handle?.close();
  }
}

function demandRegular(path: string): void {
  const what = irregularity(path);
  if (what !== undefined) throw refused('tape-unreadable', path, what, 'Give the path of a plain file.');
}

function unreadable(path: string, error: unknown): UserError {
  const code = (error as NodeJS.ErrnoException).code;
  const message = code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(error)})`;
  return refused('tape-unreadable', path, message, 'Check the path and the permissions.');
}

function headOf(path: string, file: Buffer): TapeHead {
  if (file.length < TAPE_PREFIX_BYTES || !file.subarray(0, TAPE_MAGIC.length).equals(TAPE_MAGIC)) {
    throw refused('not-a-tape', path, 'is not a tape', 'Give a file that "parallax tape" made.');
  }
  const version = file.readUInt8(TAPE_MAGIC.length);
  if (version !== TAPE_VERSION) {
    const message = `is a tape of version ${version}, this Parallax reads ${TAPE_VERSION}`;
    throw refused('tape-version', path, message, MAKE_AGAIN);
  }
  const length = file.readUInt32LE(8);
  if (length > MAX_HEAD_BYTES || TAPE_PREFIX_BYTES + length > file.length) {
    throw damaged(path, 'its head is cut short');
  }
  const text = file.subarray(TAPE_PREFIX_BYTES, TAPE_PREFIX_BYTES + length);
  if (crc32(text) !== file.readUInt32LE(12)) throw damaged(path, 'the checksum of its head does not match');
  try {
    const head = JSON.parse(text.toString('utf8')) as Partial<TapeHead>;
    const { venues, instruments, rare, sources, columns } = head;
    if ([venues, instruments, rare, sources].every(Array.isArray) && typeof columns === 'object') {
      return head as TapeHead;
    }
  } catch {
    // Said below.
  }
  throw damaged(path, 'its head cannot be read');
}

function columnOf(
  path: string,
  head: TapeHead,
  name: ColumnName,
  file: Buffer<SharedArrayBuffer>,
  start: number,
) {
  const { offset, length, crc32: expected } = head.columns[name];
  const Type = COLUMN_TYPES[name];
  const at = start + offset;
  if (at + length > file.length) throw damaged(path, `it is cut off within ${name}`);
  if (crc32(file.subarray(at, at + length)) !== expected) {
    throw damaged(path, `the checksum of ${name} does not match`);
  }
  // The constructors' types know ArrayBuffer only; they take shared memory just as well.
  const buffer = file.buffer as unknown as ArrayBuffer;
  return new Type(buffer, file.byteOffset + at, length / Type.BYTES_PER_ELEMENT);
}

/** Counts that fit together: a column that is whole by itself may still belong to another tape. */
function demandWhole(path: string, head: TapeHead, columns: TapeColumns): void {
  const { kinds, targets, times, venueTimes, bidCounts, askCounts, prices, qtys, seqs, prevSeqs } = columns;
  const { faultEvents, faultChecksums } = columns;
  const perEvent = [kinds, targets, times, venueTimes, bidCounts, askCounts];
  if (seqs.length > 0 || prevSeqs.length > 0) perEvent.push(seqs, prevSeqs);
  if (head.events > MAX_TAPE_EVENTS || perEvent.some((column) => column.length !== head.events)) {
    throw damaged(path, 'its columns have different lengths');
  }
  if (prices.length !== qtys.length || faultEvents.length !== faultChecksums.length) {
    throw damaged(path, 'its columns have different lengths');
  }
  let levels = 0;
  for (let event = 0; event < head.events; event++) {
    const kind = kinds[event] as number;
    levels += isTapeBook(kind) ? (bidCounts[event] as number) + (askCounts[event] as number) : 0;
    if (kind === TAPE_BUY || kind === TAPE_SELL) levels++;
    const known = kind === TAPE_RARE ? head.rare : kind === TAPE_ALIVE ? head.venues : head.instruments;
    if (kind > TAPE_TOUCH || (targets[event] as number) >= known.length) {
      throw damaged(path, `event ${event + 1} refers to something that the tape does not name`);
    }
  }
  if (levels !== prices.length) throw damaged(path, 'it has fewer levels than its events need');
}

/**
 * A log that is not there any longer cannot be compared: the tape stands for it.
 * @throws UserError when one is there and is another one by now.
 */
export async function demandFresh(path: string, head: TapeHead): Promise<void> {
  for (const source of head.sources) {
    const log = resolve(dirname(path), source.path);
    if (!existsSync(log)) continue;
    const { size, mtimeMs } = await stat(log);
    if (size === source.bytes && (mtimeMs === source.modifiedMs || (await sha256Of(log)) === source.sha256)) {
      continue;
    }
    throw refused('tape-stale', path, `was made from another ${log} than the one in its folder`, MAKE_AGAIN);
  }
}

function damaged(path: string, detail: string): UserError {
  return refused('tape-damaged', path, `is damaged: ${detail}`, MAKE_AGAIN);
}

function refused(code: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code, field: 'tape', value, message, remedy });
}
