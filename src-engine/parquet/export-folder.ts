/** A folder that appears whole or not at all: an export that breaks off leaves none, and one never mixes with another. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { irregularity } from '../lib/regular-file.ts';
import { partOf, PRIVATE_FOLDER } from '../lib/whole-file.ts';
import { storageError } from '../storage/storage-errors.ts';
import { type ExportPlace, folderPlace } from './export-place.ts';

/** @param write fills the place that it is given. @throws UserError when there is something at `path`, or what `write` throws. */
export async function writeFolder<T>(path: string, write: (place: ExportPlace) => Promise<T>): Promise<T> {
  const target = placeOf(path);
  demandFree(target);
  const part = partOf(target);
  try {
    mkdirSync(dirname(target), { recursive: true });
    mkdirSync(part, { mode: PRIVATE_FOLDER });
    const made = await write(folderPlace(part));
    demandFree(target);
    if (existsSync(target)) rmdirSync(target);
    renameSync(part, target);
    return made;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error instanceof UserError ? error : storageError(target, error, 'DIR');
  }
}

/** The folder itself where the path is a link to it: a folder takes the place of no link. */
function placeOf(path: string): string {
  const target = resolve(path);
  if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target;
  if (existsSync(target)) return realpathSync(target);
  throw new UserError({
    code: 'file-exists',
    field: 'DIR',
    value: path,
    message: 'is a link that leads nowhere',
    remedy: 'Remove it, or name a new folder.',
  });
}

function demandFree(path: string): void {
  const isFree =
    !existsSync(path) || (irregularity(path) === 'is a folder' && readdirSync(path).length === 0);
  if (isFree) return;
  throw new UserError({
    code: 'file-exists',
    field: 'DIR',
    value: path,
    message: 'exists already and is no empty folder',
    remedy: 'Name a new folder.',
  });
}
