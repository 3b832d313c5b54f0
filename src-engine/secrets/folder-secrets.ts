/**
 * Secrets as files of a folder, read at each use, so that one that is replaced holds without a restart. A file that others may read is
 * refused. systemd's credentials are such a folder that it alone fills, and whose files root's group may read.
 */
import { lstatSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { UserError } from '../domain/errors.ts';
import { makeFolder } from '../lib/folders.ts';
import { isOpenToOthers, plainText } from '../lib/regular-file.ts';
import { writeWhole } from '../lib/whole-file.ts';
import type { SecretStore } from './keychain.ts';
import { fileNameOf, readOnly, withoutLineEnd } from './read-only.ts';

const MAX_BYTES = 64 * 1024;

export function folderSecrets(folder: string, kind: 'own' | 'credentials'): SecretStore {
  if (!isAbsolute(folder))
    throw refusal('folder', folder, 'is no absolute path', 'Write it from the root on.');
  const pathOf = (name: string): string => join(folder, fileNameOf(name));
  const get = async (name: string): Promise<string | undefined> => {
    const path = pathOf(name);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw refusal(
        'file',
        path,
        `cannot be read (${error.code ?? 'unknown reason'})`,
        'Give it to the user of the engine.',
      );
    });
    if (found === undefined) return undefined;
    if (isOpenToOthers(found.mode, kind === 'credentials'))
      throw refusal('file', path, 'can be read by others', `Run: chmod 600 ${path}`);
    const text = await plainText(path, MAX_BYTES).catch((error: unknown) => {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
      throw refusal(
        'file',
        path,
        `cannot be read (${why})`,
        'Put a plain file of 64 KiB at most in its place.',
      );
    });
    return text === undefined ? undefined : withoutLineEnd(text);
  };
  if (kind === 'credentials')
    return { get, ...readOnly('credentials', 'Change LoadCredential= of the unit and start it again.') };
  return {
    get,
    async set(name, secret) {
      makeFolder(folder);
      demandOwn(folder);
      await writeWhole(pathOf(name), secret);
    },
    async delete(name) {
      const isThere = (await get(name)) !== undefined;
      await rm(pathOf(name), { force: true });
      return isThere;
    },
  };
}

function demandOwn(folder: string): void {
  const { mode } = lstatSync(folder);
  if (isOpenToOthers(mode))
    throw refusal('folder', folder, 'can be entered by others', `Run: chmod 700 ${folder}`);
}

function refusal(field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'secrets-file', field: `secrets ${field}`, value, message, remedy });
}
