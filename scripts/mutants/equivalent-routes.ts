/** Mutants of the files of routes in `src-engine/detection` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

const INDEX = 'src-engine/detection/route-index.ts';
const SIZING = 'src-engine/detection/route-sizing.ts';
const LEVELS = 'for (let level = 0; level < count && left > 0; level++) {';
/** More places than are used. */
const LARGER: readonly [code: string, change: string][] = [
  ['readonly #fresh = new Float64Array(2);', '2 → 3'],
  ['readonly #carried = new Float64Array(MAX_LEGS + 1).fill(1);', '1 → 2'],
  ['readonly #switches = new Int32Array(MAX_LEGS + 1);', '1 → 2'],
  ['readonly #partial = new Float64Array(MAX_LEGS + 1).fill(1);', '1 → 2'],
  ['readonly #suffix = new Float64Array(MAX_LEGS + 1).fill(1);', '1 → 2'],
  ['this.#rates = new Float64Array(grids.length * 2);', '2 → 3'],
  ['this.#best = new Float64Array(edges.length + 1);', '1 → 2'],
  ['this.#edgeOf = new Int32Array(grids.length * 2);', '2 → 3'],
  ['this.#from = new Int32Array(edges.length + 1);', '1 → 2'],
  ['this.#offsets = new Int32Array(edges.length + 1);', '1 → 2'],
  ['this.hitWalks = new Int32Array(walks.length * 2);', '2 → 3'],
  ['this.hitSlots = new Int32Array(walks.length * 2 * MAX_LEGS);', '2 → 3'],
];
/** What an edge yields at most, and what a walk must: the search looks at every choice that the screen lets pass. */
const LOOSER: readonly [code: string, ...changes: string[]][] = [
  ['this.#best[edges.length] = 1;', '1 → 2'],
  ['if (rate >= best) this.#best[edge] = rate;', '>= → >'],
  ['else if (before === best) {', '=== → !=='],
  ['let highest = 0;', '0 → 1'],
  ['for (let at = this.#from[edge] as number; at < end; at++) {', '< → <='],
  ['if (other > highest) highest = other;', '> → >='],
  ['const screen = (1 - SCREEN_MARGIN) / (this.#carried[LEAST_CARRIES] as number);', '/ → *', '- → +'],
  ['if (yields > limit) this.#search(this.#members[m] as number, slot);', '> → >='],
  ['for (let n = 1; n <= MAX_LEGS; n++) this.#carried[n] = (1 - bps / 10_000) ** n;', '1 → 2'],
];

export const EQUIVALENT_ROUTES: readonly Equivalent[] = [
  {
    file: INDEX,
    code: 'return rate > before;',
    changes: ['> → >='],
    reason: 'a rate that is as before has been left before',
  },
  ...LARGER.map(([code, change]) => ({
    file: INDEX,
    code,
    changes: [change],
    reason: 'one place or more beyond all that are used',
  })),
  ...LOOSER.map(([code, ...changes]) => ({
    file: INDEX,
    code,
    changes,
    reason: 'a bound that lets more pass, or the last bits of it: the search decides',
  })),
  {
    file: INDEX,
    code: 'readonly #suffix = new Float64Array(MAX_LEGS + 1).fill(1);',
    changes: ['1 → 2 #2'],
    reason: 'written by every search before it is read',
  },
  {
    file: INDEX,
    code: 'this.hitSlots.fill(-1, this.hitCount * MAX_LEGS, (this.hitCount + 1) * MAX_LEGS);',
    changes: ['1 → 2 #2'],
    reason: 'the places of the next hit, which are filled when there is one',
  },
  ...[
    [
      'const [base = 0, quote = 0] = codesOf(instrument).map((code) => rank.get(code) ?? 0);',
      '0 → 1',
      '0 → 1 #2',
      '0 → 1 #3',
    ],
    ['const [start = 0] = codes;', '0 → 1'],
  ].map(([code = '', ...changes]) => ({
    file: 'src-engine/detection/route-graph.ts',
    code,
    changes,
    reason: 'every code has a rank, and a walk a start: said for the type checker',
  })),
  {
    file: 'src-engine/detection/route-graph.ts',
    code: 'if (next === start && taken.length > 0) walks.push({ codes, edges: [...taken, edge] });',
    changes: ['> → >='],
    reason: 'no instrument has the same asset as base and as quote',
  },
  {
    file: 'src-engine/detection/route-graph.ts',
    code: 'else if (codes.length < maxLegs && next > start && !codes.includes(next))',
    changes: ['> → >='],
    reason: 'the only code of the same rank is the start, which the walk includes',
  },
  {
    file: SIZING,
    code: 'while (fill.spent.gt(most) && asked > 0) {',
    changes: ['> → >='],
    reason: 'of nothing that is asked for nothing is spent',
  },
  {
    file: SIZING,
    code: LEVELS,
    changes: ['< → <=', '> → >=', '< → <= #2', '> → >= #2'],
    reason: 'no more is sized than the ladders have; of a level more nothing is taken when nothing is left',
  },
  {
    file: SIZING,
    code: 'const base = (units - left) * qtyUnit;',
    changes: ['- → +'],
    reason: 'no more is sized than the ladders have: nothing is left',
  },
  ...[
    ["if (whole === '' || digits > DIGITS || value === 0)", '> → >=', '=== → !== #2', '0 → 1'],
    ['if (places.length <= most) return text;', '<= → <'],
  ].map(([code = '', ...changes]) => ({
    file: 'src-engine/detection/opportunity-tracker.ts',
    code,
    changes,
    reason: 'both ways give the same text; one of them is shorter',
  })),
];
