/** The key of the endpoint as it rests where secrets are kept: behind the origin that it was stored for, so that an endpoint that is changed later is never sent it. */
import { isLoopback } from '../contract/engine-address.ts';

export const KEY_ENTRY = 'intelligence-key';
const FORM = /^(https?:\/\/\S{1,300}) ([\x21-\x7e]{1,1000})$/;

export type FoundKey =
  | { readonly state: 'present'; readonly key: string }
  | { readonly state: 'absent' | 'unreadable' | 'other-endpoint' | 'not-needed' };

/** @returns what is stored; undefined: the text is no key. */
export function keyText(endpoint: string, typed: string): string | undefined {
  const text = `${new URL(endpoint).origin} ${typed.trim()}`;
  return FORM.test(text) ? text : undefined;
}

/** @param stored of the entry; undefined: there is none. */
export function keyFor(endpoint: string, stored: string | undefined): FoundKey {
  const url = URL.parse(endpoint);
  const [, origin, key] = FORM.exec(stored?.trim() ?? '') ?? [];
  if (url !== null && origin === url.origin && key !== undefined) return { state: 'present', key };
  if (url !== null && isLoopback(url.hostname)) return { state: 'not-needed' };
  if (stored === undefined) return { state: 'absent' };
  return { state: key === undefined ? 'unreadable' : 'other-endpoint' };
}
