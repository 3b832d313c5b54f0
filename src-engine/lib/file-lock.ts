/**
 * One writer at a time, among processes: a file that only one can make. One that was left by a process that is gone is taken away; of a process
 * that cannot be seen from here (another machine, a container), when it is older than any step takes.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { identityOf, thisMachine } from './process-identity.ts';
import { partOf, placeNew, PRIVATE_FILE } from './whole-file.ts';

const PAUSE_MS = 20;
const USUAL_TRIES = 500;
/** No step under a lock takes as long. */
const STALE_MS = 60_000;

export type LockOptions = {
  /** Every 20 ms. */
  readonly tries?: number;
  /** Longest that the work takes, in ms: an older lock of a process that cannot be seen from here is taken away; Infinity: never. */
  readonly staleMs?: number;
};

/** @param busy what is thrown where another one has it all the time. @throws what `work` throws, once the lock is let go. */
export async function withFileLock<Answer>(
  path: string,
  busy: (holder: string) => Error,
  work: () => Promise<Answer>,
  { tries = USUAL_TRIES, staleMs = STALE_MS }: LockOptions = {},
): Promise<Answer> {
  const own = JSON.stringify([process.pid, identityOf(process.pid) ?? '', placeHere(), randomUUID()]);
  for (let attempt = 1; !(await take(path, own, staleMs)); attempt++) {
    if (attempt >= tries) throw busy(path);
    await wait(PAUSE_MS);
  }
  try {
    return await work();
  } finally {
    if ((await textOf(path)) === own) await rm(path, { force: true });
  }
}

function placeHere(): string {
  const { host, id, processes } = thisMachine();
  return `${host} ${id} ${processes}`;
}

async function take(path: string, own: string, staleMs: number): Promise<boolean> {
  const part = partOf(path);
  try {
    // Whole before it has its name: who reads a lock reads who has it.
    await writeFile(part, own, { flag: 'wx', mode: PRIVATE_FILE });
    try {
      await placeNew(part, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const held = await textOf(path);
    if (held === undefined || !(await isStale(path, held, part, staleMs))) return false;
    const aside = partOf(path);
    await rename(path, aside).catch(() => undefined);
    // Another one may have taken the stale one away and made its own in between: that one is put back.
    if ((await textOf(aside)) === held) await rm(aside, { force: true });
    else await placeNew(aside, path).catch(() => undefined);
    return false;
  } finally {
    await rm(part, { force: true });
  }
}

/** @param part a file of now: both times are of one clock, that of the file system. */
async function isStale(path: string, held: string, part: string, staleMs: number): Promise<boolean> {
  const [pid, identity, place] = partsOf(held);
  if (typeof pid === 'number' && typeof identity === 'string' && identity !== '' && place === placeHere())
    return identityOf(pid) !== identity;
  const [lock, now] = await Promise.all([stat(path).catch(() => undefined), stat(part)]);
  return lock !== undefined && now.mtimeMs - lock.mtimeMs > staleMs;
}

function partsOf(held: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(held);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
