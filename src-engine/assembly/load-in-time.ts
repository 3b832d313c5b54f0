/** Loads a file of the trader's own, on a thread of its own first: one that never ends its loading is ended with that thread. */
import { type DurationUs, US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';
import { errorWords } from '../lib/error-words.ts';
import { readerThread } from './reader-thread.ts';
import type { LoadProgress } from './strategy-load-worker.ts';

/** Of the file, by the clock, on its own thread and on the one that trades. */
const LOAD_US: DurationUs = 5 * US_PER_SECOND;
const LATE = `its file was not loaded within ${LOAD_US / US_PER_SECOND} s`;

/** @param address of the file. @returns what it exports. @throws Error that says why it was not loaded, or what it throws. */
export async function loadInTime(address: string, clock: Clock): Promise<{ readonly default?: unknown }> {
  const fault = await tryLoading(address, clock);
  if (fault !== undefined) throw new Error(fault);
  const file = import(/* @vite-ignore */ address) as Promise<{ readonly default?: unknown }>;
  const loaded = await within(clock, LOAD_US, file, undefined);
  if (loaded === undefined) throw new Error(LATE);
  return loaded;
}

/** @returns why it is not to be loaded on the thread that trades; undefined: it may be. Never rejects. */
function tryLoading(address: string, clock: Clock): Promise<string | undefined> {
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
    // Nothing else may keep a command alive that waits for it.
    worker.ref();
    worker.on('message', (progress: LoadProgress) => {
      if (progress === 'loaded') end(undefined);
      else stopWaiting = clock.schedule(clock.nowUs() + LOAD_US, () => end(LATE));
    });
    worker.once('error', (error) => end(`its file ended the thread that loaded it: ${errorWords(error)}`));
    worker.once('exit', () => end('its file waits for what never comes, or ends its process'));
  });
}
