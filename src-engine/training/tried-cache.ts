/** Counts of trials, read once for each state of their ledgers: views ask for them every few seconds, and a ledger may have many lines. */
import { stat } from 'node:fs/promises';
import { alikeIn, type Tried, TriedData } from '../backtest/strategy/tried-data.ts';

/** Data sets that are remembered; beyond them all are forgotten. */
const MAX_KEPT = 10_000;

export class TriedCache {
  readonly #data: TriedData;
  readonly #known = new Map<string, { readonly stamp: string; readonly tried: Tried }>();
  /** What is alike, by hash, as long as the list of data is the same. */
  readonly #alike = new Map<string, readonly string[]>();
  #list: { readonly stamp: string; readonly described: ReturnType<TriedData['list']> } | undefined;

  constructor(dataDir: string) {
    this.#data = new TriedData(dataDir);
  }

  /** Of trainings. The same object as long as the ledgers are the same. */
  async on(dataSha256: string): Promise<Tried> {
    const others = await this.#othersOf(dataSha256);
    const stamp = await stampOf(this.#data.pathsOf(dataSha256, others));
    const known = this.#known.get(dataSha256);
    if (known?.stamp === stamp) return known.tried;
    const tried = await this.#data.on('training', dataSha256, others);
    if (this.#known.size >= MAX_KEPT) this.#known.clear();
    this.#known.set(dataSha256, { stamp, tried });
    return tried;
  }

  async #othersOf(data: string): Promise<readonly string[]> {
    const stamp = await stampOf(await this.#data.listPaths());
    // Who asks while it is being read reads no list of its own.
    if (this.#list?.stamp !== stamp) {
      const described = this.#data.list();
      this.#list = { stamp, described };
      this.#alike.clear();
      // One that could not be read is read again by the next who asks.
      described.catch(() => {
        if (this.#list?.described === described) this.#list = undefined;
      });
    }
    const described = await this.#list.described;
    const others = this.#alike.get(data) ?? (await alikeIn(described, data));
    if (this.#alike.size >= MAX_KEPT) this.#alike.clear();
    this.#alike.set(data, others);
    return others;
  }
}

/** Differs once one of the files is another one, or has other content, as far as the disk's times and sizes say. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return stats
    .map((each) => (each === undefined ? '-' : `${each.ino} ${each.mtimeMs} ${each.size}`))
    .join('/');
}
