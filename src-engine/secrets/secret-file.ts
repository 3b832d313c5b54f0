/** A file that opens a place of secrets: a token or a key that no one else may read. */
import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../domain/errors.ts';
import { irregularity, isOpenToOthers } from '../lib/regular-file.ts';

/** Longer than a key of three lines with a session token. */
export const MAX_SECRET_FILE = 8_192;

/** Its text without what stands around it. @throws UserError that shows nothing of it. */
export function secretFile(field: string, path: string, maxBytes: number): string {
  const bad = (message: string, remedy: string): UserError =>
    new UserError({ code: 'secret-file', field, value: path, message, remedy });
  try {
    const wrong = irregularity(path);
    if (wrong !== undefined) throw bad(wrong, 'Name a plain file.');
    const { mode, size } = statSync(path);
    if (isOpenToOthers(mode)) throw bad('can be read by others', `Run: chmod 600 ${path}`);
    if (size > maxBytes) throw bad('is too long', 'It holds a token or a key alone.');
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw bad('cannot be read', 'Give it to the user of the engine.');
  }
}
