/** Reads for people away from the thread that trades: a thread for the database, another for the lab's files. */
import { Worker } from 'node:worker_threads';
import type { Caller } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import type { LabFolders } from '../lab/lab-task.ts';
import type { Database } from '../storage/database-types.ts';
import { READING_CONNECTIONS } from '../storage/reading-connection.ts';
import { ReadingQueue } from './reading-queue.ts';
import type { ReaderOptions, ReadingAnswer, ReadingRequest } from './reading-worker.ts';
import { type Lane, laneOf, read, type ReadingContext, type ReadingName } from './readings.ts';

/** What a reader may hold in memory, in MB: one that needs more ends alone. */
const MAX_READER_MB = 512;

type About = ReadingRequest['about'];
type Question = {
  readonly name: ReadingName;
  readonly input: unknown;
  readonly about: About;
  readonly resolve: (text: string) => void;
  readonly reject: (error: unknown) => void;
};

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./reading-worker.ts', import.meta.url)
    : new URL('./reading-worker.js', import.meta.url);
}

export class ReadingRoom {
  readonly #database: Database;
  readonly #folders: LabFolders;
  readonly #lanes: Readonly<Record<Lane, ReadingLane>> | undefined;

  constructor(database: Database, folders: LabFolders) {
    this.#database = database;
    this.#folders = folders;
    const { source } = database;
    if (source.kind === 'memory') return;
    const options: ReaderOptions = { source, folders };
    this.#lanes = {
      // SQLite answers one after the other; PostgreSQL as many as there are connections.
      tables: new ReadingLane(options, source.kind === 'postgres' ? READING_CONNECTIONS : 1),
      files: new ReadingLane(options, 1),
    };
  }

  /**
   * The answer as JSON text. What was committed before the call is in it.
   * @throws UserError `busy` when too many wait, or what the reading itself says.
   */
  async text(name: ReadingName, input: unknown, caller: Caller, about: About): Promise<string> {
    if (this.#lanes !== undefined) return this.#lanes[laneOf(name)].ask(caller, { name, input, about });
    const context: ReadingContext = { database: this.#database, folders: this.#folders, ...about };
    return JSON.stringify(await read(context, name, input));
  }

  async close(): Promise<void> {
    await Promise.all([this.#lanes?.tables.close(), this.#lanes?.files.close()]);
  }
}

class ReadingLane {
  readonly #options: ReaderOptions;
  readonly #atOnce: number;
  readonly #queue = new ReadingQueue<Question>();
  readonly #asked = new Map<number, Question>();
  #worker: Worker | undefined;
  #count = 0;
  #isClosed = false;

  constructor(options: ReaderOptions, atOnce: number) {
    this.#options = options;
    this.#atOnce = atOnce;
  }

  ask(caller: Caller, question: Pick<Question, 'name' | 'input' | 'about'>): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw ended();
      this.#queue.add(caller, { ...question, resolve, reject });
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) next.reject(ended());
    const worker = this.#worker;
    this.#worker = undefined;
    this.#failAsked(ended());
    await worker?.terminate();
  }

  #pump(): void {
    while (this.#asked.size < this.#atOnce) {
      const question = this.#queue.next();
      if (question === undefined) break;
      const worker = (this.#worker ??= this.#start());
      const id = ++this.#count;
      this.#asked.set(id, question);
      // Only what is being read keeps the process alive.
      worker.ref();
      const { name, input, about } = question;
      worker.postMessage({ id, name, input, about } satisfies ReadingRequest);
    }
  }

  /** A thread that fell over takes what it was reading with it; the next question starts another one. */
  #start(): Worker {
    const worker = new Worker(workerUrl(), {
      workerData: this.#options,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_READER_MB },
    });
    worker.on('message', (answer: ReadingAnswer) => this.#answered(worker, answer));
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('the thread that reads has ended')));
    return worker;
  }

  #answered(worker: Worker, answer: ReadingAnswer): void {
    const question = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if ('text' in answer) question?.resolve(answer.text);
    else question?.reject('problem' in answer ? new UserError(answer.problem) : new Error(answer.failure));
    this.#pump();
    if (this.#asked.size === 0) worker.unref();
  }

  #ended(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failAsked(error);
    this.#pump();
  }

  #failAsked(error: unknown): void {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }
}

function ended(): UserError {
  return new UserError({
    code: 'engine-stopping',
    field: 'reader',
    message: 'has ended: the engine stops',
    remedy: 'Start the engine again, then ask again.',
  });
}
