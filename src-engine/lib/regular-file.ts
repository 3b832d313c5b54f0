/** Only plain files are opened: a pipe would wait for its writer for ever, and a device gives without end. */
import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs';

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

/** The text of a plain file of at most `maxBytes`; undefined where there is none. @throws Error that names the file and what is wrong. */
export function readPlainText(path: string, maxBytes: number): string | undefined {
  const wrong = irregularity(path);
  if (wrong !== undefined) throw irregular(`${path} ${wrong}`);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  if (size > maxBytes)
    throw irregular(`${path} has ${size} bytes, at most ${maxBytes} are ever written there`);
  return readFileSync(path, 'utf8');
}

function irregular(message: string): Error {
  return Object.assign(new Error(message), { code: 'EIRREGULAR' });
}
