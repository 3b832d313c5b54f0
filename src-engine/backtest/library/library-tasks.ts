/** What a library can be asked to do, by names within its folder: the same for the command line, a window and a thread. */
import { makeTape } from '../tape-maker.ts';
import { listRecordings, type Recording } from './recording-library.ts';
import { demandName, LOG_NAME, placeOf, TAPE_NAME } from './recording-names.ts';
import { mergeRecordings, type TrimResult, trimRecording } from './trim-recording.ts';

export type LibraryTask =
  | { readonly kind: 'list'; readonly scan: boolean }
  | {
      readonly kind: 'trim';
      readonly recording: string;
      readonly out: string;
      readonly fromUs?: number | undefined;
      readonly toUs?: number | undefined;
      readonly symbols?: readonly string[] | undefined;
    }
  | { readonly kind: 'merge'; readonly recordings: readonly string[]; readonly out: string }
  | { readonly kind: 'tape'; readonly recordings: readonly string[]; readonly out: string };

export type TapeResult = TrimResult & { readonly unreadableFrames: number };
/** By kind: what comes back. */
export type LibraryAnswers = {
  readonly list: readonly Recording[];
  readonly trim: TrimResult;
  readonly merge: TrimResult;
  readonly tape: TapeResult;
};
export type LibraryAnswer<T extends LibraryTask> = LibraryAnswers[T['kind']];

/** @throws UserError naming what cannot be done, and why. */
export async function runLibraryTask<T extends LibraryTask>(
  folder: string,
  task: T,
  onScan?: (name: string) => void,
): Promise<LibraryAnswer<T>> {
  return (await answerOf(folder, task, onScan)) as LibraryAnswer<T>;
}

function answerOf(folder: string, task: LibraryTask, onScan?: (name: string) => void): Promise<unknown> {
  const at = (name: string): string => placeOf(folder, 'recordings', name);
  switch (task.kind) {
    case 'list':
      return listRecordings(folder, { scan: task.scan, onScan });
    case 'trim': {
      const { recording, out, fromUs, toUs, symbols } = task;
      demandName('recording', recording, LOG_NAME);
      demandName('out', out, LOG_NAME);
      return trimRecording({ logs: [at(recording)], out: at(out), fromUs, toUs, symbols });
    }
    case 'merge':
      for (const name of task.recordings) demandName('recordings', name, LOG_NAME);
      demandName('out', task.out, LOG_NAME);
      return mergeRecordings(task.recordings.map(at), at(task.out));
    case 'tape':
      for (const name of task.recordings) demandName('recordings', name, LOG_NAME);
      demandName('out', task.out, TAPE_NAME);
      return tape(task.recordings.map(at), at(task.out));
  }
}

/** Makes a tape, in place of an older one of that name; of two that are made at once the later one stays. */
async function tape(logs: readonly string[], path: string): Promise<TapeResult> {
  const { events, firstUs: fromUs, lastUs: toUs, unreadableFrames } = await makeTape({ logs, path });
  return { file: path, events, fromUs, toUs, unreadableFrames };
}

/** `session.market-log.jsonl.gz` → `session` */
export function stemOf(name: string): string {
  return name.replace(/(?:\.market-log)?(?:\.jsonl)?(?:\.gz)?(?:\.part)?$/, '');
}
