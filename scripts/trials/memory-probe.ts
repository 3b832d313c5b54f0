/**
 * Loaded into every thread of an engine under trial (`--import` in NODE_OPTIONS): once a second it writes what this thread's heap and
 * buffers hold into the folder of PARALLAX_TRIAL_MEMORY. It is of the trial: the product measures only its whole process.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { isMainThread, threadId, threadName } from 'node:worker_threads';
import { MEMORY_FOLDER, type ThreadMemory } from './thread-memory.ts';

const EVERY_MS = 1_000;
const MB = 1024 * 1024;

const folder = process.env[MEMORY_FOLDER];
if (folder !== undefined) {
  const file = join(folder, `${process.pid}-${threadId}.json`);
  const thread = isMainThread ? 'trading' : threadName || `worker ${threadId}`;
  let highestMb = 0;
  const measure = (): void => {
    const { total_heap_size, malloced_memory, external_memory } = getHeapStatistics();
    const nowMb = Math.round((total_heap_size + malloced_memory + external_memory) / MB);
    highestMb = Math.max(highestMb, nowMb);
    writeFileSync(file, JSON.stringify({ thread, nowMb, highestMb } satisfies ThreadMemory));
  };
  setInterval(measure, EVERY_MS).unref();
}
