/**
 * Entry of a thread on which a strategy of the trader's own is loaded before the thread that trades loads it: a file that never ends is ended
 * with this thread. `workerData` is the file's address; it posts `ready` before it loads it, and `loaded` once it has run what a list
 * of strategies runs. What is wrong with a file that ends is found where it is loaded again.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { moduleOf } from '../strategies/check-manifest.ts';
import { parameterRows } from '../strategies/parameter-rows.ts';

export type LoadProgress = 'ready' | 'loaded';

if (parentPort === null) throw new Error('strategy-load-worker.ts runs in a worker thread only');
const port = parentPort;
const say = (progress: LoadProgress): void => port.postMessage(progress);

async function load(): Promise<void> {
  try {
    const file = (await import(/* @vite-ignore */ workerData as string)) as { readonly default?: unknown };
    const { manifest } = moduleOf(file.default, 'strategy');
    const usual = parameterRows(manifest).map(({ name, usual: value }) => [name, value]);
    manifest.features(Object.fromEntries(usual) as never);
  } catch {
    // The thread that trades meets it again, and says it.
  }
  say('loaded');
}

say('ready');
void load();
