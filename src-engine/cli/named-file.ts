/** Text of a file that is named on the command line. */
import { UserError } from '../domain/errors.ts';
import { plainText } from '../lib/regular-file.ts';

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
  return text;
}
