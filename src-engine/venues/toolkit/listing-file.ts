/** A venue's list of instruments that was saved as a file. */
import { UserError } from '../../domain/errors.ts';
import { isObject, type Json } from './json.ts';

/** @param source the call whose answer it is. @throws UserError when the text is not a JSON object. */
export function listingFile(text: string, file: string, source: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Named below.
  }
  throw new UserError({
    code: 'bad-instrument',
    field: file,
    message: 'is not a JSON object',
    remedy: `Save the answer of ${source} as it came.`,
  });
}
