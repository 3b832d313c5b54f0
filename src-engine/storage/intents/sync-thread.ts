/** Waits for the disk on a thread of its own: `fdatasync` of one file after the other. */
import { Worker } from 'node:worker_threads';
import { FILE_CELLS, FIRST_FILE, LAST_REQUEST, STOP, type SyncAnswer } from './sync-protocol.ts';

type Waiting = { readonly resolve: () => void; readonly reject: (error: Error) => void };

/** From source in development, beside the bundle once it is built. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./sync-worker.ts', import.meta.url)
  : new URL('./sync-worker.js', import.meta.url);

export class SyncThread {
  readonly #waiting = new Map<number, Waiting>();
  #cells: Int32Array<SharedArrayBuffer> | undefined;
  #worker: Worker | undefined;
  #last = 0;

  /** Resolves when all that was written to the open file is on the disk. @throws what the operating system says. */
  sync(file: number): Promise<void> {
    this.#worker ??= this.#start();
    const cells = this.#cells;
    return new Promise((resolve, reject) => {
      if (cells === undefined || this.#waiting.size >= FILE_CELLS) {
        reject(new Error(`${this.#waiting.size} syncs wait for the disk`));
        return;
      }
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      this.#worker?.ref();
      Atomics.store(cells, FIRST_FILE + (id % FILE_CELLS), file);
      Atomics.store(cells, LAST_REQUEST, id);
      Atomics.notify(cells, LAST_REQUEST);
    });
  }

  /** Ends the thread once what was asked of it is done. */
  async close(): Promise<void> {
    const worker = this.#worker;
    const cells = this.#cells;
    if (worker === undefined || cells === undefined) return;
    while (this.#waiting.size > 0) await new Promise((resolve) => worker.once('message', resolve));
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    Atomics.store(cells, LAST_REQUEST, STOP);
    Atomics.notify(cells, LAST_REQUEST);
    await ended;
  }

  #start(): Worker {
    this.#cells = new Int32Array(
      new SharedArrayBuffer((FIRST_FILE + FILE_CELLS) * Int32Array.BYTES_PER_ELEMENT),
    );
    this.#last = 0;
    const worker = new Worker(WORKER, { name: 'disk sync', workerData: this.#cells, execArgv: [] });
    worker.on('message', ({ id, code, message }: SyncAnswer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
      if (code === '') waiting?.resolve();
      else waiting?.reject(Object.assign(new Error(message), { code }));
    });
    worker.on('error', (error: Error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('the thread that waits for the disk has ended')));
    return worker;
  }

  /** What waited is not known to be on the disk; the next sync starts another thread. */
  #ended(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
