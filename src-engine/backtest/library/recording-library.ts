/** The recordings of a folder: what each holds, how good it is, and whether its tape is stored. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { readMarketLog } from '../../storage/market-log.ts';
import { demandFresh, readTapeHead } from '../../storage/tape/tape-file.ts';
import { type IndexEntry, LibraryIndex } from './library-index.ts';
import { recordingNames, TAPE_NAME } from './recording-names.ts';
import { type RecordingFigures, scanRecording } from './recording-scan.ts';

export type Recording = {
  /** File name in the folder. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** From the header, which is read at once; empty when it is at fault. */
  readonly venues: readonly string[];
  readonly symbols: readonly string[];
  /** Null before it was read whole, and when it cannot be. */
  readonly figures: RecordingFigures | null;
  /** Of a log: is there a tape made of it alone, and is it still the same log? */
  readonly tape: 'none' | 'fresh' | 'stale';
  readonly tapeName: string;
  /** Why it cannot be used, with its remedy; empty: it can. */
  readonly fault: string;
};

export type ListOptions = {
  /** Reads what is not known yet, whole. Else only its header. */
  readonly scan: boolean;
  /** Before each recording that is read whole. */
  readonly onScan?: ((name: string) => void) | undefined;
};

/** Newest first. @throws UserError when there is no such folder, or it has too many recordings. */
export async function listRecordings(folder: string, options: ListOptions): Promise<Recording[]> {
  const names = await recordingNames(folder);
  const index = await LibraryIndex.open(folder);
  const tapes = await tapesOf(folder, names);
  const recordings: Recording[] = [];
  let hasLearned = false;
  for (const name of names) {
    const path = join(folder, name);
    // It may be gone by now: a recording that ended has lost its `.part`.
    if (!existsSync(path)) continue;
    let known = await index.known(name);
    if (known === undefined && options.scan) {
      options.onScan?.(name);
      known = await learn(index, folder, name);
      hasLearned = true;
    }
    recordings.push(await recordingOf(folder, name, known, tapes));
  }
  if (hasLearned) await index.save(names);
  return recordings.sort((a, b) => b.modifiedMs - a.modifiedMs || (a.name < b.name ? -1 : 1));
}

/** Reads a recording whole and remembers what was found, also that it is at fault. */
async function learn(index: LibraryIndex, folder: string, name: string): Promise<IndexEntry> {
  const path = join(folder, name);
  const before = await stat(path);
  try {
    return await index.learn(name, before, { figures: await scanRecording(path), fault: '' });
  } catch (error) {
    return index.learn(name, before, { figures: null, fault: faultOf(error) });
  }
}

async function recordingOf(
  folder: string,
  name: string,
  known: IndexEntry | undefined,
  { ofLog, stale }: Tapes,
): Promise<Recording> {
  const { size: bytes, mtimeMs: modifiedMs } = await stat(join(folder, name));
  const tape = ofLog.get(resolve(folder, name)) ?? { tape: 'none', tapeName: '' };
  const common = { name, bytes, modifiedMs, ...tape };
  if (known !== undefined) {
    const { figures } = known;
    const fault = stale.get(name) ?? known.fault;
    return { ...common, venues: figures?.venues ?? [], symbols: figures?.symbols ?? [], figures, fault };
  }
  return { ...common, figures: null, ...(await headOf(join(folder, name))) };
}

async function headOf(path: string): Promise<Pick<Recording, 'venues' | 'symbols' | 'fault'>> {
  try {
    if (TAPE_NAME.test(path)) {
      const { venues, instruments } = await readTapeHead(path);
      return { venues, symbols: instruments.map(({ spec }) => spec.symbol), fault: '' };
    }
    const log = await readMarketLog(path, { allowUnfinished: true });
    await log.close();
    const { venue, instruments } = log.header;
    return { venues: [venue], symbols: instruments.map(({ symbol }) => symbol), fault: '' };
  } catch (error) {
    return { venues: [], symbols: [], fault: faultOf(error) };
  }
}

type TapeState = Pick<Recording, 'tape' | 'tapeName'>;
type Tapes = {
  /** By the path of a log: the tape that was made of it alone. */
  readonly ofLog: ReadonlyMap<string, TapeState>;
  /** By the name of a tape whose logs are others by now: what is to be said of it. */
  readonly stale: ReadonlyMap<string, string>;
};

async function tapesOf(folder: string, names: readonly string[]): Promise<Tapes> {
  const ofLog = new Map<string, TapeState>();
  const stale = new Map<string, string>();
  for (const tapeName of names.filter((name) => TAPE_NAME.test(name))) {
    const path = join(folder, tapeName);
    const head = await readTapeHead(path).catch(() => undefined);
    if (head === undefined) continue;
    const fault = await demandFresh(path, head).then(() => '', faultOf);
    if (fault !== '') stale.set(tapeName, fault);
    const [source, ...more] = head.sources;
    if (source === undefined || more.length > 0) continue;
    const log = resolve(folder, source.path);
    if (fault !== '' && ofLog.get(log)?.tape === 'fresh') continue;
    ofLog.set(log, { tape: fault === '' ? 'fresh' : 'stale', tapeName });
  }
  return { ofLog, stale };
}

/** A fault in one file is reported for that file alone: it must not hide the others. */
function faultOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
