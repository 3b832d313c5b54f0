/** Entry of a thread that reads for people: `workerData` is ReaderOptions; each ReadingRequest is answered with the bytes of its answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Problem, UserError } from '../domain/errors.ts';
import type { LabFolders } from '../lab/lab-task.ts';
import { answerBuffer } from '../lib/answer-bytes.ts';
import { giveWay } from '../lib/give-way.ts';
import type { DatabaseSource, Readable } from '../storage/database-types.ts';
import { connectForReading } from '../storage/reading-connection.ts';
import { read, type ReadingContext, type ReadingName } from './readings.ts';

export type ReaderOptions = {
  readonly source: Exclude<DatabaseSource, { kind: 'memory' }>;
  readonly folders: LabFolders;
};

export type ReadingRequest = {
  readonly id: number;
  readonly name: ReadingName;
  readonly input: unknown;
  readonly about: Pick<ReadingContext, 'profile' | 'homeAsset' | 'nowUs'>;
};

export type ReadingAnswer = {
  readonly id: number;
} /** As `answerBuffer` makes them; they are transferred. */ & (
  | { readonly bytes: ArrayBuffer }
  | { readonly problem: Problem }
  /** What failed unexpectedly. */
  | { readonly failure: string }
);

/**
 * Gives way to the threads that trade where cores are short, as the lab's do: whoever asks for a thousand rows again and again
 * then has a tenth of a core that they want too; at 5 it was a quarter (Linux's weights, 110 and 335 to 1,024).
 * On Linux this is the thread alone.
 */
const PRIORITY = 10;

if (parentPort === null) throw new Error('reading-worker.ts runs in a worker thread only');
if (process.platform === 'linux') giveWay(PRIORITY);
const port = parentPort;
const { source, folders } = workerData as ReaderOptions;
let database: Readable | undefined;

async function answer({ id, name, input, about }: ReadingRequest): Promise<ReadingAnswer> {
  try {
    database ??= connectForReading(source);
    const data = await read({ database, folders, ...about }, name, input);
    return { id, bytes: answerBuffer(JSON.stringify(data)) };
  } catch (error) {
    if (error instanceof UserError) return { id, problem: error.problem };
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (request: ReadingRequest) => {
  void answer(request).then((answered) =>
    port.postMessage(answered, 'bytes' in answered ? [answered.bytes] : []),
  );
});
