/** A venue's list of instruments that was saved as a file. */
import { UserError } from '../../domain/errors.ts';
import { isObject, type Json } from './json.ts';

/** @param source the call whose answer it is. @throws UserError when the text is not a JSON object. */
export function listingFile(text: string, file: string, source: string): Json {
  return readFile(text, file, source, 'a JSON object', isObject);
}

/** As `listingFile`, of an answer that is the list itself. @throws UserError when the text is not a JSON list. */
export function listingRows(text: string, file: string, source: string): readonly unknown[] {
  return readFile(text, file, source, 'a JSON list', (json): json is readonly unknown[] =>
    Array.isArray(json),
  );
}

function readFile<T>(
  text: string,
  file: string,
  source: string,
  what: string,
  isIt: (json: unknown) => json is T,
): T {
  try {
    const json: unknown = JSON.parse(text);
    if (isIt(json)) return json;
  } catch {
    // Named below.
  }
  throw new UserError({
    code: 'bad-instrument',
    field: file,
    message: `is not ${what}`,
    remedy: `Save the answer of ${source} as it came.`,
  });
}
