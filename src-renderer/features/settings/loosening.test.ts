import { expect, test } from 'vitest';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../../src-engine/domain/limits.ts';
import { DETECTION_FIELDS, LIMIT_FIELDS } from './fields.ts';
import { looserChanges } from './loosening.ts';

const limits = (after: Parameters<typeof looserChanges>[2]) =>
  looserChanges(LIMIT_FIELDS, DEFAULT_LIMITS, after, 'EUR');
const detection = (after: Parameters<typeof looserChanges>[2]) =>
  looserChanges(DETECTION_FIELDS, DEFAULT_DETECTION, after, 'EUR');

test('a change that lets more through is named with both values and its unit', () => {
  expect(limits({ maxOrderNotional: '9999999.5', maxPositionPct: 1 })).toEqual([
    {
      key: 'maxOrderNotional',
      label: 'Largest order',
      unit: 'EUR',
      from: DEFAULT_LIMITS.maxOrderNotional,
      to: '9999999.5',
    },
  ]);
});

test.each([
  ['minNetBps', 0, true],
  ['minNetBps', 5, false],
  ['slippageBps', 0, true],
  ['maxStartNotional', '99999999', true],
  ['maxStartNotional', '1', false],
])('detection: %s set to %s is looser: %s', (key, to, isLooser) => {
  expect(detection({ [key]: to })).toHaveLength(isLooser ? 1 : 0);
});

test.each([
  ['cancelReserve', 0, true],
  ['breakerRestS', 1, true],
  ['breakerRestS', 3_600, false],
  ['maxBookAgeMs', 60_000, true],
  ['haltedLossPct', 100, true],
  ['haltedLossPct', 0.5, false],
])('limits: %s set to %s is looser: %s', (key, to, isLooser) => {
  expect(limits({ [key]: to })).toHaveLength(isLooser ? 1 : 0);
});
