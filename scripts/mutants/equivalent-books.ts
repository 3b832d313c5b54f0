/** Mutants of `src-engine/books` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

export const EQUIVALENT_BOOKS: readonly Equivalent[] = [
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
  {
    file: 'src-engine/books/book-store.ts',
    code: '#oldestAliveUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  },
  {
    file: 'src-engine/books/book-store.ts',
    code: 'if (nowUs - this.#oldestAliveUs <= maxAgeUs) return NOTHING;',
    changes: ['- → +', '<= → <'],
    reason: 'spares a look: where it does not, the books are looked at one by one and say the same',
  },
  {
    file: 'src-engine/books/book-store.ts',
    code: "if (state === 'live' && lastAliveUs < this.#oldestAliveUs) this.#oldestAliveUs = lastAliveUs;",
    changes: ['< → <='],
    reason: 'sets what it is already',
  },
  {
    file: 'src-engine/books/book-sync.ts',
    code: 'if (receivedUs > this.lastAliveUs) this.lastAliveUs = receivedUs;',
    changes: ['> → >='],
    reason: 'sets what it is already',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'if (room === undefined || room.prices.length < length) {',
    changes: ['< → <=', '< → >='],
    reason: 'arrays made for nothing, or shorter ones, which hold the levels that a merge keeps all the same',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'if (isMergeable(update.bidPrices, update.bidCount, 1)) {',
    changes: ['1 → 2'],
    reason: 'of a sign nothing but the sign counts',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'if (isMergeable(update.askPrices, update.askCount, -1)) {',
    changes: ['1 → 2'],
    reason: 'of a sign nothing but the sign counts',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: '1,',
    changes: ['1 → 2'],
    reason: 'of a sign nothing but the sign counts',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: '-1,',
    changes: ['1 → 2'],
    reason: 'of a sign nothing but the sign counts',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'return;',
    changes: ['return → nothing', 'return → nothing #2'],
    reason: 'the same message a second time changes nothing',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'for (let i = count; i > at; i--) {',
    changes: ['> → >='],
    reason: 'the place is written right after',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: 'readonly #touch = new Float64Array(7);',
    changes: ['7 → 8'],
    reason: 'one place more than is read',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: 'this.#bids = new CoveredSide(book.depth, 1);',
    changes: ['1 → 2'],
    reason: 'of a sign nothing but the sign counts',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: 'this.#asks = new CoveredSide(book.depth, -1);',
    changes: ['1 → 2'],
    reason: 'of a sign nothing but the sign counts',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: '#hidden = 0;',
    changes: ['0 → 1'],
    reason: 'read of a side that is covered only, which sets it',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: '#isNew = false;',
    changes: ['false → true'],
    reason: 'read of a side that is covered only, which sets it',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: 'this.#qtys = new Float64Array(depth + 1);',
    changes: ['1 → 2'],
    reason: 'one place more than is read',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: 'while (hidden < count && ((prices[hidden] as number) - price) * sign > 0) {',
    changes: ['* → /', '> → >='],
    reason:
      'a sign is 1 or −1; the level at the touch’s own price is kept as a hidden one, and comes back the same',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: 'if (by < 0) {',
    changes: ['< → <=', '0 → 1'],
    reason: 'moves each level to where it is',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: 'for (let i = -by; i < count; i++) {',
    changes: ['- → nothing', '< → <='],
    reason: 'writes before the first place of an array, which keeps nothing of it, or beyond the last level',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: '} else if (by > 0) {',
    changes: ['> → >='],
    reason: 'moves each level to where it is',
  },
  {
    file: 'src-engine/books/touch-overlay.ts',
    code: 'for (let i = count - 1; i >= 0; i--) {',
    changes: ['- → +'],
    reason: 'moves places beyond the last level, which are never read',
  },
  {
    file: 'src-engine/books/order-book.ts',
    code: 'for (let i = at + 1; i < count; i++) {',
    changes: ['< → <='],
    reason: 'moves a place beyond the last level, which is never read',
  },
];
