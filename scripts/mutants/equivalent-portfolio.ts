/** Mutants of `src-engine/portfolio` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

const GUARD = 'src-engine/portfolio/coin-guard.ts';
const MARKS = 'src-engine/portfolio/marks.ts';
const PRICES = 'src-engine/portfolio/venue-prices.ts';

export const EQUIVALENT_PORTFOLIO: readonly Equivalent[] = [
  {
    file: GUARD,
    code: '#lookedUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  },
  {
    file: GUARD,
    code: 'this.#since.delete(code);',
    changes: ['this.#since.delete(code) → nothing #2'],
    reason:
      'a coin in doubt is not compared; trusted at all its venues it has no gap, and its time is forgotten then',
  },
  {
    file: GUARD,
    code: '.filter(({ bid }) => bid > 0)',
    changes: ['> → >='],
    reason: 'a price is above zero or not a number',
  },
  ...[
    ['let [highestBid, lowestAsk] = [0, Number.POSITIVE_INFINITY];', '0 → 1'],
    ['if (bid > highestBid) highestBid = bid;', '> → >='],
    ['if (ask < lowestAsk) lowestAsk = ask;', '< → <='],
    ['return highestBid > lowestAsk * (1 + MAX_COIN_GAP);', '> → >=', '* → /', '+ → -'],
  ].map(([code = '', ...changes]) => ({
    file: GUARD,
    code,
    changes,
    reason: 'a first pass that lets more coins through: the second one decides',
  })),
  {
    file: MARKS,
    code: 'const HALF_UNITS = Array.from({ length: 19 }, (_, n) => Decimal.pow(10, -n).div(2));',
    changes: ['19 → 38'],
    reason: 'no book has so many decimals',
  },
  ...[
    'return this.doubted.size > 0 && this.doubted.has(assetName(asset));',
    'this.doubted.size > 0 && this.#crossings.get(asset)?.some((coin) => this.doubted.has(coin)) === true',
  ].map((code) => ({
    file: MARKS,
    code,
    changes: ['> → >='],
    reason: 'of no coins in doubt none is this one: a question that need not be asked',
  })),
  {
    file: 'src-engine/portfolio/order-cost.ts',
    code: 'const MOST_KNOWN = 8;',
    changes: ['8 → 9'],
    reason: 'one cost more is remembered',
  },
  ...[
    'const there = places.find((place) => this.#cash.get(place.venue) === this.anchor && place.bid > 0);',
    'const here = places.find((place) => place.venue === venue && place.bid > 0);',
  ].map((code) => ({
    file: PRICES,
    code,
    changes: ['> → >='],
    reason: 'a price is above zero or not a number',
  })),
];
