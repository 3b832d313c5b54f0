/**
 * An export into a bucket. Each file is a multipart upload, sent in parts as its bytes come; all are completed once every byte is there,
 * and a marker follows. An export that breaks off takes its uploads back, and objects that it had completed: without a marker nothing is whole.
 */
import type { Bucket } from '../aws/bucket.ts';
import { stopped } from '../aws/bucket.ts';
import { UserError } from '../domain/errors.ts';
import type { ExportPlace, OutFile } from './export-place.ts';

/** S3 takes none below 5 MiB, except the last one. */
export const PART_BYTES = 8 * 1024 * 1024;
const MAX_PARTS = 10_000;
/** Uploads at a time. */
const AT_ONCE = 4;
/** As Spark marks a whole folder, and readers of Hive's layout pass over. */
const MARKER = '_SUCCESS';

/** @param prefix without a slash at its ends; what is there already is refused. @throws UserError, or what `write` throws. */
export async function writeBucket<T>(
  bucket: Bucket,
  prefix: string,
  signal: AbortSignal,
  write: (place: ExportPlace) => Promise<T>,
): Promise<T> {
  const root = prefix === '' ? '' : `${prefix}/`;
  if (!(await bucket.isEmpty(root)))
    throw new UserError({
      code: 'file-exists',
      field: 'DIR',
      value: prefix,
      message: 'holds objects already',
      remedy: 'Name a new prefix.',
    });
  const place = new BucketPlace(bucket, root, signal);
  try {
    const made = await write(place);
    await place.complete();
    return made;
  } catch (error) {
    const left = await place.takeBack();
    if (left.length === 0) throw error;
    const message = error instanceof UserError ? error.message : String(error);
    throw new UserError({
      code: 'bucket-left',
      field: 'bucket',
      value: left[0],
      message: `could not be cleaned: ${left.length} ${left.length === 1 ? 'upload or object was' : 'uploads or objects were'} left after the export failed (${message})`,
      remedy:
        'Remove what is under the prefix, and let a lifecycle rule of the bucket end unfinished uploads.',
    });
  }
}

class BucketPlace implements ExportPlace {
  readonly #bucket: Bucket;
  readonly #root: string;
  readonly #signal: AbortSignal;
  readonly #uploads: Upload[] = [];

  constructor(bucket: Bucket, root: string, signal: AbortSignal) {
    this.#bucket = bucket;
    this.#root = root;
    this.#signal = signal;
  }

  get unsent(): number {
    return this.#uploads.reduce((sum, { unsent }) => sum + unsent, 0);
  }

  open(path: string): OutFile {
    const upload = new Upload(`${this.#root}${path}`);
    this.#uploads.push(upload);
    return upload;
  }

  /** There are none in a bucket. */
  folder(): void {}

  async settle(): Promise<void> {
    await this.#each(
      this.#uploads.filter((upload) => upload.hasPart),
      async (upload) => {
        while (upload.hasPart) await upload.send(this.#bucket);
      },
    );
  }

  /** All objects are seen, and the marker behind them. */
  async complete(): Promise<void> {
    await this.settle();
    await this.#each(this.#uploads, (upload) => upload.complete(this.#bucket));
    await this.#bucket.mark(`${this.#root}${MARKER}`);
  }

  /** @returns the keys of which something may be left. */
  async takeBack(): Promise<readonly string[]> {
    const left: string[] = [];
    const marker = { takeBack: () => this.#bucket.remove(`${this.#root}${MARKER}`), key: MARKER };
    const wasMarked = this.#uploads.length > 0 && this.#uploads.every(({ isComplete }) => isComplete);
    const waiting = [...(wasMarked ? [marker] : []), ...this.#uploads].values();
    const lane = async (): Promise<void> => {
      for (const each of waiting) {
        try {
          await each.takeBack(this.#bucket);
        } catch {
          left.push(each.key);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return left;
  }

  /** A few at a time; the first fault ends all, once those that run are done. */
  async #each(uploads: readonly Upload[], work: (upload: Upload) => Promise<void>): Promise<void> {
    const waiting = uploads.values();
    const faults: unknown[] = [];
    const lane = async (): Promise<void> => {
      for (const upload of waiting) {
        if (faults.length > 0) return;
        if (this.#signal.aborted) throw stopped();
        await work(upload);
      }
    };
    const lanes = Array.from({ length: AT_ONCE }, () =>
      lane().catch((error: unknown) => {
        faults.push(error);
      }),
    );
    await Promise.all(lanes);
    if (faults.length > 0) throw faults[0];
  }
}

class Upload implements OutFile {
  readonly key: string;
  readonly #tags: string[] = [];
  #chunks: Uint8Array[] = [];
  #id: string | undefined;
  #size = 0;
  #isEnded = false;
  #mayBeSeen = false;
  unsent = 0;
  isComplete = false;

  constructor(key: string) {
    this.key = key;
  }

  /** Something can be sent now. */
  get hasPart(): boolean {
    return this.unsent >= PART_BYTES || (this.#isEnded && this.unsent > 0);
  }

  write(bytes: Uint8Array): void {
    this.#chunks.push(bytes.slice());
    this.unsent += bytes.length;
    this.#size += bytes.length;
  }

  finish(): void {
    this.#isEnded = true;
  }

  /** Its upload is taken back with all others. */
  abandon(): void {
    this.#chunks = [];
    this.unsent = 0;
  }

  async send(bucket: Bucket): Promise<void> {
    if (this.#tags.length >= MAX_PARTS)
      throw new UserError({
        code: 'too-large',
        field: 'bucket',
        value: this.key,
        message: `would be larger than ${MAX_PARTS} parts of ${PART_BYTES / 1024 / 1024} MiB`,
        remedy: 'Export fewer recordings at a time.',
      });
    this.#id ??= await bucket.begin(this.key);
    const all = Buffer.concat(this.#chunks);
    const part = all.subarray(0, PART_BYTES);
    this.#chunks = [all.subarray(part.length)];
    this.#tags.push(await bucket.part(this.key, this.#id, this.#tags.length + 1, part));
    this.unsent -= part.length;
  }

  async complete(bucket: Bucket): Promise<void> {
    if (this.#id === undefined) return;
    this.#mayBeSeen = true;
    await bucket.complete(this.key, this.#id, this.#tags, this.#size);
    this.isComplete = true;
  }

  async takeBack(bucket: Bucket): Promise<void> {
    this.#chunks = [];
    if (this.#id === undefined) return;
    await bucket.abort(this.key, this.#id);
    // Of a completion the answer alone may be lost.
    if (this.#mayBeSeen) await bucket.remove(this.key);
  }
}
