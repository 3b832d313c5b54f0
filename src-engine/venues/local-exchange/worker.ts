/**
 * Entry of a worker thread that runs a local exchange, so that its crowd does not share a thread with the
 * engine. `workerData` is WorkerOptions without a clock; it posts `{port, url, wsUrl}` when it listens,
 * or `{problem}` when it cannot. Posting `stop` to it ends it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Problem, UserError } from '../../domain/errors.ts';
import type { FaceName } from './face-names.ts';
import { type LocalExchangeOptions, startFace } from './local-exchange.ts';

/** What the worker says of its start. */
export type WorkerMessage =
  | { readonly port: number; readonly url: string; readonly wsUrl: string }
  | { readonly problem: Problem };

export type WorkerOptions = LocalExchangeOptions & {
  /** Id of the venue whose protocol it speaks. */
  readonly face: FaceName;
};

async function run(): Promise<void> {
  if (parentPort === null) throw new Error('worker.ts runs in a worker thread only');
  const port = parentPort;
  const say = (message: WorkerMessage): void => port.postMessage(message);
  try {
    const { face, ...options } = workerData as WorkerOptions;
    const exchange = await startFace(face, options);
    port.on('message', (message) => {
      if (message === 'stop') void exchange.stop().then(() => port.close());
    });
    say({ port: exchange.port, url: exchange.url, wsUrl: exchange.wsUrl });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say({ problem: error.problem });
    port.close();
  }
}

await run();
