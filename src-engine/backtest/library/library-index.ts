/**
 * What is known of the recordings of a folder, kept in a file of it: a recording is read once, and again when it is
 * another one. It is another one when its size differs, or its time of change and then its content.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { plainText } from '../../lib/regular-file.ts';
import { open, seal } from '../../lib/sealed.ts';
import { writeWhole } from '../../lib/whole-file.ts';
import { TAPE_VERSION } from '../../storage/tape/tape-format.ts';
import { sha256Of } from '../../storage/tape/tape-file.ts';
import type { RecordingFigures } from './recording-scan.ts';

export const INDEX_NAME = '.parallax-library.json';
/** Two thousand recordings take about a megabyte. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;
/** Changes with what a scan finds. */
const VERSION = `1-${TAPE_VERSION}`;
/** Most recordings that are remembered. */
const MAX_ENTRIES = 10_000;

const count = z.number().int().nonnegative();
const gap = z.strictObject({ fromUs: count, toUs: count });
const figures: z.ZodType<RecordingFigures> = z.strictObject({
  kind: z.enum(['log', 'tape']),
  venues: z.array(z.string()),
  symbols: z.array(z.string()),
  fromUs: count,
  toUs: count,
  events: count,
  bookMessages: count,
  trades: count,
  bookDepth: count,
  gapCount: count,
  gaps: z.array(gap),
  checksumFaults: count,
  sequenceGaps: count,
  unreadableFrames: count,
  firstFault: z.string(),
  disconnects: count,
  longestQuietUs: z.number().nonnegative(),
  quietestSymbol: z.string(),
  isUnfinished: z.boolean(),
});
const entry = z.strictObject({
  bytes: count,
  modifiedMs: z.number(),
  sha256: z.string(),
  /** Null: it could not be read, and `fault` says why. */
  figures: figures.nullable(),
  fault: z.string(),
});
export type IndexEntry = z.output<typeof entry>;
const indexFile = z.strictObject({ version: z.literal(VERSION), recordings: z.record(z.string(), entry) });

export class LibraryIndex {
  readonly #folder: string;
  readonly #entries: Map<string, IndexEntry>;

  private constructor(folder: string, entries: Map<string, IndexEntry>) {
    this.#folder = folder;
    this.#entries = entries;
  }

  /** An index that is missing, damaged or of another version is an empty one: it is made again. */
  static async open(folder: string): Promise<LibraryIndex> {
    try {
      const text = await plainText(join(folder, INDEX_NAME), MAX_INDEX_BYTES);
      const opened = open(text ?? '');
      const known = opened.state === 'whole' ? indexFile.parse(opened.value).recordings : {};
      return new LibraryIndex(folder, new Map(Object.entries(known)));
    } catch {
      return new LibraryIndex(folder, new Map());
    }
  }

  /** What is known of a file as it is; undefined when it is not known, or another one by now. */
  async known(name: string): Promise<IndexEntry | undefined> {
    const found = this.#entries.get(name);
    if (found === undefined) return undefined;
    const path = join(this.#folder, name);
    const { size, mtimeMs } = await stat(path);
    if (size !== found.bytes) return undefined;
    if (mtimeMs === found.modifiedMs) return found;
    if ((await sha256Of(path)) !== found.sha256) return undefined;
    const touched = { ...found, modifiedMs: mtimeMs };
    this.#entries.set(name, touched);
    return touched;
  }

  /** @param before size and time of change from before it was read: what changed meanwhile is read again. */
  async learn(
    name: string,
    before: { readonly size: number; readonly mtimeMs: number },
    found: Pick<IndexEntry, 'figures' | 'fault'>,
  ): Promise<IndexEntry> {
    const sha256 = await sha256Of(join(this.#folder, name));
    const learned = { bytes: before.size, modifiedMs: before.mtimeMs, sha256, ...found };
    this.#entries.set(name, learned);
    return learned;
  }

  /** Forgets what is not there any longer, and writes the rest. A folder that cannot be written has no index. */
  async save(names: readonly string[]): Promise<void> {
    const there = new Set(names);
    const kept = [...this.#entries].filter(([name]) => there.has(name)).slice(0, MAX_ENTRIES);
    const path = join(this.#folder, INDEX_NAME);
    const json = seal({ version: VERSION, recordings: Object.fromEntries(kept) });
    await writeWhole(path, json).catch(() => undefined);
  }
}
