/**
 * Entry of a worker thread that runs a local exchange, so that its crowd does not share a thread with the
 * engine. `workerData` is WorkerOptions without a clock; it posts `{port, url, wsUrl}` when it listens,
 * or `{problem}` when it cannot. Posting `stop` to it ends it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Problem, UserError } from '../../domain/errors.ts';
import type { FaceName } from './face-names.ts';
import {
  type LocalExchangeOptions,
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from './local-exchange.ts';

/** What the worker says of its start. */
export type WorkerMessage =
  | { readonly port: number; readonly url: string; readonly wsUrl: string }
  | { readonly problem: Problem };

export type WorkerOptions = LocalExchangeOptions & {
  /** Id of the venue whose protocol it speaks. */
  readonly face: FaceName;
};

function start({ face, ...options }: WorkerOptions): Promise<RunningExchange> {
  return face === 'binance' ? startBinanceExchange(options) : startLocalExchange(options);
}

async function run(): Promise<void> {
  if (parentPort === null) throw new Error('worker.ts runs in a worker thread only');
  const port = parentPort;
  const say = (message: WorkerMessage): void => port.postMessage(message);
  try {
    const exchange = await start(workerData as WorkerOptions);
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
