/**
 * The text of a file to import: plain, gzip, zstd, or one file of a zip archive, in UTF-8 or UTF-16. What a file is, is
 * read from its first bytes and never from its name.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { UserError } from '../../domain/errors.ts';
import { irregularity } from '../../lib/regular-file.ts';

export type TextFile = {
  readonly path: string;
  /** Of a zip archive with several files: which one. */
  readonly entry?: string | undefined;
};

/**
 * Bounds on what a compressed file may grow to. Market data in text shrinks 5 to 50 times; a file that grows more than
 * 500 times is made of repetitions, and the first 64 MiB are read before the ratio counts.
 */
const MAX_TEXT_BYTES = 64 * 2 ** 30;
const MAX_GROWTH = 500;
const GROWTH_COUNTS_ABOVE = 64 * 2 ** 20;
/** Most files of an archive that are looked at. */
const MAX_ENTRIES = 20_000;
const SHOWN_ENTRIES = 8;
const READ_BYTES = 256 * 1024;

type Packing = 'plain' | 'gzip' | 'zstd' | 'zip';

/** First bytes of what is not text, and what to do about it. */
const FOREIGN: readonly (readonly [magic: string, name: string, remedy: string])[] = [
  ['PAR1', 'a Parquet file', 'Write it as CSV first, for example with pandas: to_csv.'],
  ['ARROW1', 'a Feather file', 'Write it as CSV first, for example with pandas: to_csv.'],
  ['BZh', 'a bzip2 file', 'Unpack it first: bunzip2.'],
  ['\u00fd7zXZ', 'an xz file', 'Unpack it first: unxz.'],
  ['7z\u00bc\u00af', 'a 7-Zip archive', 'Unpack it first.'],
  ['Rar!', 'a RAR archive', 'Unpack it first.'],
  ['\u0089HDF', 'an HDF5 file', 'Write it as CSV first, for example with pandas: to_csv.'],
  ['SQLite format 3', 'a SQLite database', 'Write its table as CSV first.'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel workbook', 'Save the sheet as CSV.'],
];

/**
 * The text in pieces of any length, without a byte order mark.
 * @throws UserError for a file that cannot be read, is empty, damaged, cut off, no text, or grows beyond the bounds.
 */
export async function* textOf(file: TextFile): AsyncGenerator<string> {
  const { packing, size } = await inspect(file.path);
  if (file.entry !== undefined && packing !== 'zip') {
    throw fault(file.path, '--entry applies to zip archives, and this is not one', 'Leave --entry out.');
  }
  let archive: ZipFile | undefined;
  let stream: Readable | undefined;
  let packedBytes = packing === 'plain' ? Number.POSITIVE_INFINITY : size;
  try {
    if (packing === 'zip') {
      archive = await openPromise(file.path, { lazyEntries: true, autoClose: false });
      const entry = await entryOf(archive, file);
      packedBytes = entry.compressedSize;
      stream = await archive.openReadStreamPromise(entry);
    } else stream = unpacked(file.path, packing);
    yield* decoded(file.path, bounded(file.path, stream, packedBytes));
    const read = (stream as { bytesWritten?: number }).bytesWritten;
    if (packing === 'gzip' && read !== size) {
      throw fault(
        file.path,
        `has ${size - (read ?? 0)} bytes after the end of its gzip data`,
        'Get it again.',
      );
    }
  } catch (error) {
    throw explained(file.path, error);
  } finally {
    stream?.destroy();
    archive?.close();
  }
}

/** The first `chars` characters, or fewer where the text is shorter. @throws UserError as `textOf` does. */
export async function headOf(file: TextFile, chars: number): Promise<string> {
  let head = '';
  for await (const text of textOf(file)) {
    head += text;
    if (head.length >= chars) break;
  }
  return head.slice(0, chars);
}

/** How a file is packed, and its size. @throws UserError when it is missing, unreadable, empty, or of a known other kind. */
export async function inspect(path: string): Promise<{ packing: Packing; size: number }> {
  const wrong = irregularity(path);
  if (wrong === 'is a folder') throw fault(path, wrong, 'Name one file in it.');
  if (wrong !== undefined) throw fault(path, wrong, 'Write it to a plain file first.');
  let handle;
  try {
    handle = await open(path, 'r');
    const head = Buffer.alloc(16);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const { size } = await handle.stat();
    if (bytesRead === 0) throw fault(path, 'is empty', 'Get it again.');
    const text = head.toString('latin1', 0, bytesRead);
    const foreign = FOREIGN.find(([magic]) => text.startsWith(magic));
    if (foreign !== undefined) throw fault(path, `is ${foreign[1]}, not CSV`, foreign[2]);
    if (text.startsWith('\u001f\u008b')) return { packing: 'gzip', size };
    if (text.startsWith('\u0028\u00b5\u002f\u00fd')) return { packing: 'zstd', size };
    const isZip = text.startsWith('PK\u0003\u0004') || text.startsWith('PK\u0005\u0006');
    return { packing: isZip ? 'zip' : 'plain', size };
  } catch (error) {
    throw explained(path, error);
  } finally {
    await handle?.close();
  }
}

function unpacked(path: string, packing: Exclude<Packing, 'zip'>): Readable {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  if (packing === 'plain') return file;
  const options = { chunkSize: READ_BYTES };
  const unpack = packing === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
  file.on('error', (error) => unpack.destroy(error));
  unpack.on('close', () => file.destroy());
  return file.pipe(unpack);
}

/** The file of the archive that was named, or its only one. Folders, dot files and what macOS adds do not count. */
async function entryOf(archive: ZipFile, { path, entry }: TextFile): Promise<Entry> {
  const found: Entry[] = [];
  for await (const each of archive.eachEntry()) {
    if (found.length >= MAX_ENTRIES) {
      throw fault(path, `has more than ${MAX_ENTRIES} files`, 'Unpack it and import one of them.');
    }
    if (!/(?:^|\/)(?:__MACOSX\/|\.)|\/$/.test(each.fileName)) found.push(each);
  }
  if (found.some(({ fileName }) => fileName === '[Content_Types].xml')) {
    throw fault(path, 'is an Excel workbook, not CSV', 'Save the sheet as CSV.');
  }
  const named = found.filter(({ fileName }) => entry === undefined || fileName === entry);
  const tables =
    named.length > 1 ? named.filter(({ fileName }) => /\.(?:csv|txt|tsv)$/i.test(fileName)) : named;
  const [only, ...more] = tables;
  if (only === undefined || more.length > 0) {
    const names = found.slice(0, SHOWN_ENTRIES).map(({ fileName }) => fileName);
    const rest = found.length > names.length ? ` and ${found.length - names.length} more` : '';
    const message =
      only === undefined
        ? `has no ${entry === undefined ? 'CSV file' : `file named "${entry}"`}`
        : `has ${tables.length} files`;
    const remedy =
      found.length === 0 ? 'Get it again.' : `Choose one with --entry NAME: ${names.join(', ')}${rest}.`;
    throw fault(path, message, remedy);
  }
  if (only.isEncrypted()) throw fault(path, `has "${only.fileName}" encrypted`, 'Unpack it first.');
  return only;
}

async function* bounded(path: string, stream: Readable, packedBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += (chunk as Buffer).length;
    const grown = bytes > GROWTH_COUNTS_ABOVE && bytes > packedBytes * MAX_GROWTH;
    if (grown || bytes > MAX_TEXT_BYTES) {
      const message = grown
        ? `unpacks to more than ${MAX_GROWTH} times its ${packedBytes} bytes`
        : `contains more than ${MAX_TEXT_BYTES / 2 ** 30} GiB of text`;
      throw fault(path, message, 'Import it in parts, and check its source.');
    }
    yield chunk as Buffer;
  }
}

