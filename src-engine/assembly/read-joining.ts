/** Asks a venue on a thread of its own which pairs a session would watch by now beside those that it watches. */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../lib/clock.ts';
import { RequestPause } from '../venues/toolkit/request-pause.ts';
import type { ListingAnswer, ListingQuestion } from './listing-worker.ts';

/** A process that ends while a thread of it loads an addon is aborted, and this thread opens no WebSocket. */
const WITHOUT_ADDONS = { WS_NO_BUFFER_UTIL: '1', WS_NO_UTF_8_VALIDATE: '1' } as const;
/** A list of 10 MB takes some 100 MB while it is read. */
const MAX_READER_MB = 512;

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./listing-worker.ts', import.meta.url)
    : new URL('./listing-worker.js', import.meta.url);
}

/**
 * @param pause what the venue asks of this address: nothing is asked meanwhile, and what the thread was asked to wait counts for all.
 * @returns their symbols. Rejects when the venue cannot be asked: calls, attempts and their times are bounded by its adapter.
 */
export function readJoining(
  question: ListingQuestion,
  clock: Clock,
  pause: RequestPause = new RequestPause(),
): Promise<readonly string[]> {
  const refusal = pause.refusal(clock.nowUs());
  if (refusal !== undefined) return Promise.reject(new Error(refusal));
  const worker = new Worker(workerUrl(), {
    workerData: question,
    execArgv: [],
    env: { ...process.env, ...WITHOUT_ADDONS },
    resourceLimits: { maxOldGenerationSizeMb: MAX_READER_MB },
  });
  // It keeps no process alive.
  worker.unref();
  return new Promise<readonly string[]>((resolve, reject) => {
    worker.once('message', (answer: ListingAnswer) => {
      const { pausedForUs, isBan } = answer;
      pause.begin(clock.nowUs() + pausedForUs, clock.nowUs(), { isBan });
      if ('failure' in answer) reject(new Error(answer.failure));
      else resolve(answer.joining);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that reads the list has ended')));
  });
}
