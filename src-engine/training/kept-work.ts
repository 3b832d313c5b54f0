/**
 * Finished folds of a training on the disk, a line each, so that one that was canceled or killed goes on from there. The file is named after all that moves the
 * result; a line that is cut or altered is done again.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { plainText } from '../lib/regular-file.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../lib/whole-file.ts';
import { plain, type TrainingWatch } from './watch-training.ts';

const MAX_BYTES = 256 * 1024 * 1024;
/** Unfinished trainings whose folds are kept, and bytes of all; the oldest go first. */
const MAX_FILES = 20;
const MAX_TOTAL_BYTES = 1024 ** 3;

export class KeptWork {
  readonly #path: string;
  readonly #known = new Map<string, string>();

  /** @param key hash of what moves the result. */
  private constructor(dataDir: string, key: string) {
    this.#path = join(dataDir, 'lab', 'training', `${key}.jsonl`);
  }

  static async open(dataDir: string, key: string): Promise<KeptWork> {
    const kept = new KeptWork(dataDir, key);
    await removeOld(dirname(kept.#path), kept.#path);
    const text = (await plainText(kept.#path, MAX_BYTES).catch(() => undefined)) ?? '';
    for (const line of text.split('\n')) {
      const [hash = '', name = '', ...rest] = line.split('\t');
      const content = rest.join('\t');
      if (hash !== '' && hash === hashOf(name, content)) kept.#known.set(name, content);
    }
    return kept;
  }

  /** Folds that need not be done again. */
  get size(): number {
    return this.#known.size;
  }

  readonly once: TrainingWatch['once'] = (name, make) => {
    const known = this.#known.get(name);
    if (known !== undefined) return JSON.parse(known) as ReturnType<typeof make>;
    const made = plain(make());
    const content = JSON.stringify(made);
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: PRIVATE_FOLDER });
      // The line before may be cut: it ends here.
      appendFileSync(this.#path, `\n${hashOf(name, content)}\t${name}\t${content}\n`, { mode: PRIVATE_FILE });
    } catch {
      // A disk that takes nothing costs the way back to this fold, and no training.
    }
    return made;
  };

  /** What is no longer needed. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Folds of trainings that were not taken up again would fill the disk. */
async function removeOld(folder: string, own: string): Promise<void> {
  const paths = (await readdir(folder).catch(() => []))
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => join(folder, name))
    .filter((path) => path !== own);
  const files: { readonly path: string; readonly size: number; readonly mtimeMs: number }[] = [];
  for (const path of paths) {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile() === true) files.push({ path, size: found.size, mtimeMs: found.mtimeMs });
  }
  let total = 0;
  for (const [at, { path, size }] of files.toSorted((a, b) => b.mtimeMs - a.mtimeMs).entries()) {
    total += size;
    if (at >= MAX_FILES - 1 || total > MAX_TOTAL_BYTES) await rm(path, { force: true });
  }
}

function hashOf(name: string, content: string): string {
  return createHash('sha256').update(`${name}\t${content}`).digest('hex');
}
