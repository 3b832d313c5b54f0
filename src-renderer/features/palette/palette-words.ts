/** What the palette calls an operation of the engine, and which of its lines fit best to what is typed. */

import { operationWords } from '../../../src-engine/contract/operation-words.ts';

/** `listLimitChanges` as a person says it: "List limit changes". */
export function operationTitle(name: string): string {
  const words = operationWords(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * How well a line fits, from 0 (not at all) to 1; every typed word must occur. Titles come before descriptions, a title that
 * begins with what is typed before one that ends with it, and letters that merely follow each other are not a match.
 */
export function fitOf(title: string, more: string, typed: string): number {
  const asked = typed.trim().toLowerCase();
  if (asked === '') return 1;
  const name = title.toLowerCase();
  const words = asked.split(/\s+/);
  if (name === asked) return 1;
  if (name.startsWith(asked)) return 0.9;
  if (name.endsWith(` ${asked}`)) return 0.8;
  if (words.every((word) => name.includes(word))) return 0.7;
  const text = `${name} ${more.toLowerCase()}`;
  return words.every((word) => text.includes(word)) ? 0.3 : 0;
}
