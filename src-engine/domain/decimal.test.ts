import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  Decimal,
  decimal,
  divide,
  estimateOf,
  fromUnits,
  isDecimalText,
  isMultipleOf,
  isPositive,
  roundToStep,
  textOf,
  toUnits,
} from './decimal.ts';
import { formatTimeUs } from './time.ts';

const amount = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 12 }));

describe('decimals', () => {
  it.each(['1e-7', 'NaN', '', ' 1', '1.', '.5', '0x10', '1_000', 'Infinity', '--1'])(
    'refuse "%s"',
    (text) => {
      expect(() => decimal(text)).toThrow(RangeError);
    },
  );

  it('are written as plain digits, however small', () => {
    expect(decimal('0.0000001').times('0.0000001').toString()).toBe('0.00000000000001');
    expect(new Decimal('1e-30').toString()).not.toContain('e');
    expect(decimal('123456789012.123456789').times('987654321.987654321').toString()).toBe(
      new Decimal('123456789012123456789').times('987654321987654321').div('1e18').toString(),
    );
  });

  it('multiply and add without losing a digit', () => {
    fc.assert(
      fc.property(amount, amount, ([a, i], [b, j]) => {
        const left = new Decimal(a.toString()).times(Decimal.pow(10, -i));
        const right = new Decimal(b.toString()).times(Decimal.pow(10, -j));
        const product = left.times(right).times(Decimal.pow(10, i + j));
        expect(product.toFixed()).toBe((a * b).toString());
        expect(left.plus(right).minus(right).eq(left)).toBe(true);
      }),
    );
  });

  it('round to a step in the direction that is named', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 5_000 }), ([a, i], stepUnits) => {
        const value = new Decimal(a.toString()).times(Decimal.pow(10, -i));
        const step = new Decimal(stepUnits).times('0.001');
        const down = roundToStep(value, step, 'down');
        const up = roundToStep(value, step, 'up');
        expect(down.lte(value) && value.minus(down).lt(step)).toBe(true);
        expect(up.gte(value) && up.minus(value).lt(step)).toBe(true);
        expect(isMultipleOf(down, step) && isMultipleOf(up, step)).toBe(true);
      }),
    );
  });

  it('are on a step, and rounded to it, as division finds them: steps of one 10^-n take the short way', () => {
    const step = fc
      .tuple(fc.constantFrom(1, 2, 5, 10, 25, 125), fc.integer({ min: 0, max: 12 }))
      .map(([count, places]) => new Decimal(count).times(Decimal.pow(10, -places)));
    fc.assert(
      fc.property(amount, step, fc.boolean(), ([a, i], each, isOnStep) => {
        const anyValue = new Decimal(a.toString()).times(Decimal.pow(10, -i));
        const value = isOnStep ? new Decimal(a.toString()).times(each) : anyValue;
        expect(isMultipleOf(value, each)).toBe(value.mod(each).isZero());
        if (isOnStep) expect(isMultipleOf(value, each)).toBe(true);
        const down = roundToStep(value, each, 'down');
        expect(down.eq(value.div(each).floor().times(each))).toBe(true);
        const up = roundToStep(value, each, 'up');
        expect(up.eq(value.div(each).ceil().times(each))).toBe(true);
      }),
    );
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(isMultipleOf(new Decimal(odd), new Decimal('0.01'))).toBe(false);
  });

  it('divide with a scale and a direction', () => {
    expect(divide(decimal('1'), decimal('3'), 4, 'down').toString()).toBe('0.3333');
    expect(divide(decimal('1'), decimal('3'), 4, 'up').toString()).toBe('0.3334');
    expect(divide(decimal('-1'), decimal('3'), 4, 'down').toString()).toBe('-0.3334');
    expect(() => divide(decimal('1'), decimal('0'), 4, 'down')).toThrow(/by zero/);
  });

  it('divide as whole numbers do, to the last digit of the scale', () => {
    const divisor = amount.filter(([units]) => units !== 0n);
    fc.assert(
      fc.property(amount, divisor, fc.integer({ min: 0, max: 18 }), ([a, i], [b, j], scale) => {
        const left = new Decimal(a.toString()).times(Decimal.pow(10, -i));
        const right = new Decimal(b.toString()).times(Decimal.pow(10, -j));
        // a·10^-i / b·10^-j in units of 10^-scale is n / d; whole numbers cut towards zero.
        const sign = b < 0n ? -1n : 1n;
        const n = sign * a * 10n ** BigInt(j + scale);
        const d = sign * b * 10n ** BigInt(i);
        const cut = n / d;
        const isExact = cut * d === n;
        const down = n < 0n && !isExact ? cut - 1n : cut;
        const up = n > 0n && !isExact ? cut + 1n : cut;
        const units = (value: Decimal): string => value.times(Decimal.pow(10, scale)).toString();
        expect(units(divide(left, right, scale, 'down'))).toBe(down.toString());
        expect(units(divide(left, right, scale, 'up'))).toBe(up.toString());
      }),
      { numRuns: 1_000 },
    );
  });

  it('are read as they are written, up to 24 digits on either side', () => {
    const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
    fc.assert(
      fc.property(digits(24), digits(24), fc.boolean(), (whole, part, isNegative) => {
        const text = `${isNegative ? '-' : ''}${whole}.${part}`;
        const digitsLeft = whole.replace(/^0+(?=\d)/, '');
        const placesLeft = part.replace(/0+$/, '');
        const plain = placesLeft === '' ? digitsLeft : `${digitsLeft}.${placesLeft}`;
        expect(decimal(text).toString()).toBe(isNegative && plain !== '0' ? `-${plain}` : plain);
        expect(isDecimalText(decimal(text).toString())).toBe(true);
      }),
    );
    expect(isDecimalText('1'.repeat(25))).toBe(false);
    expect(isDecimalText(`0.${'1'.repeat(25)}`)).toBe(false);
    expect(() => decimal(Number.NaN)).toThrow(/finite/);
    expect(() => decimal(new Decimal(Number.POSITIVE_INFINITY))).toThrow(/finite/);
  });

  it('count book units exactly, or say why not', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 12 }), (units, decimals) => {
        expect(toUnits(fromUnits(units, decimals), decimals)).toBe(units);
      }),
    );
    expect(() => toUnits(decimal('0.123'), 2)).toThrow(/more than 2 decimals/);
    expect(() => toUnits(decimal('90071992547.40993'), 6)).toThrow(/too large/);
  });
});