async function* decoded(path: string, chunks: AsyncGenerator<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  const checked = (text: string): string => {
    if (!text.includes('\0')) return text;
    throw fault(path, 'is not text: it has zero bytes', 'Give a CSV file; unpack an archive first.');
  };
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      const text = decoder.decode(chunk, { stream: true });
      bytes += chunk.length;
      if (text !== '') yield checked(text);
    }
    const rest = decoder?.decode() ?? '';
    if (rest !== '') yield checked(rest);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const where = `is neither UTF-8 nor UTF-16 text, somewhere after byte ${bytes}`;
    throw fault(path, where, 'Save it as UTF-8.');
  }
}

function encodingOf(chunk: Buffer): string {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  return chunk[0] === 0xfe && chunk[1] === 0xff ? 'utf-16be' : 'utf-8';
}

function explained(path: string, error: unknown): Error {
  if (error instanceof UserError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return fault(path, 'does not exist', 'Check the path.');
  if (code === 'EACCES' || code === 'EPERM') return fault(path, 'may not be read', 'Check its permissions.');
  if (code === 'Z_BUF_ERROR') return fault(path, 'is truncated', 'Get it again.');
  return fault(path, `is damaged or cannot be read (${message})`, 'Get it again.');
}

function fault(path: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-file', field: path, message, remedy });
}
