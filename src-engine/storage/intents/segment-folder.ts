/** The files of the intent journal in a folder of the data folder, for this user alone. */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../lib/folders.ts';
import { irregularity } from '../../lib/regular-file.ts';
import { PRIVATE_FILE, syncFolder } from '../../lib/whole-file.ts';
import { SEGMENT_BYTES, SEGMENT_HEAD, type Segment, type SegmentStore } from './segment-store.ts';
import { SyncThread } from './sync-thread.ts';

const RECORDS = '.intents';
const UNFINISHED = '.new';
const ASIDE = '.damaged';
/** An operator has looked at it. */
const SEEN = '.seen';

const QUIETLY = { throwIfNoEntry: false } as const;

/** Files that end like this in a folder, by name; none where there is no folder. */
export function filesIn(folder: string, ending = RECORDS): readonly string[] {
  if (statSync(folder, QUIETLY) === undefined) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .toSorted();
}

/** @throws Error where it is no plain file, or longer than ever one is. */
export function readSegment(folder: string, name: string): Buffer {
  const path = join(folder, name);
  const wrong = irregularity(path, false);
  if (wrong !== undefined) throw new Error(`${path} ${wrong}`);
  const { size } = statSync(path);
  if (size > SEGMENT_BYTES)
    throw new Error(`${path} has ${size} bytes, at most ${SEGMENT_BYTES} are written`);
  return readFileSync(path);
}

export class SegmentFolder implements SegmentStore {
  readonly location: string;
  readonly segmentBytes = SEGMENT_BYTES;
  readonly #syncs = new SyncThread();

  /** @param location a folder of its own; made with the first file. */
  constructor(location: string) {
    this.location = location;
  }

  names(): readonly string[] {
    return filesIn(this.location);
  }

  read(name: string): Buffer {
    return readSegment(this.location, name);
  }

  /** It gets its name once all of it is on the disk: what is found under that name has its full size. */
  async make(name: string): Promise<Segment> {
    makeFolder(this.location);
    const path = join(this.location, name);
    const part = `${path}${UNFINISHED}`;
    await rm(part, { force: true });
    try {
      const handle = await open(part, 'wx', PRIVATE_FILE);
      try {
        const bytes = Buffer.alloc(SEGMENT_BYTES);
        SEGMENT_HEAD.copy(bytes);
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(part, path);
      await syncFolder(this.location);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    return new FileSegment(name, path, this.#syncs);
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.location, name), { force: true });
  }

  async setAside(name: string): Promise<void> {
    await rename(join(this.location, name), join(this.location, `${name}${ASIDE}`));
    await syncFolder(this.location);
  }

  aside(): readonly string[] {
    return filesIn(this.location, ASIDE);
  }

  async acknowledge(name: string): Promise<void> {
    await rename(join(this.location, name), join(this.location, `${name}${SEEN}`));
  }

  close(): Promise<void> {
    return this.#syncs.close();
  }
}

class FileSegment implements Segment {
  readonly name: string;
  readonly #path: string;
  readonly #syncs: SyncThread;
  readonly #file: number;
  readonly #opened: { readonly ino: number; readonly dev: number };

  constructor(name: string, path: string, syncs: SyncThread) {
    this.name = name;
    this.#path = path;
    this.#syncs = syncs;
    this.#file = openSync(path, 'r+');
    this.#opened = fstatSync(this.#file);
  }

  write(bytes: Buffer, length: number, position: number): void {
    // What is written into a file that was moved or removed is found by no restart, and one that was cut has lost what it held.
    const found = statSync(this.#path, QUIETLY);
    const isSame = found?.ino === this.#opened.ino && found.dev === this.#opened.dev;
    if (!isSame || found.size !== SEGMENT_BYTES) {
      const size = `cut or grown to ${found?.size ?? 0} bytes`;
      const what = found === undefined ? 'moved or removed' : isSame ? size : 'replaced by another file';
      throw Object.assign(new Error(`${this.name} was ${what} while the engine ran`), { code: 'MOVED' });
    }
    for (let at = 0; at < length; ) at += writeSync(this.#file, bytes, at, length - at, position + at);
  }

  sync(): Promise<void> {
    return this.#syncs.sync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}
