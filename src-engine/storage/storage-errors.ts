import { UserError } from '../domain/errors.ts';

/** Codes of SQLite (SQLITE_FULL), the operating system (ENOSPC) and PostgreSQL (53100, SQLSTATE class 53). */
const FULL = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT', 'EFBIG', '53100']);
const READ_ONLY = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EISDIR',
  'ENOENT',
  'SQLITE_CANTOPEN',
  '25006',
  '42501',
]);
const BROKEN = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'XX001', 'XX002']);

export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/**
 * What the database or the file system said, as one line that names the place and the remedy.
 * @param field what refused.
 */
export function storageError(location: string, error: unknown, field = 'database'): UserError {
  if (error instanceof UserError) return error;
  const code = errorCode(error);
  const cause = error instanceof Error && error.message !== '' ? error.message : code;
  const make = (name: string, message: string, remedy: string): UserError =>
    new UserError({
      code: name,
      field,
      value: location,
      message: `${message} (${cause})`,
      remedy,
    });
  if (FULL.has(code)) return make('storage-full', 'cannot grow: the disk is full', 'Free some disk space.');
  if (READ_ONLY.has(code) || code.startsWith('SQLITE_READONLY')) {
    return make('storage-read-only', 'cannot be written', 'Choose a data folder that you may write to.');
  }
  if (code === 'MOVED') {
    return make(
      'storage-moved',
      'is not at its path',
      'Put it back to store the waiting rows, or stop the engine.',
    );
  }
  if (code === 'LEASE_LOST') {
    const remedy = 'Check the account, then stop this engine or the other one.';
    return make('storage-taken', 'takes nothing more from this engine', remedy);
  }
  if (BROKEN.has(code) || code.startsWith('SQLITE_CORRUPT')) {
    const remedy = location.startsWith('postgres')
      ? 'Restore a backup (made with: parallax backup FILE) into an empty database: parallax backup FILE --restore --database URL.'
      : 'Restore it from a backup (made with: parallax backup FILE), or move it away to start with an empty one.';
    return make('storage-broken', 'is damaged or no database; it was not changed', remedy);
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return make(
      'storage-busy',
      'is in use by another program',
      'End that program, or wait until it is done.',
    );
  }
  return make('storage-failed', 'failed', `Check that the ${field} is there and answers, then try again.`);
}
