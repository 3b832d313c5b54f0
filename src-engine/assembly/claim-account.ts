/**
 * One engine an account on a machine: two data folders, or two databases, know nothing of each other. Held by the key's id, for the user
 * whose engines they are; another machine, user or container, and a second key of the same account, are not seen from here.
 */
import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { type DataDirLock, lockDataDir } from '../gateway/runtime-file.ts';

/** As many hex digits name a key among all. */
const NAME_DIGITS = 32;

export type AccountName = {
  readonly adapter: string;
  readonly title: string;
  /** The public part of the key: only its hash is written. */
  readonly key: string;
  /** Another one than the venue's own. */
  readonly restUrl?: string | undefined;
};

/** @param root of the machine's accounts. @throws UserError when an engine of this user trades the account. */
export function claimAccount(
  { adapter, title, key, restUrl = '' }: AccountName,
  root = usualRoot(),
): { release(): void } {
  const name = createHash('sha256')
    .update(JSON.stringify([adapter, key, restUrl]))
    .digest('hex');
  let lock: DataDirLock | undefined;
  try {
    lock = lockDataDir(join(root, `${adapter}-${name.slice(0, NAME_DIGITS)}`));
  } catch (error) {
    throw error instanceof UserError && error.problem.code === 'data-dir-in-use'
      ? inUse(title, error)
      : error;
  }
  return {
    release: () => {
      lock?.release();
      lock = undefined;
    },
  };
}

function usualRoot(): string {
  const { uid } = userInfo();
  return join(tmpdir(), uid < 0 ? 'parallax-accounts' : `parallax-accounts-${uid}`);
}

function inUse(title: string, { problem }: UserError): UserError {
  return new UserError({
    code: 'account-in-use',
    field: 'account',
    value: title,
    message: `is traded already: its key ${problem.message}`,
    remedy: 'Stop that engine first: two of them would trade one account twice.',
  });
}
