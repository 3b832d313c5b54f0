import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KNOWN } from '../testing/known-pools.ts';
import { ConstantProductCurve } from './constant-product.ts';

const reserve = fc.bigInt({ min: 1n, max: (1n << 111n) - 1n });
const amount = fc.bigInt({ min: 0n, max: (1n << 112n) - 1n });

describe('pools of a constant product', () => {
  it.each(KNOWN.v2)(
    'give what the contract gave: token 0 in %s, %s of %s and %s: %s',
    (isZeroIn, x, r0, r1, out) => {
      const [from, to] = isZeroIn ? [r0, r1] : [r1, r0];
      const curve = new ConstantProductCurve(BigInt(from), BigInt(to));
      expect(curve.outFor(BigInt(x))).toBe(BigInt(out));
      // Asked for exactly so much, it takes no more than was paid.
      expect(curve.inFor(BigInt(out))).toBeLessThanOrEqual(BigInt(x) + 1n);
    },
  );

  it('ask for an exact amount what the contract asked', () => {
    const [, paid, reserveIn, reserveOut, out] = KNOWN.v2ExactOut;
    expect(new ConstantProductCurve(BigInt(reserveIn), BigInt(reserveOut)).inFor(BigInt(out))).toBe(
      BigInt(paid),
    );
  });

  it('give nothing for dust, and do not sell their last unit', () => {
    const skewed = new ConstantProductCurve(1_234_567n * 10n ** 18n, 7_654_321n * 10n ** 15n);
    expect([skewed.outFor(1n), skewed.outFor(2n)]).toEqual([0n, 0n]);
    expect(skewed.inFor(7_654_321n * 10n ** 15n)).toBeUndefined();
    expect(new ConstantProductCurve(0n, 5n)).toMatchObject({ maxIn: 0n, maxOut: 0n });
    expect(() => new ConstantProductCurve(1n << 112n, 5n)).toThrow('2^112');
    expect(() => skewed.outFor(-1n)).toThrow('below zero');
  });

  it('never give more than the price of the first unit, nor less for more, and a way there and back loses', () => {
    fc.assert(
      fc.property(reserve, reserve, amount, amount, (r0, r1, x, more) => {
        const curve = new ConstantProductCurve(r0, r1);
        const out = curve.outFor(x);
        // The price of the first unit: what is left of it by the fee, at the ratio of the reserves.
        expect(out * r0 * 1_000n <= x * r1 * 997n).toBe(true);
        expect(curve.outFor(x + more) >= out).toBe(true);
        expect(out < r1).toBe(true);
        if (x > curve.maxIn) return;
        expect(new ConstantProductCurve(r1 - out, r0 + x).outFor(out) <= x).toBe(true);
        // The product never falls.
        expect((r0 + x) * (r1 - out) >= r0 * r1).toBe(true);
      }),
    );
  });

  it('take for an exact amount what brings at least as much, and two units less would not', () => {
    fc.assert(
      fc.property(reserve, reserve, amount, (r0, r1, y) => {
        const curve = new ConstantProductCurve(r0, r1);
        const paid = curve.inFor(y);
        if (paid === undefined) expect(y >= r1 || curve.maxOut < y).toBe(true);
        else {
          expect(curve.outFor(paid) >= y).toBe(true);
          if (paid > 1n) expect(curve.outFor(paid - 2n) < y || y === 0n).toBe(true);
        }
      }),
    );
  });
});
