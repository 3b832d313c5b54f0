/** Only plain files are opened: a pipe would wait for its writer forever, and a device never ends. */
import { readFile, stat } from 'node:fs/promises';
import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs';

/** Words for what is in a file's place; undefined: a plain file, or nothing. @param follow whether a link counts as what it leads to. */
export function irregularity(path: string, follow = true): string | undefined {
  let found: Stats | undefined;
  try {
    found = (follow ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return 'is a link that leads to itself';
    throw error;
  }
  if (found === undefined || found.isFile()) return undefined;
  if (found.isDirectory()) return 'is a folder';
  if (found.isSymbolicLink()) return 'is a link';
  return found.isFIFO() ? 'is a pipe' : 'is a device or a socket';
}

/** Bits of a file's mode by which others than its owner reach it. */
const OTHERS = 0o077;
/** systemd keeps a service's credentials in a folder that only the service may enter, and gives the file's group, root, the right to read. */
const OTHERS_THAN_ROOT = 0o007;

/** Others than its owner may read or write a file of this mode. Windows keeps this elsewhere. @param isCredential systemd gave it. */
export function isOpenToOthers(mode: number, isCredential = false): boolean {
  return process.platform !== 'win32' && (mode & (isCredential ? OTHERS_THAN_ROOT : OTHERS)) !== 0;
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

/**
 * The same without holding up the thread. A pipe would hold one of the few threads that read files and look up names for the whole
 * process, until another one wrote into it. @throws Error that names the file and what is wrong.
 */
export async function plainText(path: string, maxBytes: number): Promise<string | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const wrong = irregularity(path);
  if (wrong !== undefined) throw irregular(`${path} ${wrong}`);
  if (found.size > maxBytes)
    throw irregular(`${path} has ${found.size} bytes, at most ${maxBytes} are ever written there`);
  return readFile(path, 'utf8');
}

function irregular(message: string): Error {
  return Object.assign(new Error(message), { code: 'EIRREGULAR' });
}
