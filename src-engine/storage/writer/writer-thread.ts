/** Writes on a thread of its own: hands work over and waits for the answers. */
import { Worker } from 'node:worker_threads';
import type { ChainAmendment, ChainStore, JournalCommit, KeptSetting } from '../chain/chain-store.ts';
import type { ChainState, SettingState } from '../chain/heads.ts';
import type { WriteQuery } from '../put-rows.ts';
import { storageError } from '../storage-errors.ts';
import type { PostgresWriterOptions } from './postgres-worker.ts';
import type { SqliteWriterOptions } from './sqlite-worker.ts';
import type { WriteAnswer, WriteRequest, WriteWork } from './write-messages.ts';

type Pending = { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void };

type WriterOptions =
  | { readonly kind: 'sqlite'; readonly data: SqliteWriterOptions }
  | { readonly kind: 'postgres'; readonly data: PostgresWriterOptions };

/** From source in development, beside the bundle once it is built. */
const IS_SOURCE = import.meta.url.endsWith('.ts');

const WORKERS: Readonly<Record<WriterOptions['kind'], URL>> = {
  sqlite: IS_SOURCE
    ? new URL('./sqlite-worker.ts', import.meta.url)
    : new URL('./sqlite-worker.js', import.meta.url),
  postgres: IS_SOURCE
    ? new URL('./postgres-worker.ts', import.meta.url)
    : new URL('./postgres-worker.js', import.meta.url),
};

export class WriterThread implements ChainStore {
  readonly #location: string;
  readonly #options: WriterOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #count = 0;

  /** @param location for a person to read. */
  constructor(location: string, options: WriterOptions) {
    this.#location = location;
    this.#options = options;
  }

  /** All of `queries` or none, in the order of the calls; durable when it resolves. @throws UserError */
  async write(queries: readonly WriteQuery[]): Promise<void> {
    await this.#ask({
      kind: 'queries',
      queries: queries.map(({ sql, parameters }) => ({ sql, parameters })),
    });
  }

  async commit(commit: JournalCommit): Promise<number> {
    return (await this.#ask({ kind: 'commit', commit })) as number;
  }

  async put(states: readonly (ChainState | SettingState)[]): Promise<void> {
    await this.#ask({ kind: 'put', states });
  }

  async keep(setting: KeptSetting): Promise<void> {
    await this.#ask({ kind: 'keep', setting });
  }

  async settle(profile: string): Promise<readonly ChainState[]> {
    return (await this.#ask({ kind: 'settle', profile })) as readonly ChainState[];
  }

  async amend(amendment: ChainAmendment): Promise<void> {
    await this.#ask({ kind: 'amend', amendment });
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

  #ask(work: WriteWork): Promise<unknown> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // Only what waits to become durable keeps the process alive.
      worker.ref();
      worker.postMessage({ id, work } satisfies WriteRequest);
    });
  }

  /** A thread that fell over takes what waited with it; the next write starts another one. */
  #start(): Worker {
    const { kind, data } = this.#options;
    const worker = new Worker(WORKERS[kind], { name: 'writer', workerData: data, execArgv: [] });
    worker.on('message', (answer: WriteAnswer) => this.#answered(worker, answer));
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('the thread that writes has ended')));
    return worker;
  }

  #answered(worker: Worker, { id, value, error }: WriteAnswer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) worker.unref();
    if (error === undefined) pending?.resolve(value);
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
