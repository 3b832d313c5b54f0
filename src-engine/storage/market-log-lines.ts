/** A text file, plain or gzipped, as blocks of whole lines: the bytes below the market log. */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { constants, createGunzip, type Gunzip } from 'node:zlib';
import { UserError } from '../domain/errors.ts';
import { irregularity } from '../lib/regular-file.ts';

/** Longest line of a market log, in bytes: a frame of 16 MiB, which is the longest that is received, with its quotes escaped. */
export const MAX_LINE_BYTES = 24 * 1024 * 1024;

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const READ_BYTES = 1024 * 1024;
const RECORD_AGAIN =
  'Record it again, or read the file up to its last complete line with the option for unfinished logs.';

/**
 * A recorded market shrinks 5 to 50 times; a file that grows more than 200 times is made of repetitions. The first 64 MiB are
 * read before the ratio counts.
 */
const MAX_GROWTH = 200;
const GROWTH_COUNTS_ABOVE = 64 * 2 ** 20;

/** Whole lines as they lie in the file, in UTF-8. */
export type LineBlock = {
  readonly bytes: Buffer;
  /** End of each line, its line break not counted; the next one begins a byte behind it. */
  readonly ends: readonly number[];
  /** Number of the first line, counted from 1. */
  readonly firstLine: number;
  /** True when the last line is not followed by a line break: the end of the file. */
  readonly unterminated: boolean;
  /** Bytes of the file, packed as they lie there, that were read up to this block, and all that it has. */
  readonly fileRead: number;
  readonly fileSize: number;
};

/** Where a line of a block begins. */
export function lineStart({ ends }: LineBlock, index: number): number {
  return index === 0 ? 0 : (ends[index - 1] ?? 0) + 1;
}

/** A fault of the file at one of its lines. */
export function logError(
  file: string,
  line: number,
  fault: { code: string; field?: string; value?: string; message: string; remedy: string },
): UserError {
  const where = fault.field === undefined ? '' : `, ${fault.field}`;
  return new UserError({
    code: fault.code,
    field: `${file} line ${line}${where}`,
    ...(fault.value === undefined ? {} : { value: shortened(fault.value) }),
    message: fault.message,
    remedy: fault.remedy,
  });
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Reads `path` in blocks of whole lines; gzip is recognised by its magic bytes, not by the name. With `salvage`, a
 * gzip that breaks off ends like a file that breaks off in the middle of a line.
 * @throws UserError for a file that cannot be read, is empty, breaks off, is damaged, or has a line above
 *   `maxLineBytes`.
 */
export async function* readLineBlocks(
  path: string,
  salvage: boolean,
  maxLineBytes = MAX_LINE_BYTES,
): AsyncGenerator<LineBlock> {
  const { gzipped, size } = await inspect(path);
  const gunzip = gzipped ? gunzipOf(path, salvage) : undefined;
  const bytes: Readable = gunzip ?? createReadStream(path, { highWaterMark: READ_BYTES });
  let line = 1;
  let rest: Buffer[] = [];
  let restBytes = 0;
  let read = 0;
  const file = () => ({ fileRead: Math.min(gunzip?.bytesWritten ?? read, size), fileSize: size });
  try {
    for await (const part of bytes) {
      let chunk = read === 0 ? withoutMark(part as Buffer) : (part as Buffer);
      read += (part as Buffer).length;
      if (gzipped && read > GROWTH_COUNTS_ABOVE && read > size * MAX_GROWTH) throw grown(path, line, size);
      const firstEnd = rest.length === 0 ? -1 : chunk.indexOf(NEWLINE);
      if (firstEnd >= 0) {
        // Only the line that lies in two chunks is copied.
        const bytes = Buffer.concat([...rest, chunk.subarray(0, firstEnd)]);
        const ends = endsOf(path, line, bytes, maxLineBytes);
        yield { bytes, ends, firstLine: line, unterminated: false, ...file() };
        line++;
        rest = [];
        restBytes = 0;
        chunk = chunk.subarray(firstEnd + 1);
      }
      const end = chunk.lastIndexOf(NEWLINE);
      if (end >= 0) {
        const bytes = chunk.subarray(0, end);
        const ends = endsOf(path, line, bytes, maxLineBytes);
        yield { bytes, ends, firstLine: line, unterminated: false, ...file() };
        line += ends.length;
      }
      const tail = chunk.subarray(end + 1);
      if (tail.length > 0) rest.push(tail);
      restBytes += tail.length;
      if (restBytes > maxLineBytes) throw tooLong(path, line, maxLineBytes);
    }
    if (gunzip !== undefined && !salvage && gunzip.bytesWritten !== size) {
      throw logError(path, line, {
        code: 'damaged-log',
        message: `has ${size - gunzip.bytesWritten} bytes after the end of its gzip data`,
        remedy: RECORD_AGAIN,
      });
    }
  } catch (error) {
    throw error instanceof UserError ? error : await explain(path, error, line);
  } finally {
    bytes.destroy();
  }
  if (restBytes > 0) {
    const bytes = Buffer.concat(rest);
    const ends = endsOf(path, line, bytes, maxLineBytes);
    yield { bytes, ends, firstLine: line, unterminated: true, ...file() };
  }
}

/** Editors and tools of Windows put a byte order mark before UTF-8 text. */
function withoutMark(bytes: Buffer): Buffer {
  return bytes.indexOf(BYTE_ORDER_MARK) === 0 ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
}

function gunzipOf(path: string, salvage: boolean): Gunzip {
  const gunzip = createGunzip({
    chunkSize: READ_BYTES,
    ...(salvage ? { finishFlush: constants.Z_SYNC_FLUSH } : {}),
  });
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  file.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => file.destroy());
  return file.pipe(gunzip);
}

