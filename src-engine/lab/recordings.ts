/** The recordings folder as a list: what each market log holds, as far as its header and a decoded form tell. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingRecord } from '../contract/lab-records.ts';
import { readMarketLog } from '../storage/market-log.ts';
import { readTape } from '../storage/tape/tape-file.ts';
import type { LabFolders } from './lab-task.ts';
import { tapePath } from './tape-shelf.ts';

const LOG = /\.jsonl(\.gz)?(\.part)?$/;
/** Most recordings that are listed: the newest. */
const MAX_LISTED = 500;
const US_PER_MS = 1_000;

/** Newest first. A log that cannot be used is listed with its fault. `known` remembers what was read, by path and time. */
export async function listRecordings(
  folders: LabFolders,
  known: Map<string, RecordingRecord>,
): Promise<RecordingRecord[]> {
  const names = (await readdir(folders.recordings).catch(() => [])).filter((name) => LOG.test(name));
  const listed: RecordingRecord[] = [];
  for (const name of names.toSorted().toReversed().slice(0, MAX_LISTED)) {
    const file = await stat(join(folders.recordings, name)).catch(() => undefined);
    if (file?.isFile() !== true) continue;
    const key = `${name} ${file.size} ${file.mtimeMs}`;
    const kept = known.get(key);
    const record =
      kept?.isDecoded === true ? kept : await describe(folders, name, file.size, file.mtimeMs * US_PER_MS);
    if (known.size > 2 * MAX_LISTED) known.clear();
    known.set(key, record);
    listed.push(record);
  }
  return listed.sort((a, b) => b.modifiedUs - a.modifiedUs);
}

async function describe(
  folders: LabFolders,
  name: string,
  bytes: number,
  modifiedUs: number,
): Promise<RecordingRecord> {
  const plain = {
    name,
    bytes,
    modifiedUs: Math.floor(modifiedUs),
    venue: '',
    symbols: [],
    fromUs: null,
    toUs: null,
    events: null,
    checksumFaults: null,
    unreadableFrames: null,
    isDecoded: false,
    fault: '',
  };
  try {
    const log = await readMarketLog(join(folders.recordings, name), { allowUnfinished: true });
    await log.close();
    const { venue, instruments } = log.header;
    const record = { ...plain, venue, symbols: instruments.map(({ symbol }) => symbol) };
    const tape = await readTape(await tapePath(folders, [name])).catch(() => undefined);
    if (tape === undefined) return record;
    const { firstUs, lastUs, events, unreadableFrames } = tape.head;
    const checksumFaults = tape.columns.faultEvents.length;
    return {
      ...record,
      fromUs: firstUs,
      toUs: lastUs,
      events,
      checksumFaults,
      unreadableFrames,
      isDecoded: true,
    };
  } catch (error) {
    return { ...plain, fault: error instanceof Error ? error.message : String(error) };
  }
}
