/** Recordings decoded once into tapes, kept by what they were made of. */
import { createHash } from 'node:crypto';
import { lstat, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeTape, type TapeProgress } from '../backtest/tape-maker.ts';
import { UserError } from '../domain/errors.ts';
import { makeFolder } from '../lib/folders.ts';
import { isTape, readTape } from '../storage/tape/tape-file.ts';
import { TAPE_EXTENSION, type Tape } from '../storage/tape/tape-format.ts';
import type { LabFolders, LabProgress } from './lab-task.ts';

/** A recording that was broken off has this ending; its complete lines are read. */
const UNFINISHED = '.part';

/**
 * Path of a recording. @throws UserError for a name that is not a file of the folder: it must not lead out of it.
 */
export async function recordingPath(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const isThere = basename(name) === name && (await lstat(path).catch(() => undefined))?.isFile() === true;
  if (isThere) return path;
  throw new UserError({
    code: 'unknown-recording',
    field: 'recordings',
    value: name,
    message: 'is not a file of the recordings folder',
    remedy: 'Choose one of the list of recordings.',
  });
}

/** Where the tape of these recordings is, made or not: named by their names, sizes and times. */
export async function tapePath({ recordings, lab }: LabFolders, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names) {
    const { size, mtimeMs } = await stat(await recordingPath(recordings, name));
    hash.update(`${name}\n${size}\n${mtimeMs}\n`);
  }
  return join(lab, 'tapes', `${hash.digest('hex').slice(0, 32)}${TAPE_EXTENSION}`);
}

/** True when a run of this recording alone can start at once. */
export async function isDecoded(folders: LabFolders, name: string): Promise<boolean> {
  const path = await tapePath(folders, [name]).catch(() => '');
  return (await stat(path).catch(() => undefined)) !== undefined;
}

const TAPE_PHASES: Readonly<Record<TapeProgress['phase'], string>> = {
  reading: 'reading the recording',
  writing: 'storing it in decoded form',
};
/** Of a recording that is decoded already. */
const OPENING: LabProgress = { phase: 'opening the decoded recording', done: 0, total: 0, unit: '' };
/** Reports of its progress over a reading. */
const REPORTS = 200;

/** How far the making of a tape is, as a job says it: a part of a per cent is one report. */
export function tapeProgress(onProgress: (progress: LabProgress) => void): (progress: TapeProgress) => void {
  let told = '';
  return ({ phase, done, total, unit }) => {
    const step = `${phase} ${Math.floor((done * REPORTS) / Math.max(1, total))}`;
    if (step === told) return;
    told = step;
    onProgress({ phase: TAPE_PHASES[phase], done, total, unit });
  };
}

/** The tape of these recordings, decoded now where it is not stored. @throws UserError for a log at fault. */
export async function tapeOf(
  folders: LabFolders,
  names: readonly string[],
  onProgress: (progress: LabProgress) => void = () => undefined,
): Promise<Tape> {
  const [first = '', ...more] = names;
  const own = await recordingPath(folders.recordings, first);
  if (more.length === 0 && (await isTape(own))) {
    onProgress(OPENING);
    return readTape(own);
  }
  const path = await tapePath(folders, names);
  const kept = await readKept(path, onProgress);
  if (kept !== undefined) return kept;
  makeFolder(join(folders.lab, 'tapes'));
  const logs = names.map((name) => join(folders.recordings, name));
  const allowUnfinished = names.some((name) => name.includes(UNFINISHED));
  await makeTape({ logs, path, allowUnfinished, onProgress: tapeProgress(onProgress) });
  return readTape(path);
}

/** A stored tape; one that is damaged or of another version is made again: it holds nothing that the log does not. */
async function readKept(
  path: string,
  onProgress: (progress: LabProgress) => void,
): Promise<Tape | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  onProgress(OPENING);
  try {
    return await readTape(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await rm(path, { force: true });
    return undefined;
  }
}
