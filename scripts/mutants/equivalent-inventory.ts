/** Mutants of `src-engine/inventory` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

const ROOM = 'src-engine/inventory';
/** File, line, changes, and why they make no difference. */
const ROWS: readonly (readonly [file: string, code: string, changes: readonly string[], reason: string])[] = [
  [
    'board.ts',
    'return kept.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));',
    ['< → <=', '1 → 2', '1 → 2 #2'],
    'no two rows have the same rank, and of an answer to a sort only the sign counts',
  ],
  [
    'board.ts',
    "const missing = decimal(row.target ?? '0')",
    ["'0' → '1'"],
    'a row that is dry has a target: said for the type checker',
  ],
  [
    'board.ts',
    'if (from === undefined || missing.lte(0)) return [];',
    ['lte → lt'],
    'of a row that is dry something is missing, what is on its way counted',
  ],
  [
    'board.ts',
    "const amount = decimal(driftPerDay ?? '0')",
    ["'0' → '1'"],
    'where days of supply are known so is the drift: said for the type checker',
  ],
  [
    'drift.ts',
    'for (let slot = 0; slot < HOURS; slot++)',
    ['< → <='],
    'behind the last hour there is nothing, which is not newer than the oldest',
  ],
  ...(['#sinceUs: TimeUs = 0;', '#nextUs: TimeUs = 0;', '#seen = 0;'] as const).map(
    (code) =>
      [
        'inventory.ts',
        code,
        ['0 → 1'],
        'set when the run begins, or a time before all times of a run',
      ] as const,
  ),
  ['inventory.ts', 'this.drift = new DriftMeter(0);', ['0 → 1'], 'another one is made when the run begins'],
  [
    'inventory.ts',
    'if (nowUs < this.#nextUs) return;',
    ['< → <=', 'return → nothing'],
    'transfers are looked at a tick earlier or later; what they wait for are times of their own',
  ],
  [
    'inventory.ts',
    'this.#nextUs = nowUs + TICK_US;',
    ['+ → -'],
    'transfers are looked at each tick; what they wait for are times of their own',
  ],
  [
    'inventory.ts',
    'if (venue === undefined || venue === IN_TRANSIT) return undefined;',
    ['|| → &&'],
    'such an asset is none of the places at which its coin may lie',
  ],
  [
    'inventory.ts',
    'if (profit === undefined || profit.lte(0)) return;',
    ['lte → lt'],
    'no profit is added to what was missed',
  ],
  [
    'matching.ts',
    'const sets = Array.from({ length: 2 ** tried.length - 1 }, (_, k) =>',
    ['2 → 3', '- → +'],
    'further sets are the same ones again, or empty: nothing explains no change',
  ],
  [
    'reverse-route.ts',
    'if (cheapest === undefined || costBps < cheapest.costBps)',
    ['< → <='],
    'of two that cost the same either is the cheapest',
  ],
  [
    'skew.ts',
    'const lean = filledPct < 100 ? (100 - filledPct) / (100 - lowPct) : (100 - filledPct) / (highPct - 100);',
    ['< → <='],
    'at the target the lean is zero by both',
  ],
  [
    'skew.ts',
    'return leans.reduce((total, lean) => total + lean, 0);',
    ['0 → 1'],
    'two such sums are taken from each other',
  ],
  [
    'transfer-moves.ts',
    'return moves.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));',
    ['1 → 2', '> → >=', '> → <=', '1 → 2 #2', '0 → 1'],
    'the sort asks only which of two comes before the other, and keeps those that are alike in order',
  ],
  ['transfers.ts', '#count = 0;', ['0 → 1'], 'an id only has to differ from the others of its run'],
  ['transfers.ts', 'this.#count++;', ['++ → --'], 'an id only has to differ from the others of its run'],
  [
    'transfers.ts',
    "if (isPresumed && state === 'arrived' && owed.gt(0))",
    ['gt → gte'],
    'a candidate that owes nothing explains no change, and no change is asked about',
  ],
  [
    'transfers.ts',
    'if (one === undefined) return;',
    ['return → nothing'],
    'what arrives is open: said for the type checker',
  ],
];

export const EQUIVALENT_INVENTORY: readonly Equivalent[] = ROWS.map(([file, code, changes, reason]) => ({
  file: `${ROOM}/${file}`,
  code,
  changes,
  reason,
}));
