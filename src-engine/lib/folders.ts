import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PRIVATE_FOLDER } from './whole-file.ts';

/**
 * Makes a folder and those above it, for this user alone. Not by mkdir's own `recursive`: where a file system answers ENOENT for a
 * name below a folder that exists (as /proc does), Node 24 tries forever.
 * @throws the operating system's error when it cannot be made, or a file is in its place.
 */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  const missing: string[] = [];
  for (let at = folder; statSync(at, { throwIfNoEntry: false }) === undefined; at = dirname(at))
    missing.push(at);
  for (const at of missing.toReversed()) mkdirSync(at, { mode: PRIVATE_FOLDER });
  if (!statSync(folder).isDirectory()) {
    throw Object.assign(new Error('a file is in the place of the folder'), { code: 'ENOTDIR' });
  }
}
