/** A file that one command alone may change, for as long as it runs: `FILE.lock` beside it names the process. */
import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { PRIVATE_FILE } from '../lib/whole-file.ts';
import { identityOf } from '../lib/process-identity.ts';

/** Each try either takes the lock, or clears that of a process that has ended out of the way. */
const MOST_TRIES = 5;

/** Those of this process. */
const held = new Set<string>();

export type FileLock = {
  /** The file itself, whatever link led to it. */
  readonly path: string;
  release(): void;
};

/** @throws UserError while another command has it, and where no lock can be made beside it. */
export function lockFile(field: string, file: string): FileLock {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'file-in-use', field, value: file, message, remedy });
  let own: string | undefined;
  try {
    const path = placeOf(file);
    const lock = `${path}.lock`;
    own = `${lock}.${process.pid}`;
    const text = `${process.pid} ${identityOf(process.pid) ?? ''}`;
    rmSync(own, { force: true });
    writeFileSync(own, text, { mode: PRIVATE_FILE, flag: 'wx' });
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (isTaken(own, lock)) {
        held.add(lock);
        return { path, release: () => release(lock, text) };
      }
      const holder = textOf(lock);
      if (holder !== undefined && isHeld(lock, holder))
        throw refuse(
          `is in use by the command with process id ${holder.split(' ')[0] ?? ''}`,
          `Wait until that one has ended. If no command uses it, delete ${lock}.`,
        );
      clear(lock, own, holder);
    }
    throw refuse('is in use by another command', 'Wait until that one has ended.');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw refuse(`cannot be locked (${code ?? message})`, 'Name a file in a folder that you can write to.');
  } finally {
    if (own !== undefined) rmSync(own, { force: true });
  }
}

function placeOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return join(realpathSync.native(dirname(file)), basename(file));
  }
}

/** A hard link appears at once with what it holds, and only one process can make it. */
function isTaken(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Process ids come back: one that means another process by now holds nothing. */
function isHeld(lock: string, holder: string): boolean {
  const [pid = '', identity = ''] = holder.split(' ');
  if (Number(pid) === process.pid) return held.has(lock);
  if (!/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = identityOf(Number(pid));
  return now === undefined || identity === '' || now === identity;
}

/** Two commands may clear the same dead lock at once: the slower one must not remove the quicker one's. */
function clear(lock: string, own: string, holder: string | undefined): void {
  const aside = `${own}.stale`;
  try {
    renameSync(lock, aside);
    if (textOf(aside) !== holder) linkSync(aside, lock);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function textOf(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function release(lock: string, text: string): void {
  held.delete(lock);
  if (textOf(lock) === text) rmSync(lock, { force: true });
}
