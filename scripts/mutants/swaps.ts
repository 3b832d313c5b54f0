/** What a token is exchanged for. Each is a typical mistake: the other side, the other sign, the other bound. */

/** Operators between two operands, with every exchange that is tried. */
export const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<<': ['>>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
};

/** Assignments that compute. */
export const ASSIGNMENTS: Readonly<Record<string, string>> = {
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '|=': '&=',
  '&=': '|=',
  '^=': '&=',
  '<<=': '>>>=',
  '>>>=': '<<=',
};

/** Methods of decimals, of `Math` and of lists: arithmetic and comparison by name. */
export const METHODS: Readonly<Record<string, readonly string[]>> = {
  plus: ['minus'],
  minus: ['plus'],
  times: ['div'],
  div: ['times'],
  lt: ['lte', 'gte'],
  lte: ['lt', 'gt'],
  gt: ['gte', 'lte'],
  gte: ['gt', 'lt'],
  min: ['max'],
  max: ['min'],
  floor: ['ceil'],
  ceil: ['floor'],
  every: ['some'],
  some: ['every'],
};

/** Methods that are left out of the chain: `x.abs()` becomes `x`. */
export const DROPPED_METHODS: ReadonlySet<string> = new Set([
  'abs',
  'negated',
  'neg',
  'toSorted',
  'toReversed',
]);

/** Words with an opposite. */
export const WORDS: Readonly<Record<string, string>> = {
  buy: 'sell',
  sell: 'buy',
  bid: 'ask',
  ask: 'bid',
  up: 'down',
  down: 'up',
  base: 'quote',
  quote: 'base',
};

/** Another number: the next one where the number counts, twice as much where it measures. */
export function otherNumber(value: number): number {
  return Number.isInteger(value) && Math.abs(value) <= 10 ? value + 1 : value * 2;
}
