/**
 * Files of the intent journal on a disk that a test can fill, hold and cut: what a process has written, and what of it a power loss
 * leaves. Since the last sync each sector of a file is the old or the new one, whichever the power loss takes.
 */
import type { SeededRandom } from '../lib/random.ts';
import {
  SEGMENT_BYTES,
  SEGMENT_HEAD,
  type Segment,
  type SegmentStore,
} from '../storage/intents/segment-store.ts';

export const SECTOR_BYTES = 512;

type File = {
  /** As every process sees it. */
  cached: Buffer;
  /** As it was at its last sync. */
  synced: Buffer;
};

export class SimulatedSegments implements SegmentStore {
  readonly location = 'simulated disk';
  readonly segmentBytes: number;
  readonly files = new Map<string, File>();
  /** What writes, and new files, are refused with; undefined: nothing. */
  refusal: Error | undefined;
  /** What a sync fails with. */
  syncRefusal: Error | undefined;
  /** Lets a sync happen: at once unless a test wants to decide when. */
  atSync: (run: () => void) => void = (run) => run();
  /** Hears of each write and each sync that has happened. */
  onWritten: () => void = () => undefined;
  onSynced: () => void = () => undefined;

  constructor(segmentBytes: number = SEGMENT_BYTES) {
    this.segmentBytes = segmentBytes;
  }

  names(): readonly string[] {
    return this.#ending('.intents');
  }

  read(name: string): Buffer {
    return Buffer.from(this.#file(name).cached);
  }

  async make(name: string): Promise<Segment> {
    if (this.refusal !== undefined) throw this.refusal;
    const cached = Buffer.alloc(this.segmentBytes);
    SEGMENT_HEAD.copy(cached);
    const file = { cached, synced: Buffer.from(cached) };
    this.files.set(name, file);
    return {
      name,
      write: (bytes, length, position) => {
        if (this.refusal !== undefined) throw this.refusal;
        bytes.copy(file.cached, position, 0, length);
        this.onWritten();
      },
      sync: () =>
        new Promise((resolve, reject) => {
          const now = Buffer.from(file.cached);
          this.atSync(() => {
            if (this.syncRefusal !== undefined) return reject(this.syncRefusal);
            file.synced = now;
            this.onSynced();
            resolve();
          });
        }),
      close: () => undefined,
    };
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }

  async setAside(name: string): Promise<void> {
    this.#rename(name, `${name}.damaged`);
  }

  aside(): readonly string[] {
    return this.#ending('.damaged');
  }

  async acknowledge(name: string): Promise<void> {
    this.#rename(name, `${name}.seen`);
  }

  async close(): Promise<void> {}

  /** The machine loses its power: of each sector that was written since the last sync the seed decides which one is there. */
  losePower(random: SeededRandom): void {
    for (const file of this.files.values()) {
      for (let at = 0; at < file.cached.length; at += SECTOR_BYTES) {
        const old = file.synced.subarray(at, at + SECTOR_BYTES);
        if (!old.equals(file.cached.subarray(at, at + SECTOR_BYTES)) && random.next() < 0.5)
          old.copy(file.cached, at);
      }
      file.synced = Buffer.from(file.cached);
    }
  }

  /** What is certain to be left: after a power loss, or of the process alone. */
  certain(survives: 'power loss' | 'death'): { readonly name: string; readonly bytes: Buffer }[] {
    return this.names().map((name) => {
      const { cached, synced } = this.#file(name);
      return { name, bytes: survives === 'death' ? cached : synced };
    });
  }

  #file(name: string): File {
    const file = this.files.get(name);
    if (file === undefined) throw new Error(`${name} is not there`);
    return file;
  }

  #rename(from: string, to: string): void {
    this.files.set(to, this.#file(from));
    this.files.delete(from);
  }

  #ending(ending: string): readonly string[] {
    return [...this.files.keys()].filter((name) => name.endsWith(ending)).toSorted();
  }
}
