/** Counts of trials, read once for each state of their ledgers: views ask for them every few seconds, and a ledger may have many lines. */
import { stat } from 'node:fs/promises';
import type { Tried } from './judgement.ts';
import { ledgersOf, triedOn } from './trained-before.ts';

/** Data sets that are remembered; beyond them all are forgotten. */
const MAX_KEPT = 10_000;

export class TriedCache {
  readonly #dataDir: string;
  readonly #known = new Map<string, { readonly stamp: string; readonly tried: Tried }>();

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** The same object as long as the ledgers are the same. */
  async on(dataSha256: string): Promise<Tried> {
    const stamp = await stampOf(ledgersOf(this.#dataDir, dataSha256));
    const known = this.#known.get(dataSha256);
    if (known?.stamp === stamp) return known.tried;
    const tried = await triedOn(this.#dataDir, dataSha256);
    if (this.#known.size >= MAX_KEPT) this.#known.clear();
    this.#known.set(dataSha256, { stamp, tried });
    return tried;
  }
}

/** Differs once one of the files is another one, or has other content, as far as the disk's times and sizes say. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return stats
    .map((each) => (each === undefined ? '-' : `${each.ino} ${each.mtimeMs} ${each.size}`))
    .join('/');
}
