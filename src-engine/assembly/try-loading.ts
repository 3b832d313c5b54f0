/** Whether a file of the trader's own ends its loading: it is loaded on a thread of its own first, which can be ended. */
import { type DurationUs, US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { readerThread } from './reader-thread.ts';
import type { LoadProgress } from './strategy-load-worker.ts';

/** Of the file, by the clock, once its thread runs. */
const LOAD_US: DurationUs = 5 * US_PER_SECOND;

/** @param address of the file. @returns why it is not to be loaded on the thread that trades; undefined: it may be. Never rejects. */
export function tryLoading(address: string, clock: Clock): Promise<string | undefined> {
  return new Promise((resolve) => {
    const worker = readerThread('strategy-load-worker', address);
    let stopWaiting: () => void = () => undefined;
    const end = (fault: string | undefined): void => {
      stopWaiting();
      worker.removeAllListeners();
      // An error that comes while it ends is none of the engine's.
      worker.on('error', () => undefined);
      void worker.terminate();
      resolve(fault);
    };
    const late = (): void => end(`its file was not loaded within ${LOAD_US / US_PER_SECOND} s`);
    // Nothing else may keep a command alive that waits for it.
    worker.ref();
    worker.on('message', (progress: LoadProgress) => {
      if (progress === 'loaded') end(undefined);
      else stopWaiting = clock.schedule(clock.nowUs() + LOAD_US, late);
    });
    worker.once('error', (error) => end(`its file ended the thread that loaded it: ${wordsOf(error)}`));
    worker.once('exit', () => end('its file waits for what never comes, or ends its process'));
  });
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
