/** A thread that reads large answers of venues, for which the thread that trades must not be blocked. */
import { type Transferable, Worker } from 'node:worker_threads';

/** A process that ends while a thread of it loads an addon is aborted, and a reader opens no WebSocket. */
const WITHOUT_ADDONS = { WS_NO_BUFFER_UTIL: '1', WS_NO_UTF_8_VALIDATE: '1' } as const;
/** A list of 10 MB takes ten times that while it is read. */
const MAX_READER_MB = 512;

/**
 * @param entry name of its file here, without the ending: from source in development, beside the bundle once it is built.
 * @param mostMb that its heap may hold. @param transferList of `workerData`.
 * @returns the thread, which keeps no process alive.
 */
export function readerThread(
  entry: string,
  workerData: unknown,
  mostMb = MAX_READER_MB,
  transferList: readonly Transferable[] = [],
): Worker {
  const file = `./${entry}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData,
    execArgv: [],
    env: { ...process.env, ...WITHOUT_ADDONS },
    resourceLimits: { maxOldGenerationSizeMb: mostMb },
    transferList: [...transferList],
  });
  worker.unref();
  return worker;
}
