/** The work of a lab's thread that makes a recording of a CSV file or a capture. It is written into the job's own folder. */
import { join } from 'node:path';
import { importCapture } from '../backtest/import/capture-import.ts';
import { importCsv } from '../backtest/import/csv-import.ts';
import type { CsvPhase, CsvProgress } from '../backtest/import/csv-plan.ts';
import { importOperations } from '../contract/import-operations.ts';
import { makeFolder } from '../lib/folders.ts';
import { importChoice } from './import-options.ts';
import { demandNewRecording, importPath, plainNames, recordingName, withoutFolders } from './import-place.ts';
import type { ImportTask, LabMessage, LabProgress } from './lab-task.ts';

const PHASES: Readonly<Record<CsvPhase, string>> = {
  reading: 'reading the file',
  checking: 'checking rows',
  writing: 'writing the recording',
};
/** Reported this many times over a phase whose length is known, and never for fewer rows than these. */
const REPORTS = 200;
const LEAST_ROWS = 20_000;
/** Sentences that a job keeps of each sort, and characters of one. */
const MAX_SENTENCES = 30;
const MAX_SENTENCE = 600;
/** Pairs of a capture that are named. */
const SHOWN_SYMBOLS = 20;

/** Writes the recording into `scratch`, whole, and answers its name. @throws UserError for what is at fault, files by their names alone. */
export async function runImportTask(
  { asked: given, folders }: ImportTask,
  scratch: string,
  onProgress: (progress: LabProgress) => void,
): Promise<LabMessage> {
  // It may come from the list of an engine before this one.
  const asked = importOperations.startImport.input.parse(given);
  const { file, instruments: list } = asked;
  const path = await importPath(folders, file);
  const listPath = list === undefined ? undefined : await importPath(folders, list, 'instruments');
  const recording = asked.out ?? recordingName(file, asked.symbol ?? asked.venue);
  await demandNewRecording(folders, recording);
  const kept = (sentences: readonly string[]): string[] =>
    sentences
      .slice(0, MAX_SENTENCES)
      .map((each) => plainNames(folders, [scratch], each).slice(0, MAX_SENTENCE));
  return withoutFolders(folders, [scratch], async () => {
    const { kind, options } = await importChoice(asked, path, listPath);
    makeFolder(scratch);
    const ends = { file: path, out: join(scratch, recording), onProgress: spaced(onProgress) };
    const made =
      kind === 'csv'
        ? await importCsv({ ...options, ...ends })
        : await importCapture({ ...options, ...ends });
    const what =
      made.kind === 'capture'
        ? `${made.frames} frames of ${made.venue}: ${symbolsText(made.symbols)}.`
        : `${made.rows} ${made.kind} of ${made.venue}.`;
    const notes = kept([what, ...made.assumptions]);
    return { type: 'imported', recording, warnings: kept(made.warnings), notes };
  });
}

function symbolsText(symbols: readonly string[]): string {
  const more = symbols.length > SHOWN_SYMBOLS ? ` and ${symbols.length - SHOWN_SYMBOLS} more` : '';
  return `${symbols.slice(0, SHOWN_SYMBOLS).join(', ')}${more}`;
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
