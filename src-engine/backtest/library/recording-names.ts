/** Which files of a folder are recordings, and what they may be called. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { irregularity } from '../../lib/regular-file.ts';

export const LOG_NAME = /\.jsonl(?:\.gz)?$/;
export const TAPE_NAME = /\.tape$/;
const UNFINISHED = /\.jsonl(?:\.gz)?\.part$/;
/** Most recordings of one folder. */
const MAX_RECORDINGS = 2_000;

/** Control characters and invisible ones: two names could look the same, or one like another kind of file. */
const UNSEEN = /\p{C}/u;

/** Logs, tapes and recordings that were not ended, by name; none whose name cannot be shown as it is. @throws UserError */
export async function recordingNames(folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw badFolder(
      folder,
      code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(error)})`,
      'Name a folder of recordings, or record one with "parallax record".',
    );
  }
  const names = entries
    .filter((each) => each.isFile())
    .map(({ name }) => name)
    .filter((name) => LOG_NAME.test(name) || TAPE_NAME.test(name) || UNFINISHED.test(name))
    .filter((name) => !UNSEEN.test(name))
    .sort();
  if (names.length <= MAX_RECORDINGS) return names;
  throw badFolder(
    folder,
    `has ${names.length} recordings, more than ${MAX_RECORDINGS}`,
    'Move some elsewhere.',
  );
}

function badFolder(folder: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-library', field: 'library', value: folder, message, remedy });
}

/** Where a recording of that name is. @throws UserError for what is not a plain file: a link leads out of the folder. */
export function placeOf(folder: string, field: string, name: string): string {
  const path = join(folder, name);
  const irregular = irregularity(path, false);
  if (irregular === undefined) return path;
  throw new UserError({
    code: 'bad-recording',
    field,
    value: name,
    message: `${irregular}, and no plain file of the folder`,
    remedy: 'Copy the file itself into the folder of recordings.',
  });
}

/** The file name of a recording in its folder. @throws UserError for one that leaves the folder, or of no known kind. */
export function demandName(field: string, name: string, kinds: RegExp): void {
  if (/^[A-Za-z0-9][\w.-]{0,199}$/.test(name) && !name.includes('..') && kinds.test(name)) return;
  throw new UserError({
    code: 'bad-recording-name',
    field,
    value: name,
    message: 'is not a plain file name of that kind',
    remedy: 'Use letters, digits, dots and dashes, and end in .jsonl, .jsonl.gz or .tape.',
  });
}
