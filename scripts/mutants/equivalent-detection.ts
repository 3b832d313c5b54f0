/** Mutants of `src-engine/detection` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

export const EQUIVALENT_DETECTION: readonly Equivalent[] = [
  ...[
    'this.#rates = new Float64Array(constantOne + 1);',
    'const counts = new Int32Array(constantOne + 1);',
  ].map((code) => ({
    file: 'src-engine/detection/cycle-index.ts',
    code,
    changes: ['1 → 2'],
    reason: 'one place more at the end of an array, which nothing reads',
  })),
  {
    file: 'src-engine/detection/cycle-index.ts',
    code: 'let yieldsTwo = (rates[two & 0xffff] as number) * (rates[two >>> 16] as number);',
    changes: ['& → |', '16 → 32'],
    reason:
      'no rate is there: not a number is never at or below the limit, so that the exact product decides, only later',
  },
  {
    file: 'src-engine/detection/cycle-index.ts',
    code: 'let yieldsOne = (rates[one & 0xffff] as number) * (rates[one >>> 16] as number);',
    changes: ['& → |', '16 → 32'],
    reason: 'as for its neighbour: the exact product decides, only later',
  },
  {
    file: 'src-engine/detection/cycle-index.ts',
    code: 'if (yieldsOne <= limit && yieldsTwo <= limit) continue;',
    changes: ['<= → <', '<= → < #2'],
    reason:
      'the screen lies a margin below the threshold: what is exactly at it is refused by the exact product',
  },
  ...[
    "leg: Leg = { instrumentId: 0, side: 'sell' };",
    'qtyUnits = 0;',
    'limitUnits = 0;',
    'input = 0;',
    'output = 0;',
  ].map((code) => ({
    file: 'src-engine/detection/cycle-sizing.ts',
    code,
    changes: 'all' as const,
    reason: 'a plan sets it before anything reads it',
  })),
  {
    file: 'src-engine/detection/cycle-sizing.ts',
    code: 'if (this.#funding(size) <= available * (1 + LOT_FUZZ)) continue;',
    changes: ['<= → <', '* → /', '+ → -'],
    reason: 'a leg that needs exactly what there is, is cut to itself',
  },
  {
    file: 'src-engine/detection/cycle-sizing.ts',
    code: 'for (let level = 0; level < count && left > 0; level++) {',
    changes: ['> → >=', '> → >= #2'],
    reason: 'of a level more nothing is taken when nothing is left',
  },
  {
    file: 'src-engine/detection/cycle-sizing.ts',
    code: 'for (let level = 0; level < count && left > 0; level++) {',
    changes: ['< → <='],
    reason:
      'more is counted than the ladder has; the caller fills it from the ladder, which ends where it ends',
  },
  {
    file: 'src-engine/detection/cycle-sizing.ts',
    code: 'if (over > 0) this.#fill(size, size.qtyUnits - over);',
    changes: ['> → >='],
    reason: 'fills what is filled already',
  },
  ...['startAmount = 0;', 'endAmount = 0;', 'topGross = 0;', 'topNet = 0;'].map((code) => ({
    file: 'src-engine/detection/ladder-walk.ts',
    code,
    changes: ['0 → 1'],
    reason: 'read after a walk only, which sets it',
  })),
  {
    file: 'src-engine/detection/ladder-walk.ts',
    code: 'let tightest = -1;',
    changes: ['- → nothing', '1 → 2'],
    reason: 'any number below zero says the same; above it the next turn ends the walk, as all is spent',
  },
  {
    file: 'src-engine/detection/ladder-walk.ts',
    code: 'for (let k = 0; k < legs; k++) {',
    changes: ['< → <= #3'],
    reason: 'counts down the room of a leg beyond the last one, which nothing reads',
  },
  {
    file: 'src-engine/detection/opportunity-tracker.ts',
    code: 'return;',
    changes: ['return → nothing'],
    reason: 'a new life is given the plan and the decision that it was made with',
  },
  ...[
    { code: 'if (b <= a) continue;', changes: ['<= → <'] },
    { code: 'if (c > b && neighbours.has(c)) triangles++;', changes: ['> → >='] },
  ].map((row) => ({
    file: 'src-engine/detection/pair-graph.ts',
    ...row,
    reason: 'no instrument has the same asset as base and as quote',
  })),
  {
    file: 'src-engine/detection/pair-graph.ts',
    code: '.sort(([a, ofA], [b, ofB]) => ofB - ofA || unlikeMoney(a) - unlikeMoney(b) || (a < b ? -1 : 1))',
    changes: ['< → <=', '1 → 2', '1 → 2 #2'],
    reason: 'names differ, and of the answer the sign alone counts',
  },
  {
    file: 'src-engine/detection/pair-graph.ts',
    code: 'else if (path.length < maxLegs && rankOf(next) > rankOf(start) && !path.includes(next)) {',
    changes: ['> → >='],
    reason: 'the only asset of the same rank is the start, which the path includes',
  },
  {
    file: 'src-engine/detection/ladder-walk.ts',
    code: 'if (room < slice) {',
    changes: ['< → <='],
    reason:
      'of two levels that end together the other one ends first: what is left of either is an empty slice',
  },
  {
    file: 'src-engine/detection/ladder-walk.ts',
    code: 'if (product <= minProduct || this.startAmount >= maxStart) break;',
    changes: ['>= → >'],
    reason: 'one slice more, of nothing',
  },
];
