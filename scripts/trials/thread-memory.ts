/** What each thread of an engine holds in its heap and its buffers, as the probe in it writes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Environment variable with the folder. */
export const MEMORY_FOLDER = 'PARALLAX_TRIAL_MEMORY';

export type ThreadMemory = { readonly thread: string; readonly nowMb: number; readonly highestMb: number };

/** The environment of a process whose threads are measured into `folder`. */
export function withProbe(folder: string): NodeJS.ProcessEnv {
  const probe = new URL('./memory-probe.ts', import.meta.url).href;
  return {
    ...process.env,
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${probe}`,
    [MEMORY_FOLDER]: folder,
  };
}

/** Of a process, by the thread's name; threads of one name, one after the other, are one. */
export function threadsOf(folder: string, pid: number): Readonly<Record<string, ThreadMemory>> {
  const threads: Record<string, ThreadMemory> = {};
  for (const name of readdirSync(folder).filter((file) => file.startsWith(`${pid}-`))) {
    const read = memoryIn(join(folder, name));
    if (read === undefined) continue;
    const before = threads[read.thread];
    threads[read.thread] = { ...read, highestMb: Math.max(read.highestMb, before?.highestMb ?? 0) };
  }
  return threads;
}

/** Undefined while it is being written. */
function memoryIn(file: string): ThreadMemory | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ThreadMemory;
  } catch {
    return undefined;
  }
}
