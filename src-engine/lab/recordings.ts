/** The library of recordings as operations: what takes long runs on a thread, so that trading does not wait for it. */
import { basename } from 'node:path';
import { type LibraryTask, runLibraryTask } from '../backtest/library/library-tasks.ts';
import { runOnThread } from '../backtest/library/library-thread.ts';
import type { TrimResult } from '../backtest/library/trim-recording.ts';
import type { libraryOperations } from '../contract/library-operations.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { makeFolder } from '../lib/folders.ts';
import type { Recording } from '../backtest/library/recording-library.ts';
import type { RecordingRecord } from '../contract/library-operations.ts';
import type { LabFolders } from './lab-task.ts';
import { isDecoded } from './tape-shelf.ts';

/** Threads that write recordings at a time. */
const MAX_WRITERS = 2;

export type LibraryHandlers = Pick<OperationHandlers, keyof typeof libraryOperations>;

export type Library = {
  readonly handlers: LibraryHandlers;
  list(): Promise<{ readonly recordings: RecordingRecord[]; readonly isReading: boolean }>;
  /** Whether recordings are being read whole; that begins where some are `unread`. The next list has them. */
  reads(unread: boolean): boolean;
};

/** The folder of the recordings is made when it is not there. */
export function libraryOf(folders: LabFolders): Library {
  const folder = folders.recordings;
  let isReading = false;
  let writers = 0;

  /** A folder that cannot be read says so in the list itself. */
  const reads = (unread: boolean): boolean => {
    if (isReading || !unread) return isReading;
    isReading = true;
    void runOnThread(folder, { kind: 'list', scan: true })
      .catch(() => undefined)
      .finally(() => {
        isReading = false;
      });
    return true;
  };

  const write = async (task: Exclude<LibraryTask, { kind: 'list' }>) => {
    if (writers >= MAX_WRITERS) {
      throw new UserError({
        code: 'library-busy',
        field: 'library',
        message: `is writing ${MAX_WRITERS} recordings already`,
        remedy: 'Wait until one of them is done.',
      });
    }
    writers++;
    try {
      return writtenOf(await runOnThread(folder, task));
    } finally {
      writers--;
    }
  };

  const list = async () => {
    makeFolder(folder);
    const listed = await runLibraryTask(folder, { kind: 'list', scan: false });
    const unread = listed.some(({ figures, fault }) => figures === null && fault === '');
    return { recordings: await recordsOf(folders, listed), isReading: reads(unread) };
  };
  const handlers: LibraryHandlers = {
    listRecordings: list,
    trimRecording: (input) => write({ kind: 'trim', ...input }),
    mergeRecordings: (input) => write({ kind: 'merge', ...input }),
    makeTape: (input) => write({ kind: 'tape', ...input }),
  };
  return { handlers, list, reads };
}

/** As the contract has them. */
export function recordsOf(folders: LabFolders, listed: readonly Recording[]): Promise<RecordingRecord[]> {
  return Promise.all(listed.map((each) => recordOf(folders, each)));
}

async function recordOf(
  folders: LabFolders,
  { name, bytes, modifiedMs, venues, symbols, figures, tape, tapeName, fault }: Recording,
): Promise<RecordingRecord> {
  return {
    name,
    bytes,
    modifiedUs: Math.floor(modifiedMs * 1_000),
    venue: venues.join(' + '),
    symbols,
    fromUs: figures?.fromUs ?? null,
    toUs: figures?.toUs ?? null,
    events: figures?.events ?? null,
    checksumFaults: figures?.checksumFaults ?? null,
    unreadableFrames: figures?.unreadableFrames ?? null,
    details: figures,
    isDecoded: figures?.kind === 'tape' || (await isDecoded(folders, name)),
    tape,
    tapeName,
    fault,
  };
}

function writtenOf({ file, events, fromUs, toUs }: TrimResult) {
  return { name: basename(file), events, fromUs, toUs };
}
