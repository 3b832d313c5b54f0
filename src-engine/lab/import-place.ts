/** Where imports come from, where they are written, and how one goes among the recordings: whole, or not at all. */
import { rmSync } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { UserError } from '../domain/errors.ts';
import type { LabFolders } from './lab-task.ts';

/** Endings that say how a file is packed or written, and not what it holds. */
const ENDING = /\.(?:csv|tsv|txt|jsonl|ndjson|json|log|gz|zst|zip)$/i;
const MAX_STEM = 120;

/** The folder into which people put files: beside those of the recordings and of the lab. */
export function importsFolder({ lab }: LabFolders): string {
  return join(dirname(lab), 'imports');
}

/** Unfinished imports. On the disk of the recordings, so that a finished one only gets another name. */
function unfinished({ recordings }: LabFolders): string {
  return join(recordings, '.importing');
}

/** The folder of one import's own. */
export function scratchOf(folders: LabFolders, jobId: string): string {
  return join(unfinished(folders), jobId);
}

/** What an import that was canceled or has ended leaves. A disk that refuses is asked again at the next start. */
export async function clearScratch(scratch: string): Promise<void> {
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

/** What an engine that was killed has left, before there is any job. */
export function clearUnfinished(folders: LabFolders): void {
  try {
    rmSync(unfinished(folders), { recursive: true, force: true });
  } catch {
    // A disk that refuses keeps no engine from starting: nothing there is listed as a recording.
  }
}

/** A name that leads nowhere else, and that a list can show as it is: no part of a path, not hidden, no control characters. */
export function isImportName(name: string): boolean {
  return basename(name) === name && !/^\.|^$|[\\/]|\p{C}/u.test(name);
}

/** Path of a file of the imports folder. @param field that names it. @throws UserError for what is not a plain file of it. */
export async function importPath(
  folders: LabFolders,
  name: string,
  field: 'file' | 'instruments' = 'file',
): Promise<string> {
  const folder = importsFolder(folders);
  const path = join(folder, name);
  if (isImportName(name) && (await lstat(path).catch(() => undefined))?.isFile() === true) return path;
  throw new UserError({
    code: 'unknown-import',
    field,
    value: name,
    message: 'is not a plain file of the imports folder',
    remedy: `Choose one of the list, or copy the file itself into ${folder}.`,
  });
}

/** Does it. @throws what it throws, where a UserError names files of these folders by their names alone. */
export async function withoutFolders<T>(
  folders: LabFolders,
  others: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { field, value, message, remedy, ...rest } = error.problem;
    const shown = (text: string | undefined): string | undefined =>
      text === undefined ? undefined : plainNames(folders, others, text);
    throw new UserError({
      ...rest,
      field: shown(field),
      value: shown(value),
      message: plainNames(folders, others, message),
      remedy: shown(remedy),
    });
  }
}

/** The text with files of the imports folder and of others by their names alone. */
export function plainNames(folders: LabFolders, others: readonly string[], text: string): string {
  return [importsFolder(folders), ...others].reduce(
    (kept, folder) => kept.replaceAll(`${folder}${sep}`, ''),
    text,
  );
}

/** @throws UserError when there is a recording of that name already. */
export async function demandNewRecording({ recordings }: LabFolders, name: string): Promise<void> {
  if ((await lstat(join(recordings, name)).catch(() => undefined)) === undefined) return;
  throw recordingExists(name);
}

export function recordingExists(name: string): UserError {
  return new UserError({
    code: 'recording-exists',
    field: 'out',
    value: name,
    message: 'is a recording already',
    remedy: 'Name the new recording otherwise, or remove that one first.',
  });
}

/** `prices.csv.gz` of BTC/USD: `prices-BTC-USD.jsonl.gz`. @param what the pair, or the venue of a capture. */
export function recordingName(file: string, what: string): string {
  let stem = file;
  while (ENDING.test(stem)) stem = stem.replace(ENDING, '');
  const plain = (text: string): string =>
    text.replaceAll(/[^A-Za-z0-9_.]+/g, '-').replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  const named = [plain(stem).slice(0, MAX_STEM), plain(what)].filter((part) => part !== '');
  return `${named.join('-')}.jsonl.gz`;
}
