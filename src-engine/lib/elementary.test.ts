import { describe, expect, it } from 'vitest';
import { exp, log, logistic, softplus, tanh } from './elementary.ts';
import { SeededRandom } from './random.ts';

/** In units of the last place of the second. */
function apart(a: number, b: number): number {
  return a === b ? 0 : Math.abs(a - b) / (Math.abs(b) * Number.EPSILON);
}

describe('elementary functions', () => {
  it('differ from those of Math by three units of the last place at most', () => {
    const random = new SeededRandom(7);
    let worst = 0;
    for (let at = 0; at < 20_000; at++) {
      const x = (random.next() - 0.5) * 1_400;
      const y = Math.exp((random.next() - 0.5) * 600);
      const z = (random.next() - 0.5) * 8;
      worst = Math.max(
        worst,
        apart(exp(x), Math.exp(x)),
        apart(log(y), Math.log(y)),
        apart(tanh(z), Math.tanh(z)),
      );
    }
    expect(worst).toBeLessThan(3);
  });

  it('answer what they must at the edges', () => {
    expect([exp(0), exp(1_000), exp(-1_000), exp(Number.NaN)]).toEqual([1, Infinity, 0, Number.NaN]);
    expect([log(1), log(0), log(-1), log(Infinity)]).toEqual([0, -Infinity, Number.NaN, Infinity]);
    expect(log(5e-324)).toBeCloseTo(-744.4400719213812, 12);
    expect(exp(-740)).toBe(Math.exp(-740));
    expect([tanh(0), tanh(50), tanh(-50)]).toEqual([0, 1, -1]);
    expect([logistic(0), logistic(800), logistic(-800)]).toEqual([0.5, 1, 0]);
    expect([softplus(-800), softplus(800)]).toEqual([0, 800]);
    expect(softplus(0)).toBeCloseTo(Math.LN2, 15);
  });
});
