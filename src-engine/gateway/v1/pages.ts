/** From the address of a resource to the input of its query, and from an answer to the cursor of the next page. Pure. */
import { MAX_PAGE, type Paging, type Resource, USUAL_PAGE } from '../../contract/resources.ts';
import { UserError } from '../../domain/errors.ts';

type QueryResource = Extract<Resource, { readonly operation: string }>;

const MAX_TEXT = 200;
const DIGITS = /^\d{1,16}$/;

/** @throws UserError naming the parameter that is unknown, given twice, or no cursor of this list. */
export function inputOf(resource: QueryResource, query: unknown): Record<string, unknown> {
  const { paging, params = [] } = resource;
  const known = new Set([...params, ...(paging === undefined ? [] : ['limit', 'cursor'])]);
  const input: Record<string, unknown> = paging === undefined ? {} : { limit: USUAL_PAGE };
  for (const [name, text] of Object.entries(query as Record<string, unknown>)) {
    if (!known.has(name)) {
      const takes = known.size === 0 ? 'It takes none.' : `It takes ${[...known].join(', ')}.`;
      throw bad(name, text, 'is not a parameter of this resource', takes);
    }
    if (typeof text !== 'string' || text.length > MAX_TEXT)
      throw bad(name, text, 'is given more than once, or too long', 'Give it once.');
    if (name === 'cursor' && paging !== undefined) input[paging.after] = readCursor(paging, text);
    else if (name === 'types') input[name] = text.split(',');
    else input[name] = DIGITS.test(text) ? Number(text) : text;
  }
  const { limit } = input;
  if (typeof limit === 'number' && limit > MAX_PAGE)
    throw bad(
      'limit',
      String(limit),
      `is more than ${MAX_PAGE}`,
      `Ask for ${MAX_PAGE} and follow the cursor.`,
    );
  return input;
}

/** The cursor behind the page, or null where the list ends. @param limit that the page was asked with. */
export function nextOf(paging: Paging, answer: unknown, limit: number): string | null {
  if (paging.after === 'afterSeq') {
    // A journal grows: the end of today is where tomorrow continues.
    const { seq, lastSeq } = answer as { readonly seq: number; readonly lastSeq: number };
    return seq < lastSeq ? cursorOf(paging, seq) : null;
  }
  const rows = (answer as Readonly<Record<string, readonly unknown[]>>)[paging.list] ?? [];
  if (rows.length < limit) return null;
  const last = paging.field.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], rows.at(-1));
  return typeof last === 'number' ? cursorOf(paging, last) : null;
}

export function cursorOf({ list, after }: Paging, value: number): string {
  return Buffer.from(`${list} ${after} ${value}`).toString('base64url');
}

function readCursor(paging: Paging, text: string): number {
  const value = Number(Buffer.from(text, 'base64url').toString('utf8').split(' ').at(-1));
  if (Number.isSafeInteger(value) && value >= 0 && cursorOf(paging, value) === text) return value;
  throw bad('cursor', text, 'is no cursor of this list', 'Take it from "next" of the page before.');
}

function bad(field: string, value: unknown, message: string, remedy: string): UserError {
  const shown = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 80);
  return new UserError({ code: 'bad-input', field, value: shown, message, remedy });
}
