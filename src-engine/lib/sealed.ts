/**
 * JSON objects stored with a hash of their content, so that a file behind a figure or a decision cannot change by one
 * character unnoticed. It protects against damage, not against an attacker who also computes a new hash.
 */
import { createHash } from 'node:crypto';

/** `{"sum":"…", …}`: the first 16 hexadecimal digits of the SHA-256 over the object's text without its sum. */
const SEALED = /^\{"sum":"([0-9a-f]{16})"(,|\})/;

export type Opened =
  /** As it was written. */
  | { readonly state: 'whole'; readonly value: unknown }
  /** JSON without a hash: written by an older version, or by hand. */
  | { readonly state: 'unsealed'; readonly value: unknown }
  /** Its hash does not match, or it is not JSON. */
  | { readonly state: 'damaged' };

/** JSON text of an object on one line, its sum first. */
export function seal(value: object): string {
  const body = JSON.stringify(value);
  return `{"sum":"${sumOf(body)}"${body === '{}' ? '}' : `,${body.slice(1)}`}`;
}

/** What such a text says, and whether that can be believed. White space around it does not matter. */
export function open(text: string): Opened {
  const trimmed = text.trim();
  const head = SEALED.exec(trimmed);
  const body = head === null ? trimmed : head[2] === '}' ? '{}' : `{${trimmed.slice(head[0].length)}`;
  if (head !== null && sumOf(body) !== head[1]) return { state: 'damaged' };
  let value: unknown;
  try {
    value = JSON.parse(body) as unknown;
  } catch {
    return { state: 'damaged' };
  }
  // A sum in another form than we write it is one that was changed.
  const isBroken = head === null && typeof value === 'object' && value !== null && 'sum' in value;
  return isBroken ? { state: 'damaged' } : { state: head === null ? 'unsealed' : 'whole', value };
}

function sumOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16);
}
