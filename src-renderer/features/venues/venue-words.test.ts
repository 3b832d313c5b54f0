import { expect, it } from 'vitest';
import { setSeparators } from '../../lib/decimal-text.ts';
import { clockWords, feeWords, isCloseToLimit, joinWords } from './venue-words.ts';

it('says fees in bps, one figure where they are all the same', () => {
  expect(feeWords({ least: '0.0026', most: '0.0026', bases: [] })).toBe('26 bps');
  expect(feeWords({ least: '0.00075', most: '0.004', bases: [] })).toBe('7.5 to 40 bps');
  expect(feeWords({ least: '0', most: '0', bases: [] })).toBe('0 bps');
  expect(feeWords(null)).toBe('—');
  setSeparators({ group: '.', point: ',' });
  expect(feeWords({ least: '0.0003375', most: '0.0003375', bases: [] })).toBe('3,375 bps');
  setSeparators({ group: ',', point: '.' });
});

it('says of a clock what can be known: a difference within its error is none', () => {
  const reading = { roundTripUs: 80_000, ageUs: 0 };
  expect(clockWords({ ...reading, skewUs: -39_000, errorUs: 40_000 })).toBe('Agrees with ours, ± 40 ms');
  expect(clockWords({ ...reading, skewUs: -1_200_000, errorUs: 40_000 })).toBe(
    '1200 ms behind ours, ± 40 ms',
  );
  expect(clockWords({ ...reading, skewUs: 41_000, errorUs: 40_000 })).toBe('41 ms ahead of ours, ± 40 ms');
});

it('marks a limit from four fifths on', () => {
  expect(isCloseToLimit({ used: 79, limit: 100 })).toBe(false);
  expect(isCloseToLimit({ used: 80, limit: 100 })).toBe(true);
  expect(isCloseToLimit({ used: 0, limit: 0 })).toBe(false);
});

it('names the pairs that join, and that there are more than it names', () => {
  expect(joinWords({ count: 1, named: ['MOG/USD'] })).toBe('1 joins at the next quiet moment: MOG/USD');
  expect(joinWords({ count: 3, named: ['MOG/USD', 'MOG/EUR'] })).toBe(
    '3 join at the next quiet moment: MOG/USD, MOG/EUR and more',
  );
});
