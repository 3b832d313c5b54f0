/** A recording or a tape that the system hands over, as a file was opened with Parallax: checked like any, and copied to the others. */
import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, existsSync, realpathSync, renameSync, statSync } from 'node:fs';
import { copyFile, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { demandName, LOG_NAME, TAPE_NAME } from '../backtest/library/recording-names.ts';
import { UserError } from '../domain/errors.ts';
import { makeFolder } from '../lib/folders.ts';
import { irregularity } from '../lib/regular-file.ts';
import { Serial } from '../lib/serial.ts';
import { readMarketLog } from '../storage/market-log.ts';
import { readTapeHead } from '../storage/tape/tape-file.ts';

const FIELD = 'file';
const KINDS = new RegExp(`${LOG_NAME.source}|${TAPE_NAME.source}`);
/** Files of one name and different content. */
const MAX_SAME_NAME = 50;
/** Left on the disk for what the engine itself writes there: its database, tapes and recordings. */
const RESERVE_BYTES = 1_073_741_824;
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
  return turns.run(() => open(folder, path, free));
}

async function open(folder: string, path: string, free: Free): Promise<string> {
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
    // A session may have begun one of that name while it was copied.
    if (existsSync(join(folder, kept))) throw Object.assign(new Error('taken'), { code: 'EEXIST' });
    renameSync(draft, join(folder, kept));
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

async function isSame(a: string, b: string): Promise<boolean> {
  if (statSync(a).size !== statSync(b).size) return false;
  return (await hashOf(a)) === (await hashOf(b));
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(resolve(path))) hash.update(part as Uint8Array);
  return hash.digest('hex');
}

function wrong(path: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-file', field: FIELD, value: path, message, remedy });
}
