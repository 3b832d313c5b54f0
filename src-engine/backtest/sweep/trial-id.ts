/** Names of trials and sweeps that follow from what they are: the same on every machine, after every restart. */
import { createHash } from 'node:crypto';

/** JSON that can be written as text and read again without a change. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Changes when a trial's result would mean something else for the same settings. */
const FORMAT = 1;

/**
 * JSON text that is the same for the same content: keys in order, no spaces.
 * @throws RangeError for a number that JSON cannot hold.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} is not JSON`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  // Results are mostly long lists of numbers: these have one way to be written.
  if (isList(value)) {
    return value.every(Number.isFinite) ? JSON.stringify(value) : `[${value.map(canonicalJson).join(',')}]`;
  }
  const entries = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`);
  return `{${entries.join(',')}}`;
}

/** `trial-`, `sweep-` or `run-` and 32 hexadecimal digits of the SHA-256 over the content. */
export function idOf(kind: 'trial' | 'sweep' | 'run', content: Json): string {
  const hash = createHash('sha256')
    .update(canonicalJson({ format: FORMAT, kind, content }))
    .digest('hex');
  return `${kind}-${hash.slice(0, 32)}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
