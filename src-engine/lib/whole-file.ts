/** Files that appear whole or not at all, and that only this user can read. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';

/** Modes of all that is made, whatever the folder and the umask say. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** From here on this process makes files and folders for this user alone. Answers what held before. */
export function keepPrivate(): number {
  return process.umask(0o077);
}

/** A name beside `path` that no other writer has: of this process, its other threads, or another process. */
export function partOf(path: string): string {
  return `${path}.${randomUUID().slice(0, 8)}.part`;
}

/** In place of what was there, or of nothing. @param data whole, or in parts that follow each other. @throws the operating system's error; what was there is as it was then. */
export async function writeWhole(
  path: string,
  data: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const part = partOf(path);
  try {
    const handle = await open(part, 'wx', PRIVATE_FILE);
    try {
      await handle.writeFile(data);
      // On the disk before it has its name: else a crash could leave the name with nothing in it.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A name outlives a power loss once its folder is on the disk; Windows has no such thing to sync. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a finished part its name. @throws EEXIST when there is a file of that name by now: it stays as it is. */
export async function placeNew(part: string, path: string): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw error;
    // A file system without hard links: as near to it as it can be.
    if (existsSync(path)) throw Object.assign(new Error('exists already'), { code: 'EEXIST' });
    await rename(part, path);
    return;
  }
  await rm(part, { force: true });
}
