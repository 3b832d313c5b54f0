/** The demo market's venue: a local exchange on a thread of its own, or one that runs already. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../domain/errors.ts';
import type { EmergencyCancel } from '../venues/venue-account.ts';
import type { WorkerMessage, WorkerOptions } from '../venues/local-exchange/worker.ts';
import { SIMULATED_HEADER } from '../venues/local-exchange/core/simulated-mark.ts';
import { invocation } from '../lib/invocation.ts';

export type DemoExchange = {
  readonly url: string;
  stop(): Promise<void>;
};

const CHECK_TIMEOUT_MS = 5_000;

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('../venues/local-exchange/worker.ts', import.meta.url)
    : new URL('./exchange-worker.js', import.meta.url);
}

/** Starts the local exchange in a worker. @throws UserError when it cannot listen. */
export async function startDemoExchange(options: WorkerOptions): Promise<DemoExchange> {
  const worker = new Worker(workerUrl(), { workerData: options });
  const started = await new Promise<WorkerMessage>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the local exchange ended with code ${code}`)));
  });
  if ('problem' in started) throw new UserError(started.problem);
  return {
    url: started.url,
    async stop() {
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage('stop');
      await ended;
    },
  };
}

/**
 * Uses a local exchange that another process started. Only one that reports itself as simulated is accepted.
 * @throws UserError when nothing answers there, or something else.
 */
export async function attachDemoExchange(url: string): Promise<DemoExchange> {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-exchange', field: '--exchange', value: url, message, remedy });
  let answer: Response;
  try {
    answer = await fetch(new URL('/0/public/SystemStatus', url), {
      signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
    });
  } catch {
    throw refuse('does not answer', `Start it with: ${invocation()} exchange --port 4780`);
  }
  if (answer.headers.get(SIMULATED_HEADER) !== 'true') {
    throw refuse('is not a local exchange', 'Give the address that the exchange command printed.');
  }
  return { url: new URL(url).origin, stop: () => Promise.resolve() };
}

/**
 * Canceling an account at a local exchange: no key goes to its address, and no request, before it has shown that it is one. Asked again
 * with the next try, as it may not have answered.
 */
export function cancelAtSimulated(cancel: EmergencyCancel, url: string): EmergencyCancel {
  let isSimulated = false;
  const demandSimulated = async (): Promise<void> => {
    if (!isSimulated) await attachDemoExchange(url);
    isSimulated = true;
  };
  return {
    cancelAll: async () => {
      await demandSimulated();
      return await cancel.cancelAll();
    },
    countOpen: async () => {
      await demandSimulated();
      return await cancel.countOpen();
    },
    raiseNonce: (used) => cancel.raiseNonce(used),
  };
}
