/** Mutants of the rooms in `src-engine/strategies` and of the curves of pools that make no difference, see `equivalent.ts`. */
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
  {
    file: 'src-engine/venues/uniswap/curves/concentrated.ts',
    code: 'const isBehindEnd = isZeroIn ? nextPrice < end : nextPrice > end;',
    changes: ['< → <=', '> → >='],
    reason: 'where both are one it is the same which of them is taken',
  },
  {
    file: 'src-engine/venues/uniswap/curves/concentrated.ts',
    code: 'PRICES.set(tick, price);',
    changes: ['PRICES.set(tick, price) → nothing'],
    reason: 'a price that is not kept is reckoned again',
  },
  {
    file: 'src-engine/venues/uniswap/curves/concentrated.ts',
    code: 'const EVERYTHING = (1n << 255n) - 1n;',
    changes: ['- → +'],
    reason: 'no pool can take either',
  },
  {
    file: 'src-engine/venues/uniswap/curves/swap-step.ts',
    code: 'const isZeroIn = from >= target;',
    changes: ['>= → >'],
    reason: 'between two prices that are one nothing goes in or out, whichever way',
  },
  {
    file: 'src-engine/venues/uniswap/curves/tick-map.ts',
    code: 'if (this.#ticks[at - 1]?.tick === tick) throw new RangeError(`tick ${tick} stands twice`);',
    changes: ['- → +'],
    reason: 'of two that are one each is beside the other, and all are looked at',
  },
  {
    file: 'src-engine/venues/uniswap/curves/tick-price.ts',
    code: 'while (tick > MIN_TICK && sqrtPriceAt(tick) > sqrtPrice) tick--;',
    changes: ['> → >= #2'],
    reason: 'a tick too far down is made up for by the line that follows',
  },
];
