/** Tokens that outlive a restart, for an engine that others attach to: a file of the operator's own, for him alone. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { engineToken } from '../contract/engine-address.ts';
import { UserError } from '../domain/errors.ts';
import { irregularity, isOpenToOthers } from '../lib/regular-file.ts';

const MAX_BYTES = 4_096;

/**
 * The operator's token on the first line; on a second one, if there is one, that of those who may only look.
 * @param credentials the folder of systemd's credentials for this service, if it has one.
 * @throws UserError when it cannot be read, when others may read it, or when a line is not a token. Never with a token in it.
 */
export function readTokenFile(
  path: string,
  credentials = process.env['CREDENTIALS_DIRECTORY'],
): { readonly operator: string; readonly viewer?: string } {
  const refuse = (code: string, message: string, remedy: string): UserError =>
    new UserError({ code, field: '--token-file', value: path, message, remedy });
  let text: string;
  try {
    const wrong = irregularity(path);
    if (wrong !== undefined) throw refuse('bad-token-file', `${wrong} and no file`, EXAMPLE);
    const { mode, size } = statSync(path);
    if (size > MAX_BYTES) throw refuse('bad-token-file', 'is too long for a token file', EXAMPLE);
    const isCredential =
      credentials?.startsWith('/') === true && dirname(resolve(path)) === resolve(credentials);
    if (isOpenToOthers(mode, isCredential)) {
      throw refuse('token-file-open', 'can be read by others', `Run: chmod 600 ${path}`);
    }
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw refuse('token-file-unreadable', `cannot be read (${reason})`, EXAMPLE);
  }
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const [operator, viewer] = lines;
  if (
    operator === undefined ||
    lines.length > 2 ||
    lines.some((line) => !engineToken.safeParse(line).success)
  ) {
    throw refuse('bad-token-file', 'needs one or two lines of 16 to 256 letters, digits, - and _', EXAMPLE);
  }
  if (operator === viewer) {
    throw refuse('bad-token-file', 'gives both the same token', 'Use two different ones.');
  }
  return viewer === undefined ? { operator } : { operator, viewer };
}

const EXAMPLE = 'Make one with: (umask 077; openssl rand -hex 32 > FILE)';
