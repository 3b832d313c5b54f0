/** A backtest that is stored as those of the lab are: from a tape, with its trades, their books and its curves. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BacktestOptions, checkOptions } from '../backtest/options.ts';
import { makeTape } from '../backtest/tape-maker.ts';
import { US_PER_MS } from '../domain/time.ts';
import { labFolders } from '../lab/lab-task.ts';
import { type RecordedRun, recordRun } from '../lab/run-task.ts';
import { tapeProgress } from '../lab/tape-shelf.ts';
import { makeFolder } from '../lib/folders.ts';
import { partOf } from '../lib/whole-file.ts';
import { isTape, readTape } from '../storage/tape/tape-file.ts';
import { TAPE_EXTENSION } from '../storage/tape/tape-format.ts';
import { progressNotes } from './progress-notes.ts';

/** @throws UserError for any option, log or event at fault. */
export async function saveBacktest(
  options: BacktestOptions,
  dataDir: string,
  note: (text: string) => void,
): Promise<RecordedRun> {
  checkOptions(options);
  const onProgress = progressNotes(note);
  const { logs } = options;
  const { lab, runs } = labFolders(dataDir);
  const recordings = logs.map((log) => basename(log));
  const record = async (path: string): Promise<RecordedRun> => {
    const run = { name: '', createdUs: Date.now() * US_PER_MS, recordings, runsDir: runs };
    const tape = await readTape(path);
    return recordRun({ ...run, tape, options: { ...options, logs: [path] } }, onProgress);
  };
  const [first = ''] = logs;
  if (logs.length === 1 && (await isTape(first))) return record(first);
  makeFolder(lab);
  const made = `${partOf(join(lab, 'saved'))}${TAPE_EXTENSION}`;
  try {
    await makeTape({ logs, path: made, onProgress: tapeProgress(onProgress) });
    return await record(made);
  } finally {
    await rm(made, { force: true });
  }
}
