/** Commits on a thread of its own: hands transactions over and waits for the answers. */
import { Worker } from 'node:worker_threads';
import type { CompiledQuery } from 'kysely';
import type { WriteAnswer, WriteRequest } from './sqlite-worker.ts';
import { storageError } from './storage-errors.ts';

type Pending = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./sqlite-worker.ts', import.meta.url)
    : new URL('./sqlite-worker.js', import.meta.url);
}

export class SqliteWriter {
  readonly #location: string;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #count = 0;

  constructor(location: string) {
    this.#location = location;
  }

  /** All of `queries` or none, in the order of the calls; durable when it resolves. @throws UserError */
  write(queries: readonly CompiledQuery[]): Promise<void> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#count;
    const request: WriteRequest = {
      id,
      queries: queries.map(({ sql, parameters }) => ({ sql, parameters })),
    };
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // Only what waits to become durable keeps the process alive.
      worker.ref();
      worker.postMessage(request);
    });
  }

  /** Ends the thread once what waits is done. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    worker.postMessage('close');
    await ended;
  }

  /** A thread that fell over takes what waited with it; the next write starts another one. */
  #start(): Worker {
    const worker = new Worker(workerUrl(), { workerData: { location: this.#location }, execArgv: [] });
    worker.on('message', (answer: WriteAnswer) => this.#answered(worker, answer));
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('the thread that writes has ended')));
    return worker;
  }

  #answered(worker: Worker, { id, error }: WriteAnswer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) worker.unref();
    if (error === undefined) pending?.resolve();
    else
      pending?.reject(
        storageError(this.#location, Object.assign(new Error(error.message), { code: error.code })),
      );
  }

  #ended(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#pending.values()) reject(storageError(this.#location, error));
    this.#pending.clear();
  }
}
