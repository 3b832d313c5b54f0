import { expect, test } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { leadLag } from './lead-lag.ts';

function noise(seed: number, length: number): Float64Array {
  const random = new SeededRandom(seed);
  return Float64Array.from({ length }, () => random.next() - 0.5);
}

test('a series that another repeats three steps later leads by three, and that one lags by three', () => {
  const first = noise(1, 600);
  const later = Float64Array.from(first, (_, k) => (k < 3 ? 0 : (first[k - 3] as number)));
  expect(leadLag(first, later, 10)).toMatchObject({ steps: 3 });
  expect(leadLag(later, first, 10)).toMatchObject({ steps: -3 });
  expect(leadLag(first, first, 10)?.steps).toBe(0);
});

test('steps without a price are left out, and the lead is found in the others', () => {
  const first = noise(2, 600);
  const later = Float64Array.from(first, (_, k) => (k < 2 ? 0 : (first[k - 2] as number)));
  for (let k = 0; k < 600; k += 5) later[k] = Number.NaN;
  expect(leadLag(first, later, 10)).toMatchObject({ steps: 2 });
});

test('nothing is said of few pairs, of what stands still, and of what is unrelated in 98 of 100 cases', () => {
  const short = noise(3, 90);
  expect(leadLag(short, short, 10)).toBeUndefined();
  expect(leadLag(new Float64Array(600), noise(4, 600), 10)).toBeUndefined();
  const found = Array.from({ length: 100 }, (_, k) => leadLag(noise(100 + k, 600), noise(900 + k, 600), 10));
  expect(found.filter((one) => one !== undefined).length).toBeLessThanOrEqual(2);
});

/** What moves at one of so many steps, by what `size` says. */
function sparse(seed: number, share: number, size: (random: SeededRandom) => number): Float64Array {
  const random = new SeededRandom(seed);
  return Float64Array.from({ length: 600 }, () =>
    random.next() < share ? (random.next() < 0.5 ? 1 : -1) * size(random) : 0,
  );
}
const tick = () => 1;
/** Most are small, and one of a hundred is a hundred times that. */
const jump = (random: SeededRandom) => 1 / (random.next() + 0.01);

test.each([
  ['a move in a hundred', 0.01, tick],
  ['five in a hundred', 0.05, tick],
  ['one in six, ticks', 0.17, tick],
  ['one in six, with jumps', 0.17, jump],
  ['half, with jumps', 0.5, jump],
] as const)('nothing is said of unrelated series in 98 of 100 cases: %s', (_what, share, size) => {
  const cases = Array.from({ length: 400 }, (_, k) =>
    leadLag(sparse(k, share, size), sparse(10_000 + k, share, size), 10),
  );
  expect(cases.filter((one) => one !== undefined).length).toBeLessThanOrEqual(8);
});

test('one jump that both made among few other moves says nothing of who leads', () => {
  const [first, second] = [sparse(5, 0.17, tick), sparse(6, 0.17, tick)];
  first[300] = 1_000;
  second[304] = 1_000;
  expect(leadLag(first, second, 10)).toBeUndefined();
});

test('of quiet series that move together for the most part the lead is found', () => {
  const first = sparse(7, 0.08, jump);
  const own = sparse(8, 0.02, tick);
  const later = Float64Array.from(own, (move, k) => move + (first[k - 3] ?? 0));
  expect(leadLag(first, later, 10)?.steps).toBe(3);
  expect(leadLag(later, first, 10)?.steps).toBe(-3);
});

test('a lag that is hardly more alike than none is no lead: the two move together', () => {
  const first = noise(9, 600);
  // Half of each move at once, and a little more than half a step later.
  const both = Float64Array.from(first, (move, k) => move + 1.05 * (first[k - 1] ?? 0));
  expect(leadLag(first, both, 10)?.steps).toBe(0);
});
