/**
 * One engine an account on a machine: two data folders, or two databases, know nothing of each other. Held by the key's id, for the user
 * whose engines they are; another machine, user or container, and a second key of the same account, are not seen from here.
 */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { stateDir } from '../config/data-dir.ts';
import { UserError } from '../domain/errors.ts';
import { type DataDirLock, LOCK_FILE, lockDataDir } from '../gateway/runtime-file.ts';
import { makeFolder } from '../lib/folders.ts';

/** As many hex digits name a key among all. */
const NAME_DIGITS = 32;
/** Bits of a mode by which others than the owner may write. */
const OTHERS_WRITE = 0o022;

export type AccountName = {
  readonly adapter: string;
  readonly title: string;
  /** The public part of the key: only its hash is written. */
  readonly key: string;
  /** Another one than the venue's own. */
  readonly restUrl?: string | undefined;
};

/**
 * @param root of the accounts of this user on this machine.
 * @throws UserError when an engine of this user trades the account, or the folder of the claims is not this user's alone.
 */
export function claimAccount(
  { adapter, title, key, restUrl = '' }: AccountName,
  root = join(stateDir(), 'accounts'),
): { release(): void } {
  const name = createHash('sha256')
    .update(JSON.stringify([adapter, key, restUrl]))
    .digest('hex');
  let lock: DataDirLock | undefined;
  try {
    makeFolder(root);
    demandOwn(root);
    lock = lockDataDir(join(root, `${adapter}-${name.slice(0, NAME_DIGITS)}`));
  } catch (error) {
    throw refusalOf(error, title, root);
  }
  return {
    release: () => {
      lock?.release();
      lock = undefined;
    },
  };
}

/** @throws UserError where another user could put a lock there, or take one away. */
function demandOwn(root: string): void {
  const { uid, mode } = lstatSync(root);
  const own = process.getuid?.();
  // Windows has neither: the folder is inside the user's profile.
  if (own === undefined || (uid === own && (mode & OTHERS_WRITE) === 0)) return;
  throw new UserError({
    code: 'account-claims-unsafe',
    field: 'state folder',
    value: root,
    message: `belongs to user ${uid} with mode ${(mode & 0o777).toString(8)}: claims of accounts must be this user's alone`,
    remedy: 'Remove it, or make it your own with mode 700, then start again.',
  });
}

function refusalOf(error: unknown, title: string, root: string): unknown {
  if (!(error instanceof UserError)) {
    return isSystemError(error) ? unwritable(root, error.code) : error;
  }
  const { code, value = '', message } = error.problem;
  if (code === 'data-dir-unwritable') return unwritable(root, message);
  if (code !== 'data-dir-in-use') return error;
  return new UserError({
    code: 'account-in-use',
    field: 'account',
    value: title,
    message: `is traded already: its key ${message}`,
    remedy: `Stop that engine first: two of them would trade one account twice. If no Parallax engine has that process id, or its machine or container is gone, delete ${join(value, LOCK_FILE)}.`,
  });
}

function unwritable(root: string, reason: string): UserError {
  return new UserError({
    code: 'account-claims-unwritable',
    field: 'state folder',
    value: root,
    message: `cannot be written (${reason}): an account is claimed there before it is traded`,
    remedy:
      process.platform === 'linux'
        ? 'Make it writable for this user, or name another absolute folder in XDG_STATE_HOME, the same for all engines of this user.'
        : 'Make it writable for this user.',
  });
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
