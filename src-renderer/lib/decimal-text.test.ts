import { Decimal } from 'decimal.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ABSENT,
  cutText,
  formatAmount,
  formatSigned,
  formatUnits,
  groupThousands,
  placesFor,
  priceText,
  roundText,
  setSeparators,
  shownSentence,
  signOf,
  splitTrailingZeros,
  trimZeros,
} from './decimal-text.ts';

const Exact = Decimal.clone({ precision: 80, toExpNeg: -60, toExpPos: 60 });
const digits = (max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((list) => list.join(''));
const plain = fc
  .tuple(fc.boolean(), digits(20), fc.option(digits(20), { nil: null }))
  .map(
    ([negative, whole, fraction]) =>
      `${negative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}`,
  );

describe('a price', () => {
  test.each([
    [9_832_053_000_000, 8, '0.01000000', '98320.53'],
    [9_832_050_000_000, 8, '0.01', '98320.50'],
    [9_832_053_400_000, 8, '0.01', '98320.534'],
    [9_832_000_000_000, 8, '1.00000000', '98320'],
    [9_832_000_000_000, 8, '10', '98320'],
    [983_205, 1, '0.1', '98320.5'],
    [983_205, 1, '0.001', '98320.5'],
    [-120_000_000, 8, '0.01', '-1.20'],
    [0, 8, '0.01', '0.00'],
  ])('of %d units of 10^-%d on a tick of %s is %s', (units, priceDecimals, tickSize, text) => {
    expect(priceText(units, { priceDecimals, tickSize })).toBe(text);
  });
  test('that is no safe integer is absent', () => {
    expect(priceText(Number.NaN, { priceDecimals: 8, tickSize: '0.01' })).toBe(ABSENT);
  });
});

describe('formatUnits', () => {
  test('is exact for every safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 }), (units, decimals) => {
        const expected = new Exact(units).div(new Exact(10).pow(decimals)).toFixed(decimals);
        expect(formatUnits(units, decimals)).toBe(
          Object.is(units, -0) ? expected.replace('-', '') : expected,
        );
      }),
    );
  });

  test('keeps tiny quantities and trailing zeros', () => {
    expect(formatUnits(1, 8)).toBe('0.00000001');
    expect(formatUnits(672_340, 1)).toBe('67234.0');
    expect(formatUnits(5, 0)).toBe('5');
  });

  test('shows no wrong digits where integers are not exact', () => {
    expect(formatUnits(2 ** 53, 0)).toBe(ABSENT);
    expect(formatUnits(1.5, 2)).toBe(ABSENT);
    expect(formatUnits(Number.NaN, 2)).toBe(ABSENT);
  });
});

describe('roundText', () => {
  test('rounds as Decimal does, ties away from zero', () => {
    fc.assert(
      fc.property(plain, fc.integer({ min: 0, max: 12 }), (text, places) => {
        const expected = new Exact(text).toDecimalPlaces(places, Decimal.ROUND_HALF_UP);
        const shown = expected.isZero() ? expected.abs().toFixed(places) : expected.toFixed(places);
        expect(roundText(text, places)).toBe(shown);
      }),
    );
  });

  test('says no minus nought, and leaves alone what is not a decimal', () => {
    expect(roundText('-0.004', 2)).toBe('0.00');
    expect(roundText('1e-7', 2)).toBe('1e-7');
  });
});

test('grouping adds commas to the whole part and nothing else', () => {
  fc.assert(
    fc.property(plain, (text) => {
      const grouped = groupThousands(text);
      expect(grouped.replaceAll(',', '')).toBe(text);
      expect(grouped.split('.')[1] ?? '').toBe(text.split('.')[1] ?? '');
    }),
  );
  expect(groupThousands('-1234567.123456')).toBe('-1,234,567.123456');
  expect(groupThousands('123')).toBe('123');
});

test('the split of trailing zeros joins to the same text, and trimming keeps the value', () => {
  fc.assert(
    fc.property(plain, (text) => {
      expect(splitTrailingZeros(text).join('')).toBe(text);
      expect(new Exact(trimZeros(text)).eq(text)).toBe(true);
    }),
  );
  expect(splitTrailingZeros('0.250000')).toEqual(['0.25', '0000']);
  expect(splitTrailingZeros('500')).toEqual(['500', '']);
});

test('profits carry a sign, nought carries none', () => {
  expect(formatSigned('1234.5', 2)).toBe('+1,234.50');
  expect(formatSigned('-1234.5', 2)).toBe('-1,234.50');
  expect(formatSigned('0.001', 2)).toBe('0.00');
  expect(signOf('-0.00')).toBe(0);
});

test('a cut amount is never more than the amount, and less by under one unit of the last place', () => {
  const positive = plain.map((text) => text.replace('-', ''));
  fc.assert(
    fc.property(positive, fc.integer({ min: 1, max: 12 }), (text, places) => {
      const left = new Exact(text).minus(cutText(text, places));
      expect(left.isNegative() && !left.isZero()).toBe(false);
      expect(left.lt(new Exact(10).pow(-places))).toBe(true);
    }),
  );
});

test('money has cents, coins have eight places', () => {
  expect(formatAmount('25000', placesFor('USD'))).toBe('25,000.00');
  expect(formatAmount('0.5', placesFor('BTC'))).toBe('0.50000000');
});

test('figures in a sentence of the engine follow the decimal comma; what is no figure stays', () => {
  setSeparators({ group: '.', point: ',' });
  try {
    expect(shownSentence('net -0.95 bps, the minimum is 1 bps. Next at 3.5 %.')).toBe(
      'net -0,95 bps, the minimum is 1 bps. Next at 3,5 %.',
    );
    expect(shownSentence('Parallax 0.1.0 at 127.0.0.1, v2.5x')).toBe('Parallax 0.1.0 at 127.0.0.1, v2.5x');
  } finally {
    setSeparators({ group: ',', point: '.' });
  }
  expect(shownSentence('0.95')).toBe('0.95');
});
