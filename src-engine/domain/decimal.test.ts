import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, decimal, divide, fromUnits, isMultipleOf, roundToStep, toUnits } from './decimal.ts';
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

  it('divide with a scale and a direction', () => {
    expect(divide(decimal('1'), decimal('3'), 4, 'down').toString()).toBe('0.3333');
    expect(divide(decimal('1'), decimal('3'), 4, 'up').toString()).toBe('0.3334');
    expect(divide(decimal('-1'), decimal('3'), 4, 'down').toString()).toBe('-0.3334');
    expect(() => divide(decimal('1'), decimal('0'), 4, 'down')).toThrow(/by zero/);
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
