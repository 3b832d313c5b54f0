/**
 * Entry of the thread that waits for the disk, so that the thread that trades never does. `workerData` is the memory that both share;
 * files are open for the whole process, so a number is enough. It waits for nothing but requests and imports as little as possible.
 */
import { fdatasyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { FILE_CELLS, FIRST_FILE, LAST_REQUEST, STOP, type SyncAnswer } from './sync-protocol.ts';

function serve(cells: Int32Array<SharedArrayBuffer>): void {
  let done = 0;
  for (;;) {
    Atomics.wait(cells, LAST_REQUEST, done);
    const last = Atomics.load(cells, LAST_REQUEST);
    if (last === STOP) return;
    while (done < last) {
      done++;
      const file = Atomics.load(cells, FIRST_FILE + (done % FILE_CELLS));
      parentPort?.postMessage(synced(done, file));
    }
  }
}

function synced(id: number, file: number): SyncAnswer {
  try {
    fdatasyncSync(file);
    return { id, code: '', message: '' };
  } catch (error) {
    const { code = 'EIO', message } = error as NodeJS.ErrnoException;
    return { id, code, message };
  }
}

serve(workerData as Int32Array<SharedArrayBuffer>);