function endsOf(path: string, firstLine: number, bytes: Buffer, maxLineBytes: number): number[] {
  if (!isUtf8(bytes)) {
    throw logError(path, firstLine, {
      code: 'damaged-log',
      message: 'or one of the lines after it is not UTF-8 text',
      remedy: 'Check that this is a market log and that it was copied whole.',
    });
  }
  const ends: number[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start > maxLineBytes) throw tooLong(path, firstLine + ends.length, maxLineBytes);
    ends.push(end);
    start = end + 1;
  }
  return ends;
}

function grown(path: string, line: number, bytes: number): UserError {
  return logError(path, line, {
    code: 'damaged-log',
    message: `lies behind more than ${MAX_GROWTH} times the ${bytes} bytes of the file: it was made of repetitions`,
    remedy: 'Check where it came from; no recording is packed so well.',
  });
}

function tooLong(path: string, line: number, maxLineBytes: number): UserError {
  return logError(path, line, {
    code: 'line-too-long',
    message: `is longer than ${maxLineBytes} bytes`,
    remedy: 'Check that this is a market log: one event a line.',
  });
}

/** Gzip or not, and the size. @throws UserError when the file is missing, unreadable or empty. */
async function inspect(path: string): Promise<{ gzipped: boolean; size: number }> {
  const irregular = irregularity(path);
  if (irregular !== undefined) throw unusable(path, irregular);
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const magic = Buffer.alloc(2);
    const { bytesRead } = await handle.read(magic, 0, 2, 0);
    const { size } = await handle.stat();
    if (bytesRead === 0) {
      throw logError(path, 1, {
        code: 'empty-log',
        message: 'is missing: the file is empty',
        remedy: 'Give a market log that was recorded with "parallax record".',
      });
    }
    return { gzipped: bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b, size };
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, error);
  } finally {
    await handle?.close();
  }
}

function unreadable(path: string, error: unknown): UserError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return unusable(path, code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(error)})`);
}

function unusable(path: string, message: string): UserError {
  return new UserError({
    code: 'log-unreadable',
    field: 'market log',
    value: path,
    message,
    remedy: 'Check the path and the permissions.',
  });
}

/** An error from below the line reader, with the line at which it happened. */
async function explain(path: string, error: unknown, line: number): Promise<UserError> {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'Z_BUF_ERROR') return truncated(path, await lastLineBeforeCut(path));
  if (code.startsWith('Z_')) {
    return logError(path, line, {
      code: 'damaged-log',
      message: `or one of the lines after it is damaged: ${(error as Error).message}`,
      remedy: 'Copy the file again from where it was recorded, or record it again.',
    });
  }
  return unreadable(path, error);
}

export function truncated(path: string, line: number): UserError {
  return logError(path, line, {
    code: 'truncated-log',
    message: 'is cut off: truncated log',
    remedy: RECORD_AGAIN,
  });
}

/**
 * The line at which a broken gzip breaks off. The strict reader loses what was decompressed but not yet read when
 * the error arrives, so it is counted again, with a decompressor that gives what there is.
 */
async function lastLineBeforeCut(path: string): Promise<number> {
  let line = 1;
  for await (const block of readLineBlocks(path, true)) {
    line = block.firstLine + block.ends.length - (block.unterminated ? 1 : 0);
  }
  return line;
}
