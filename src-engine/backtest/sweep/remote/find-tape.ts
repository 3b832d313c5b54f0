/** The market data of a sweep on a worker's machine: looked up by content, whatever the files are called there. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../domain/errors.ts';
import { isTape, readTape, readTapeHead, sha256Of } from '../../../storage/tape/tape-file.ts';
import { TAPE_EXTENSION, TAPE_VERSION, type Tape } from '../../../storage/tape/tape-format.ts';
import { makeTape } from '../../tape-maker.ts';
import type { SharedTask } from './sweep-board.ts';

/** Most files of a data folder that are looked at. */
const MAX_FILES = 10_000;

export type DataPlaces = {
  /** Folder with market logs and tapes, searched with its subfolders. */
  readonly data: string;
  /** Folder for the tapes that are made here. */
  readonly cache: string;
};

type Wanted = Pick<SharedTask, 'sources' | 'fromUs' | 'toUs'>;

/**
 * The tape that was made of exactly these logs; made here when only the logs are there.
 * @throws UserError naming what is missing, and where it was looked for.
 */
export async function findTape({ data, cache }: DataPlaces, wanted: Wanted): Promise<Tape> {
  const made = join(cache, `${nameOf(wanted)}${TAPE_EXTENSION}`);
  const files = await filesOf(data);
  for (const path of [made, ...files.filter((file) => file.endsWith(TAPE_EXTENSION))]) {
    if (await isMadeOf(path, wanted)) return readTape(path);
  }
  const logs: string[] = [];
  for (const source of wanted.sources) logs.push(await findLog(data, files, source));
  await makeIn(cache, made, logs);
  if (await isMadeOf(made, wanted)) return readTape(made);
  throw new UserError({
    code: 'data-differs',
    field: '--data',
    value: data,
    message: 'has the logs of the sweep, but they decode to a different time span here',
    remedy: 'Run the same version on all machines.',
  });
}

/** Changes with the logs, their order, and the version of the decoding. */
function nameOf({ sources }: Wanted): string {
  const hash = createHash('sha256').update(`${TAPE_VERSION}`);
  for (const { sha256 } of sources) hash.update(sha256);
  return hash.digest('hex').slice(0, 32);
}

async function isMadeOf(path: string, { sources, fromUs, toUs }: Wanted): Promise<boolean> {
  if (!existsSync(path) || !(await isTape(path))) return false;
  try {
    const head = await readTapeHead(path);
    const isSame = head.sources.length === sources.length && head.firstUs === fromUs && head.lastUs === toUs;
    return isSame && head.sources.every(({ sha256 }, index) => sha256 === sources[index]?.sha256);
  } catch {
    // A tape of another version or a damaged one: there may be a better one, or its logs.
    return false;
  }
}

async function findLog(
  data: string,
  files: readonly string[],
  source: Wanted['sources'][number],
): Promise<string> {
  for (const path of files) {
    const { size } = await stat(path);
    if (size === source.bytes && (await sha256Of(path)) === source.sha256) return path;
  }
  throw new UserError({
    code: 'data-missing',
    field: '--data',
    value: data,
    message: `has no file with the content of ${source.name} (${source.bytes} bytes, SHA-256 ${source.sha256})`,
    remedy: 'Copy that log, or the tape that was made of it, into the folder.',
  });
}

async function filesOf(folder: string): Promise<string[]> {
  let entries: Awaited<ReturnType<typeof readEntries>>;
  try {
    entries = await readEntries(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw badFolder(folder, code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(error)})`);
  }
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  if (files.length > MAX_FILES) throw badFolder(folder, `has ${files.length} files, more than ${MAX_FILES}`);
  return files.sort();
}

function readEntries(folder: string) {
  return readdir(folder, { recursive: true, withFileTypes: true });
}

function badFolder(folder: string, message: string): UserError {
  return new UserError({
    code: 'bad-data-folder',
    field: '--data',
    value: folder,
    message,
    remedy: 'Name the folder that holds the market logs or tapes.',
  });
}

/** Beside its name first: two workers of one machine may make the same tape at the same time. */
async function makeIn(cache: string, path: string, logs: readonly string[]): Promise<void> {
  const own = `${path}.${process.pid}`;
  try {
    await mkdir(cache, { recursive: true });
    await makeTape({ logs, path: own });
    await rename(own, path);
  } finally {
    await rm(own, { force: true });
  }
}
