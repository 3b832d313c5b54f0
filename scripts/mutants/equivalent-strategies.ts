/** Mutants of the rooms in `src-engine/strategies` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

export const EQUIVALENT_STRATEGIES: readonly Equivalent[] = [
  {
    file: 'src-engine/strategies/carry/carry-run.ts',
    code: 'const MAX_MARKS = 400;',
    changes: ['400 → 800'],
    reason: 'bounds memory alone: marks of the last five minutes are looked at, some thirty of them',
  },
  {
    file: 'src-engine/strategies/carry/carry-run.ts',
    code: 'const QTY_PLACES = 12;',
    changes: ['12 → 24'],
    reason: 'no lot has more than twelve places, and both are rounded down',
  },
  {
    file: 'src-engine/strategies/carry/carry-run.ts',
    code: '#lastUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'stands for no step yet: no time of a payment is below it',
  },
  {
    file: 'src-engine/strategies/carry/carry-run.ts',
    code: 'const held = this.#book.open === undefined ? 0 : 1;',
    changes: ['1 → 2'],
    reason: 'the rule asks whether anything is held, and so does what compares with it',
  },
];
