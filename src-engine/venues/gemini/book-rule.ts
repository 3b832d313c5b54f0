import type { Continuity } from '../../books/continuity.ts';

/**
 * How a change of Gemini's `depthUpdate` goes on: its first number U is the last number of the message before it (documented by
 * Gemini on 2026-07-23), and one that begins right behind it misses nothing either.
 * @param first U. @param last u. @param applied u of the message before.
 */
export function overlapping(first: number, last: number, applied: number): Continuity {
  if (first === applied || first === applied + 1) return 'follows';
  return last <= applied ? 'stale' : 'gap';
}
