import { afterEach, expect, test } from 'vitest';
import { typedFigure } from './typed-figure.ts';
import { figureParts, formatSigned, groupThousands, plainFigure, setSeparators } from './decimal-text.ts';
import { formatBps, formatSpread } from './figures.ts';
import { lookOf, separatorsOf } from './prefs.ts';
import { formatAge, formatLatency } from './time-text.ts';

afterEach(() => setSeparators({ group: ',', point: '.' }));

test('figures are written as the machine’s language does, or as the trader wants them', () => {
  expect(separatorsOf('machine', 'de-DE')).toEqual({ group: '.', point: ',' });
  expect(separatorsOf('machine', 'fr-FR')).toEqual({ group: '\u00a0', point: ',' });
  expect(separatorsOf('machine', 'en-US')).toEqual(separatorsOf('point', 'de-DE'));
});

test('every kind of figure follows, and the way back is exact', () => {
  setSeparators(separatorsOf('comma'));
  expect(groupThousands('1234567.8901')).toBe('1.234.567,8901');
  expect(figureParts('64210.50')).toEqual(['64.210,5', '0']);
  expect(figureParts('5.000')).toEqual(['5', ',000']);
  expect(formatSigned('1234.5', 2)).toBe('+1.234,50');
  expect(formatBps(-3.417)).toBe('-3,42');
  expect(formatSpread(0.33)).toBe('0,33');
  expect(formatAge(200_000)).toBe('0,2 s');
  expect(formatLatency(12.3)).toBe('12,3 µs');
  expect(plainFigure('1.234.567,8901')).toBe('1234567.8901');
  expect(plainFigure('07:30:12.345')).toBe('07:30:12.345');
  // No thousands: the point of another habit is left to whoever reads it.
  expect(['10.5', '0.125', '1.25.000', '1000.50', '25.0000'].map(plainFigure)).toEqual([
    '10.5',
    '0.125',
    '1.25.000',
    '1000.50',
    '25.0000',
  ]);
  setSeparators(separatorsOf('point'));
  expect(['10,5', '10,000', '-1,234.5'].map(plainFigure)).toEqual(['10,5', '10000', '-1234.5']);
  setSeparators(separatorsOf('space'));
  expect(['10 000,5', '10\u00a0000,5'].map(plainFigure)).toEqual(['10000.5', '10000.5']);
  setSeparators(separatorsOf('apostrophe'));
  expect(["10'000.5", '10’000.5'].map(plainFigure)).toEqual(['10000.5', '10000.5']);
});

test('a theme that follows the machine is what the machine has', () => {
  expect([
    lookOf('system', true),
    lookOf('system', false),
    lookOf('dark', true),
    lookOf('light', false),
  ]).toEqual(['light', 'dark', 'dark', 'light']);
});

test('takes an empty field for no figure, and not for 0', () => {
  expect(['', '  ', 'x', '0', ' 1.5 '].map(typedFigure)).toEqual([NaN, NaN, NaN, 0, 1.5]);
});
