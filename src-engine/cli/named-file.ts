/** Text of a file that is named on the command line, plain or gzip. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError } from '../domain/errors.ts';
import { plainText } from '../lib/regular-file.ts';

const unzip = promisify(gunzip);

/** Longer files are none that a command takes whole. */
const MAX_BYTES = 64 * 1024 * 1024;

/** @param field what the argument or option is called. @throws UserError for what is not a plain file that can be read. */
export async function namedFile(field: string, path: string): Promise<string> {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'file-unreadable', field, value: path, message, remedy });
  let text: string | undefined;
  try {
    text = await plainText(path, MAX_BYTES);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const remedy = 'Check its name and its permissions.';
    if (code !== 'EIRREGULAR') throw refuse(`cannot be read (${code ?? message})`, remedy);
    throw refuse(message.replace(`${path} `, ''), 'Write it to a plain file first.');
  }
  if (text === undefined) throw refuse('does not exist', 'Check the path.');
  const found = text.startsWith(GZIP) ? await unpacked(path, refuse) : text;
  if (found.includes('\0')) throw refuse('is not text', 'Unpack it, or name the file that is meant.');
  return found;
}

/** Its first two bytes; the second is none that begins a character. */
const GZIP = '\u001f\ufffd';

async function unpacked(
  path: string,
  refuse: (message: string, remedy: string) => UserError,
): Promise<string> {
  try {
    return (await unzip(await readFile(path), { maxOutputLength: MAX_BYTES })).toString('utf8');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw refuse(`cannot be unpacked (${message})`, 'Copy it again, or unpack it with gunzip.');
  }
}
