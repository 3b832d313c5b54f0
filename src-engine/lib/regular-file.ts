/** Only plain files are opened: a pipe would wait for its writer for ever, and a device gives without end. */
import { lstatSync, type Stats, statSync } from 'node:fs';

/** Words for what is in a file's place; undefined: a plain file, or nothing. @param follow whether a link counts as what it leads to. */
export function irregularity(path: string, follow = true): string | undefined {
  const found: Stats | undefined = follow
    ? statSync(path, { throwIfNoEntry: false })
    : lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return undefined;
  if (found.isDirectory()) return 'is a folder';
  if (found.isSymbolicLink()) return 'is a link';
  return found.isFIFO() ? 'is a pipe' : 'is a device or a socket';
}
