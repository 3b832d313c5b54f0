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