describe('times', () => {
  it('are written in UTC with microseconds', () => {
    expect(formatTimeUs(1_785_641_751_660_084)).toBe('2026-08-02T03:35:51.660084Z');
    expect(formatTimeUs(7)).toBe('1970-01-01T00:00:00.000007Z');
  });
});

describe('short ways past the library', () => {
  /** Up to 30 digits at any place that amounts have, zero and both signs. */
  const any = fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -30, max: 12 }), fc.nat(5))
    .map(([digits, exponent, zeros]) => new Decimal(`${digits * 10n ** BigInt(zeros)}e${exponent}`));
  const odd = [
    '0',
    '-0',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e-50',
    '-7e45',
    '9999999',
    '10000000',
    '0.0000001',
  ];
  const decimals = fc.oneof(
    any,
    fc.constantFrom(...odd).map((text) => new Decimal(text)),
  );

  it('compare as it compares', () => {
    fc.assert(
      fc.property(decimals, decimals, fc.integer({ min: -1, max: 1 }), (a, other, step) => {
        const near = a.plus(new Decimal(`${step}e-18`));
        for (const b of [other, near, a.negated(), a]) {
          expect(compare(a, b)).toBe(a.cmp(b));
          expect(compare(a, b) <= 0).toBe(a.lte(b));
        }
        expect(isPositive(a)).toBe(a.isFinite() && a.gt(0));
      }),
      { numRuns: 400 },
    );
  });

  it('write and estimate a value as it does', () => {
    fc.assert(
      fc.property(decimals, (a) => {
        expect(textOf(a)).toBe(a.toFixed());
        const [estimate, exact] = [estimateOf(a), a.toNumber()];
        if (a.isFinite()) expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(Math.abs(exact) * 1e-13);
        else expect(estimate).toBeNaN();
      }),
      { numRuns: 800 },
    );
  });

  it('lay down the digits of book units as its own product does', () => {
    const units = fc.oneof(fc.nat(10_000), fc.maxSafeInteger().map(Math.abs));
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 16 }), fc.nat(6), (count, places, zeros) => {
        const round = count % 1_000 === 0 ? count : Math.floor(count / 10 ** zeros) * 10 ** zeros;
        const product = new Decimal(round).times(Decimal.pow(10, -places));
        const made = fromUnits(round, places);
        expect([made.d, made.e, made.s]).toEqual([product.d, product.e, product.s]);
        expect(made.times(3).plus(1).toFixed()).toBe(product.times(3).plus(1).toFixed());
      }),
      { numRuns: 500 },
    );
  });
});
