/**
 * Levels a side that books keep: one number for all venues, or one each. A book must be as deep as its stream was subscribed
 * to, or levels that the venue regards as gone stay in it and its checksum cannot match.
 */
import type { VenueName } from './ids.ts';

export type BookDepth = number | Readonly<Record<VenueName, number>>;

/** One number where all venues have the same. */
export function bookDepthOf(depths: ReadonlyMap<VenueName, number>): BookDepth {
  const [first, ...others] = depths.values();
  return first !== undefined && others.every((depth) => depth === first) ? first : Object.fromEntries(depths);
}

/** @returns undefined for a venue that is not named. */
export function depthAt(depth: BookDepth, venue: VenueName): number | undefined {
  return typeof depth === 'number' ? depth : depth[venue];
}

export function deepest(depth: BookDepth): number {
  return typeof depth === 'number' ? depth : Math.max(...Object.values(depth));
}

/** `25`, or `25 at east, 100 at west`. */
export function depthWords(depth: BookDepth): string {
  if (typeof depth === 'number') return String(depth);
  return Object.entries(depth)
    .map(([venue, levels]) => `${levels} at ${venue}`)
    .join(', ');
}
