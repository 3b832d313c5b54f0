/** A recording or a tape that the system hands over, as a file was opened with Parallax: checked like any, and copied to the others. */
import { randomUUID } from 'node:crypto';
import { constants, existsSync, realpathSync, statSync } from 'node:fs';
import { copyFile, open, readdir, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { demandName, LOG_NAME, TAPE_NAME } from '../backtest/library/recording-names.ts';
import { UserError } from '../domain/errors.ts';
import { makeFolder } from '../lib/folders.ts';
import { irregularity } from '../lib/regular-file.ts';
import { Serial } from '../lib/serial.ts';
import { placeNew } from '../lib/whole-file.ts';
import { readMarketLog } from '../storage/market-log.ts';
import { readTapeHead } from '../storage/tape/tape-file.ts';

const FIELD = 'file';
const KINDS = new RegExp(`${LOG_NAME.source}|${TAPE_NAME.source}`);
/** Files of one name and different content. */
const MAX_SAME_NAME = 50;
/** Left on the disk for what the engine itself writes there: its database, tapes and recordings. */
const RESERVE_BYTES = 1_073_741_824;
/** Read of both files at a time. */
const PART_BYTES = 1_048_576;
const DRAFT = /^\.opening-[\da-f-]{36}$/;
/** Two files of one name never look for a free one at the same time. */
const turns = new Serial();

type Free = (folder: string) => Promise<number>;
const freeBytes: Free = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/**
 * @param folder of the recordings. @param path of a file anywhere; it stays as it is. @param free bytes on the disk of a folder.
 * @returns the name under which it is in the folder: that which it has there already, where the same file is.
 * @throws UserError for what is no recording, cannot be read, or has no room.
 */
export function openFile(folder: string, path: string, free: Free = freeBytes): Promise<string> {
  return turns.run(() => openOne(folder, path, free));
}

async function openOne(folder: string, path: string, free: Free): Promise<string> {
  const name = basename(path);
  demandName(FIELD, name, KINDS);
  const irregular = irregularity(path);
  if (irregular !== undefined || !existsSync(path))
    throw wrong(path, irregular ?? 'is not there', 'Choose a recording or a tape.');
  await demandHead(path);
  makeFolder(folder);
  if (dirname(realpathSync(path)) === realpathSync(folder)) return basename(realpathSync(path));
  const kept = await freeName(folder, path, name);
  if (existsSync(join(folder, kept))) return kept;
  // Those of an engine that was ended while it copied: of this one there is none at this moment.
  for (const left of await readdir(folder))
    if (DRAFT.test(left)) await rm(join(folder, left), { force: true });
  const { size } = statSync(path);
  if ((await free(folder)) < size + RESERVE_BYTES)
    throw wrong(
      path,
      `has ${Math.ceil(size / 1e6)} MB: with it less than ${Math.ceil(RESERVE_BYTES / 1e6)} MB would be free for the engine on the disk of the recordings`,
      'Make room there, or keep the recordings on another disk.',
    );
  const draft = join(folder, `.opening-${randomUUID()}`);
  try {
    // On file systems that can, no byte is copied.
    await copyFile(path, draft, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    // A session may have begun one of that name while it was copied: that one stays.
    await placeNew(draft, join(folder, kept));
  } catch (error) {
    await rm(draft, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw wrong(
      path,
      `could not be copied to the recordings (${code})`,
      'Make room there, or copy it by hand.',
    );
  }
  return kept;
}

/** @throws UserError where the file does not begin as its kind does. */
async function demandHead(path: string): Promise<void> {
  if (TAPE_NAME.test(path)) {
    await readTapeHead(path);
    return;
  }
  const log = await readMarketLog(path);
  await log.close();
}

/** Its own name, or one with a number where another file has that. A file with the same content has been opened before. */
async function freeName(folder: string, path: string, name: string): Promise<string> {
  const [, stem = name, ending = ''] = /^(.*?)(\.jsonl(?:\.gz)?|\.tape)$/.exec(name) ?? [];
  for (let n = 1; n <= MAX_SAME_NAME; n++) {
    const tried = n === 1 ? name : `${stem}-${n}${ending}`;
    const there = statSync(join(folder, tried), { throwIfNoEntry: false });
    if (there === undefined) return tried;
    if (there.isFile() && (await isSame(join(folder, tried), path))) return tried;
  }
  throw wrong(path, `has a name that ${MAX_SAME_NAME} recordings have`, 'Rename it.');
}

/** By their bytes up to the first that differs: most of two that have one name differ at once, and no hash takes the engine's time. */
async function isSame(a: string, b: string): Promise<boolean> {
  const { size } = statSync(a);
  if (size !== statSync(b).size) return false;
  const one = await open(a);
  const other = await open(b).catch(async (error: unknown) => {
    await one.close();
    throw error;
  });
  const parts = [Buffer.alloc(PART_BYTES), Buffer.alloc(PART_BYTES)] as const;
  try {
    for (let at = 0; at < size; ) {
      const { bytesRead: count } = await one.read(parts[0], 0, PART_BYTES, at);
      const { bytesRead: same } = await other.read(parts[1], 0, PART_BYTES, at);
      const length = Math.min(count, same);
      if (length === 0 || parts[0].compare(parts[1], 0, length, 0, length) !== 0) return false;
      at += length;
    }
    return true;
  } finally {
    await one.close();
    await other.close();
  }
}

function wrong(path: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-file', field: FIELD, value: path, message, remedy });
}
