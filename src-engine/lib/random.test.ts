import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from './random.ts';

/** The first three numbers of seed 42. */
const GOLDEN = [3960382089, 1547270628, 4040468816];

/** The generator as its author defines it, counted in whole numbers of any size and cut to 32 bits. */
function* sfc32(state: readonly [bigint, bigint, bigint]): Generator<number, never> {
  const cut = (value: bigint): bigint => BigInt.asUintN(32, value);
  let [a, b, c] = state.map(cut) as [bigint, bigint, bigint];
  for (let counter = 1n; ; counter = cut(counter + 1n)) {
    const output = cut(a + b + counter);
    a = b ^ (b >> 9n);
    b = cut(c + (c << 3n));
    c = cut(cut((c << 21n) | (c >> 11n)) + output);
    yield Number(output);
  }
}

describe('seeded random numbers', () => {
  it('are the same on every machine', () => {
    const random = new SeededRandom(42);
    expect([random.nextUint32(), random.nextUint32(), random.nextUint32()]).toEqual(GOLDEN);
  });

  it('are those of sfc32, of any seed and stream, after sixteen that mix the seed', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 1_000 }), (seed, stream) => {
        const random = new SeededRandom(seed, stream);
        const expected = sfc32([BigInt(seed), BigInt(seed) >> 32n, BigInt(stream)]);
        for (let i = 0; i < 16; i++) expected.next();
        for (let i = 0; i < 20; i++) expect(random.nextUint32()).toBe(expected.next().value);
      }),
    );
  });

  it('differ by seed and by stream', () => {
    const first = (seed: number, stream?: number) => new SeededRandom(seed, stream).nextUint32();
    expect(new Set([first(1), first(2), first(1, 1), first(2 ** 40 + 1)]).size).toBe(4);
  });

  it('are spread evenly, with the moments that they should have', () => {
    const random = new SeededRandom(7);
    const n = 200_000;
    const buckets = Array.from({ length: 10 }, () => 0);
    let normal = 0;
    let squares = 0;
    let exponential = 0;
    for (let i = 0; i < n; i++) {
      const bucket = Math.floor(random.next() * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      const z = random.normal();
      normal += z;
      squares += z * z;
      exponential += random.exponential(3);
    }
    for (const count of buckets) expect(Math.abs(count - n / 10)).toBeLessThan(600);
    expect(normal / n).toBeCloseTo(0, 1);
    expect(squares / n).toBeCloseTo(1, 1);
    expect(exponential / n).toBeCloseTo(3, 1);
  });

  it('stay below one and above nothing, where the extremes would be infinite', () => {
    const random = new SeededRandom(3);
    let isFine = true;
    for (let i = 0; i < 50_000; i++) {
      const next = random.next();
      isFine &&= next >= 0 && next < 1 && Number.isFinite(random.normal()) && random.exponential(2) >= 0;
    }
    expect(isFine).toBe(true);
  });

  it('stay within an integer range, both ends included', () => {
    const random = new SeededRandom(1);
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(3, 5)));
    expect([...seen].sort((a, b) => a - b)).toEqual([3, 4, 5]);
  });
});
