/** What a client's value may be at most, whatever its schema: checked before anything walks through it by recursion. */

/** Objects and lists within each other. The deepest input of the contract has 6. */
export const MAX_DEPTH = 24;
/** Values in one message, nested ones counted. */
export const MAX_VALUES = 10_000;
/** Keys that mean an object's own prototype to code that looks a name up. No input has them. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** What is beyond the bounds, to follow the name of the value; undefined: nothing. Never throws, and does not recurse. */
export function excessOf(value: unknown): string | undefined {
  const waiting: { readonly at: unknown; readonly depth: number }[] = [{ at: value, depth: 0 }];
  let values = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { at, depth } = next;
    if (typeof at !== 'object' || at === null) continue;
    if (depth >= MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
    for (const key of Object.keys(at)) {
      if (FORBIDDEN_KEYS.has(key)) return `has the key "${key}", which no message may have`;
      if (++values > MAX_VALUES) return `has more than ${MAX_VALUES} values`;
      waiting.push({ at: (at as Record<string, unknown>)[key], depth: depth + 1 });
    }
  }
  return undefined;
}
