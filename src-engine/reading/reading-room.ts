/** Reads for people away from the thread that trades: a thread for the database, another for the lab's files. */
import { Worker } from 'node:worker_threads';
import type { Caller, Role } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import type { LabFolders } from '../lab/lab-task.ts';
import { answerBuffer, AnswerBytes, HeldBytes } from '../lib/answer-bytes.ts';
import type { Database } from '../storage/database-types.ts';
import { READING_CONNECTIONS } from '../storage/reading-connection.ts';
import { ReadingQueue } from './reading-queue.ts';
import type { ReaderOptions, ReadingAnswer, ReadingRequest } from './reading-worker.ts';
import { type Lane, laneOf, read, type ReadingContext, type ReadingName } from './readings.ts';

/**
 * What a reader may hold in memory, in MB: one that needs more ends alone. Its young objects have a part that is collected often: left
 * to itself it takes ten times as much and is collected no better, as hardly a row outlives its answer.
 */
const READER_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 24 };
/**
 * Bytes of answers that clients have not taken yet: of one client, and of all of a role. Whoever has more is not read for until it has
 * taken some, so that these and one answer a reader are all that can wait, however much is asked.
 */
export const MAX_HELD: Readonly<Record<Role, { readonly client: number; readonly role: number }>> = {
  viewer: { client: 2 * 1024 * 1024, role: 64 * 1024 * 1024 },
  operator: { client: 16 * 1024 * 1024, role: 128 * 1024 * 1024 },
};

type About = ReadingRequest['about'];
type Question = {
  readonly name: ReadingName;
  readonly input: unknown;
  readonly about: About;
  readonly held: HeldBytes;
  readonly resolve: (answer: AnswerBytes) => void;
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
  readonly #held: Readonly<Record<Role, HeldBytes>> = {
    viewer: new HeldBytes(undefined, () => this.#pump()),
    operator: new HeldBytes(undefined, () => this.#pump()),
  };
  /** A client is whoever asks with the same object. */
  readonly #heldOf = new WeakMap<Caller, HeldBytes>();

  constructor(database: Database, folders: LabFolders) {
    this.#database = database;
    this.#folders = folders;
    const { source } = database;
    if (source.kind === 'memory') return;
    const options: ReaderOptions = { source, folders };
    const mayBeRead = (caller: Caller): boolean => this.#mayBeRead(caller);
    this.#lanes = {
      // SQLite answers one after the other; PostgreSQL as many as there are connections.
      tables: new ReadingLane(
        'tables',
        options,
        source.kind === 'postgres' ? READING_CONNECTIONS : 1,
        mayBeRead,
      ),
      files: new ReadingLane('files', options, 1, mayBeRead),
    };
  }

  /**
   * The answer as bytes; whoever gets it releases it. What was committed before the call is in it.
   * @throws UserError `busy` when too many wait, or what the reading itself says.
   */
  async bytes(name: ReadingName, input: unknown, caller: Caller, about: About): Promise<AnswerBytes> {
    const held = this.#heldBy(caller);
    if (this.#lanes !== undefined) return this.#lanes[laneOf(name)].ask(caller, { name, input, about, held });
    const context: ReadingContext = { database: this.#database, folders: this.#folders, ...about };
    return new AnswerBytes(answerBuffer(JSON.stringify(await read(context, name, input))), held);
  }

  #heldBy(caller: Caller): HeldBytes {
    const held = this.#heldOf.get(caller) ?? new HeldBytes(this.#held[caller.role]);
    this.#heldOf.set(caller, held);
    return held;
  }

  #mayBeRead(caller: Caller): boolean {
    const most = MAX_HELD[caller.role];
    return this.#held[caller.role].bytes < most.role && this.#heldBy(caller).bytes < most.client;
  }

  /** Of whoever took an answer the next question may be read. */
  #pump(): void {
    this.#lanes?.tables.pump();
    this.#lanes?.files.pump();
  }

  async close(): Promise<void> {
    await Promise.all([this.#lanes?.tables.close(), this.#lanes?.files.close()]);
  }
}

class ReadingLane {
  readonly #lane: Lane;
  readonly #options: ReaderOptions;
  readonly #atOnce: number;
  readonly #mayBeRead: (caller: Caller) => boolean;
  readonly #queue = new ReadingQueue<Question>();
  readonly #asked = new Map<number, Question>();
  #worker: Worker | undefined;
  #count = 0;
  #isClosed = false;

  constructor(lane: Lane, options: ReaderOptions, atOnce: number, mayBeRead: (caller: Caller) => boolean) {
    this.#lane = lane;
    this.#options = options;
    this.#atOnce = atOnce;
    this.#mayBeRead = mayBeRead;
  }

  ask(caller: Caller, question: Omit<Question, 'resolve' | 'reject'>): Promise<AnswerBytes> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw ended();
      this.#queue.add(caller, { ...question, resolve, reject });
      this.pump();
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

  /** Reads on, as far as there is room for answers. */
  pump(): void {
    while (this.#asked.size < this.#atOnce) {
      const question = this.#queue.next(this.#mayBeRead);
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
      name: `reader of ${this.#lane}`,
      workerData: this.#options,
      execArgv: [],
      resourceLimits: READER_LIMITS,
    });
    worker.on('message', (answer: ReadingAnswer) => this.#answered(worker, answer));
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('the thread that reads has ended')));
    return worker;
  }

  #answered(worker: Worker, answer: ReadingAnswer): void {
    const question = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if ('bytes' in answer) question?.resolve(new AnswerBytes(answer.bytes, question.held));
    else question?.reject('problem' in answer ? new UserError(answer.problem) : new Error(answer.failure));
    this.pump();
    if (this.#asked.size === 0) worker.unref();
  }

  #ended(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failAsked(error);
    this.pump();
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
