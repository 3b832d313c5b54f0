/**
 * Mutants that make no difference to anything the engine does, each with the reason. They are named by file, code and
 * change, so that they are found when lines move; a row that fits nothing any more fails a test.
 */
import type { Mutant } from './mutate.ts';

type Equivalent = {
  readonly file: string;
  readonly code: string;
  /** As a run names them; `all` where no change of the line makes a difference. */
  readonly changes: readonly string[] | 'all';
  readonly reason: string;
};

export const EQUIVALENT: readonly Equivalent[] = [
  ...[
    'if (update.bidCount > 0) this.#applyBids(update);',
    'if (update.askCount > 0) this.#applyAsks(update);',
  ].map((code) => ({
    file: 'src-engine/books/order-book.ts',
    code,
    changes: ['> → >='],
    reason: 'a side without changes is applied without a change',
  })),
  ...['>', '<'].map((operator) => ({
    file: 'src-engine/books/order-book.ts',
    code: `while (high <= count && (prices[high - 1] as number) ${operator} price) {`,
    changes: ['<= → <'],
    reason: 'the gallop ends one step earlier, and the halving finds the same place',
  })),
  {
    file: 'src-engine/books/order-book.ts',
    code: 'if (high > count) high = count;',
    changes: ['> → >=', '> → >= #2'],
    reason: 'sets what it is already',
  },
  ...[
    { code: 'let high = 1;', changes: ['1 → 2', '1 → 2 #2'] },
    { code: 'high <<= 1;', changes: ['1 → 2', '1 → 2 #2'] },
  ].map((row) => ({
    file: 'src-engine/books/order-book.ts',
    ...row,
    reason: 'the gallop takes other steps, and the halving finds the same place',
  })),
  {
    file: 'src-engine/books/order-book.ts',
    code: 'for (let next = 0; next < changes && to < depth; next++) {',
    changes: ['< → <= #2'],
    reason: 'a full side ends the loop one line further on',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'let level = at < count ? (prices[at] as number) : 0;',
    changes: ['< → <=', '0 → 1'],
    reason: 'beyond the last level it is not read',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'while (at < count && to < depth && (level - price) * sign > 0) {',
    changes: ['* → /'],
    reason: 'a sign is 1 or −1: to divide by it is to multiply with it',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'if (at < count && level === price) at++;',
    changes: ['< → <='],
    reason: 'from the last level on it makes no difference how far beyond it the place lies',
  },
  {
    file: 'src-engine/execution/sequencer.ts',
    code: 'if (leg === undefined || asset === undefined) return;',
    changes: ['|| → &&', 'return → nothing'],
    reason: 'a plan has every leg that is asked for, and an asset before it: said for the type checker',
  },
  {
    file: 'src-engine/kernel/trading-desk.ts',
    code: 'if (cycle === undefined || startAsset === undefined) return;',
    changes: ['|| → &&', 'return → nothing'],
    reason: 'every number of a cycle has one, and a cycle a start: said for the type checker',
  },
  ...[
    { code: 'const LEAST_MERGED = 6;', changes: ['6 → 7'] },
    { code: 'return true;', changes: ['true → false'] },
    { code: 'if (changes < LEAST_MERGED) return false;', changes: ['< → <=', '< → >='] },
    { code: 'for (let i = 1; i < changes; i++)', changes: ['< → <='] },
    {
      code: 'if (((prices[i - 1] as number) - (prices[i] as number)) * sign <= 0) return false;',
      changes: ['* → /', '0 → 1'],
    },
  ].map((row) => ({
    file: 'src-engine/books/order-book.ts',
    ...row,
    reason: 'changes in order, each price once, make the same book merged as one by one; a sign is 1 or −1',
  })),
  ...['bid', 'ask'].map((side) => ({
    file: 'src-engine/books/order-book.ts',
    code: `if (most > this.${side}Prices.length) {`,
    changes: ['> → >='],
    reason: 'the arrays grow one level before they must',
  })),
  {
    file: 'src-engine/books/order-book.ts',
    code: 'const SLACK = 64;',
    changes: ['64 → 128'],
    reason: 'room before the arrays grow: no level depends on it',
  },
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
    file: 'src-engine/books/order-book.ts',
    code: 'for (let i = at + 1; i < count; i++) {',
    changes: ['< → <='],
    reason: 'moves a place beyond the last level, which is never read',
  },
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
      'more is counted than the ladder has; whoever asked fills it from the ladder, which ends where it ends',
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
    code: '.sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))',
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
  ...['bid', 'ask'].map((side) => ({
    file: 'src-engine/execution/way-home.ts',
    code: `for (let level = 0; level < book.${side}Count && left > 0; level++) {`,
    changes: ['> → >='],
    reason: 'of a level more nothing is taken when nothing is left to fill',
  })),
  {
    file: 'src-engine/portfolio/marks.ts',
    code: 'if (known !== undefined && bid === this.#bids[id] && ask === this.#asks[id]) return known;',
    changes: ['!== → ==='],
    reason: 'no mid price is remembered: each is made anew from the same prices',
  },
  {
    file: 'src-engine/portfolio/marks.ts',
    code: 'const units = bid + ask <= Number.MAX_SAFE_INTEGER ? new Decimal(bid + ask) : new Decimal(bid).plus(ask);',
    changes: ['<= → <'],
    reason: 'at exactly 2^53 − 1 both sums are exact',
  },
  {
    file: 'src-engine/portfolio/balances.ts',
    code: 'const part = amount.lt(reservation.amount) ? amount : reservation.amount;',
    changes: ['lt → lte'],
    reason: 'of two equal amounts either is the lesser',
  },
  {
    file: 'src-engine/kernel/order-events.ts',
    code: 'return;',
    // After an order's event, an account, and the answer of a dead-man switch.
    changes: ['return → nothing', 'return → nothing #9', 'return → nothing #14'],
    reason: 'the next case looks for an order or a venue that the input does not name, and finds none',
  },
  {
    file: 'src-engine/kernel/order-events.ts',
    code: "const way = input.stepUs > 0 ? 'ahead of' : 'behind';",
    changes: ['> → >=', '0 → 1'],
    reason: 'a clock is said to be set when it is a second or more away',
  },
  {
    file: 'src-engine/kernel/blockers.ts',
    code: 'const silentUs = nowUs - (feeds.get(venue)?.lastAliveUs ?? 0);',
    changes: ['0 → 1'],
    reason: 'every venue of a run has a feed',
  },
  {
    file: 'src-engine/kernel/instrument-rules.ts',
    code: 'if (this.#charged.get(id)?.gte(rate) !== true) this.#charged.set(id, rate);',
    changes: ['gte → gt'],
    reason: 'sets the rate that is known already',
  },
  ...['#nextEquityUs: TimeUs = 0;', '#nextKillRetryUs = 0;'].map((code, at) => ({
    file: ['src-engine/kernel/account-reporter.ts', 'src-engine/kernel/kernel.ts'][at] ?? '',
    code,
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  })),
  {
    file: 'src-engine/risk/related.ts',
    code: 'return (this.#samples.correlation(one.id, two.id) ?? 0) * one.sign * two.sign >= correlation;',
    changes: ['* → /', '* → / #2'],
    reason: 'a sign is 1 or −1: to divide by it is to multiply with it',
  },
  {
    file: 'src-engine/risk/sizing.ts',
    code: 'this.#askedAt = new Float64Array(instruments.length).fill(-1);',
    changes: ['1 → 2'],
    reason: 'stands for never asked: no count of samples is below zero',
  },
  {
    file: 'src-engine/risk/breaker.ts',
    code: 'sinceUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'read of a breaker that is not closed only, which has moved since',
  },
];

export function isEquivalent({ file, code, change }: Mutant): boolean {
  return EQUIVALENT.some(
    (row) =>
      row.file === file && row.code === code && (row.changes === 'all' || row.changes.includes(change)),
  );
}
