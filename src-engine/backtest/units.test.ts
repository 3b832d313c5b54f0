import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import { OFF_GRID, parseQuantity, parseUnits } from './units.ts';

const digits = fc.string({
  unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
  minLength: 1,
  maxLength: 12,
});

test('any decimal text gives the exact count of units, or is off the grid', () => {
  fc.assert(
    fc.property(
      digits,
      fc.option(digits, { nil: '' }),
      fc.integer({ min: 0, max: 12 }),
      (whole, places, decimals) => {
        const text = places === '' ? whole : `${whole}.${places}`;
        const exact = new Decimal(text).times(new Decimal(10).pow(decimals));
        const fits = exact.isInteger() && exact.lte(Number.MAX_SAFE_INTEGER);
        expect(parseUnits(text, decimals)).toBe(fits ? exact.toNumber() : OFF_GRID);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('prices that floating point would miss', () => {
  expect(parseUnits('1.15', 2)).toBe(115);
  expect(parseUnits('0.00000001', 8)).toBe(1);
  expect(parseUnits('0.50000', 2)).toBe(50);
  expect(parseUnits('0.501', 2)).toBe(OFF_GRID);
  expect(parseUnits('9007199254740991', 0)).toBe(Number.MAX_SAFE_INTEGER);
  expect(parseUnits('9007199254740992', 0)).toBe(OFF_GRID);
});

test.each([
  ['900719925474.0991', 4, Number.MAX_SAFE_INTEGER],
  ['900719925474.0992', 4, Number.MAX_SAFE_INTEGER],
  ['999999999999999999999999', 4, Number.MAX_SAFE_INTEGER],
  ['999999999999999999999999.00005', 4, OFF_GRID],
  ['0.00005', 4, OFF_GRID],
  ['12.5', 4, 125_000],
])('the quantity %s at %i decimals is shown as %d', (text, decimals, units) => {
  expect(parseQuantity(text, decimals)).toBe(units);
});
