/** What a client may send to do harm, from a seed: deep, long, of the wrong kind, named like a prototype, not JSON at all. */
import type { SeededRandom } from '../../lib/random.ts';

const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'limit',
  'beforeUs',
  'profile',
  '',
  '\u0000',
];
const TEXTS = [
  '',
  '\u0000',
  '../../etc/passwd',
  '-1',
  'NaN',
  '1e400',
  "'; drop table orders; --",
  '\u001b]0;x\u0007',
  '\ud800',
];
const NUMBERS = [0, -0, -1, 1e308, -1e308, 2 ** 53, 0.1, 1_000, Number.MAX_SAFE_INTEGER];

/** Nested so deep. Objects and lists in turn, as text: making it needs no recursion. */
export function deepText(depth: number, inner = '1'): string {
  const halves = Math.floor(depth / 2);
  return `${'[{"a":'.repeat(halves)}${inner}${'}]'.repeat(halves)}`;
}

/** A JSON value as text. */
export function hostileValue(random: SeededRandom, depth = 0): string {
  switch (random.integer(0, depth > 4 ? 4 : 8)) {
    case 0:
      return JSON.stringify(pick(random, TEXTS));
    case 1:
      return JSON.stringify(pick(random, NUMBERS));
    case 2:
      return pick(random, ['true', 'false', 'null', '1e999', '-0']);
    case 3:
      return JSON.stringify('x'.repeat(random.integer(1, 3_000)));
    case 4:
      return random.integer(0, 9) === 0 ? deepText(random.integer(2, 8_000)) : '[]';
    case 5:
      return `[${list(random, () => hostileValue(random, depth + 1)).join(',')}]`;
    default:
      return `{${list(random, () => `${JSON.stringify(pick(random, KEYS))}:${hostileValue(random, depth + 1)}`).join(',')}}`;
  }
}

/** A whole message: of a form that the protocol knows, or of none. */
export function hostileMessage(
  random: SeededRandom,
  operations: readonly string[],
  topics: readonly string[],
): string {
  const value = hostileValue(random);
  const id = pick(random, ['1', '0', '-1', '1.5', '"1"', '9007199254740993', 'null']);
  switch (random.integer(0, 7)) {
    case 0:
      return value;
    case 1:
      return value.slice(0, random.integer(0, value.length));
    case 2:
      return `{"t":${JSON.stringify(pick(random, ['call', 'facts', 'hello', '__proto__']))},"on":${value}}`;
    case 3:
      return `{"t":"${pick(random, ['subscribe', 'unsubscribe'])}","topic":${JSON.stringify(pick(random, [...topics, ...KEYS]))},"params":${value}}`;
    default:
      return `{"t":"call","id":${id},"op":${JSON.stringify(pick(random, [...operations, ...KEYS]))},"input":${value}}`;
  }
}

function list(random: SeededRandom, make: () => string): string[] {
  return Array.from({ length: random.integer(0, 4) }, make);
}

export function pick<T>(random: SeededRandom, from: readonly T[]): T {
  return from[random.integer(0, from.length - 1)] as T;
}
