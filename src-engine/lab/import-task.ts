/** The work of a lab's thread that makes a recording of a CSV file. It is written into the job's own folder. */
import { dirname, join, sep } from 'node:path';
import { isCapture } from '../backtest/import/capture-records.ts';
import { importCsv } from '../backtest/import/csv-import.ts';
import type { CsvPhase, CsvProgress } from '../backtest/import/csv-plan.ts';
import { importOperations } from '../contract/import-operations.ts';
import { UserError } from '../domain/errors.ts';
import { makeFolder } from '../lib/folders.ts';
import { csvOptions } from './import-options.ts';
import { demandNewRecording, importPath, recordingName } from './import-place.ts';
import type { ImportTask, LabMessage, LabProgress } from './lab-task.ts';

const PHASES: Readonly<Record<CsvPhase, string>> = {
  reading: 'reading the file',
  checking: 'checking rows',
  writing: 'writing the recording',
};
/** Told this many times over a phase whose length is known, and never for fewer rows than these. */
const REPORTS = 200;
const LEAST_ROWS = 20_000;
/** Sentences that a job keeps of each sort, and characters of one. */
const MAX_SENTENCES = 30;
const MAX_SENTENCE = 600;

/** Writes the recording into `scratch`, whole, and answers its name. @throws UserError for what is at fault, files by their names alone. */
export async function runImportTask(
  task: ImportTask,
  scratch: string,
  onProgress: (progress: LabProgress) => void,
): Promise<LabMessage> {
  // It may come from the list of an engine before this one.
  const asked = importOperations.startImport.input.parse(task.asked);
  const path = await importPath(task.folders, asked.file);
  const out = asked.out ?? recordingName(asked.file, asked.symbol);
  await demandNewRecording(task.folders, out);
  const plain = (text: string): string =>
    [dirname(path), scratch].reduce((kept, folder) => kept.replaceAll(`${folder}${sep}`, ''), text);
  try {
    if (await isCapture(path)) throw unreadCapture(asked.file);
    makeFolder(scratch);
    const options = csvOptions(asked);
    const made = await importCsv({
      ...options,
      file: path,
      out: join(scratch, out),
      onProgress: spaced(onProgress),
    });
    const kept = (sentences: readonly string[]): string[] =>
      sentences.slice(0, MAX_SENTENCES).map((each) => plain(each).slice(0, MAX_SENTENCE));
    const { rows, kind, venue, warnings, assumptions } = made;
    const notes = kept([`${rows} ${kind} of ${venue}.`, ...assumptions]);
    return { type: 'imported', recording: out, warnings: kept(warnings), notes };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { field, value, message, remedy, ...rest } = error.problem;
    const shown = (text: string | undefined) => (text === undefined ? undefined : plain(text));
    throw new UserError({
      ...rest,
      field: shown(field),
      value: shown(value),
      message: plain(message),
      remedy: shown(remedy),
    });
  }
}

function spaced(onProgress: (progress: LabProgress) => void): CsvProgress {
  let last: { readonly phase: CsvPhase; readonly rows: number } | undefined;
  return (phase, rows, total) => {
    const step = Math.max(LEAST_ROWS, total / REPORTS);
    if (last?.phase === phase && rows - last.rows < step) return;
    last = { phase, rows };
    onProgress({ phase: PHASES[phase], done: rows, total, unit: 'lines' });
  };
}

function unreadCapture(file: string): UserError {
  return new UserError({
    code: 'bad-csv',
    field: 'file',
    value: file,
    message: 'is a capture of a venue’s frames, not CSV',
    remedy: 'Import it on the command line: parallax import.',
  });
}
