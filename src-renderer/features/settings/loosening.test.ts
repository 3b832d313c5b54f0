import { expect, test } from 'vitest';
import {
  DEFAULT_DETECTION,
  DEFAULT_EXECUTION,
  DEFAULT_LIMITS,
  LIMIT_PRESETS,
} from '../../../src-engine/domain/limits.ts';
import { DETECTION_FIELDS, EXECUTION_FIELDS, LIMIT_FIELDS } from './fields.ts';
import { looserByCall } from './looser-calls.ts';
import { changesBetween, looserChanges, looserQuantities } from './loosening.ts';

const limits = (after: Parameters<typeof looserChanges>[2]) =>
  looserChanges(LIMIT_FIELDS, DEFAULT_LIMITS, after, 'EUR');
const detection = (after: Parameters<typeof looserChanges>[2]) =>
  looserChanges(DETECTION_FIELDS, DEFAULT_DETECTION, after, 'EUR');

test('a change that lets more through is named with both values and its unit', () => {
  expect(limits({ maxOrderNotional: '9999999.5', maxPositionPct: 1 })).toEqual([
    {
      key: 'maxOrderNotional',
      label: 'Max. order value',
      unit: 'EUR',
      from: DEFAULT_LIMITS.maxOrderNotional,
      to: '9999999.5',
      isLooser: true,
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

test('a set of limits names each limit that it changes, and which way', () => {
  const before = { ...DEFAULT_LIMITS, ...LIMIT_PRESETS.conservative, maxRelatedExecutions: 9 };
  const changes = changesBetween(LIMIT_FIELDS, before, LIMIT_PRESETS.standard, 'EUR');
  expect(changes.map(({ key, from, to, isLooser }) => [key, from, to, isLooser])).toEqual([
    ['maxPositionPct', '2', '5', true],
    ['maxGrossExposurePct', '40', '80', true],
    ['maxRelatedExecutions', '9', '3', false],
    ['kellyFraction', '0.1', '0.25', true],
  ]);
  expect(changesBetween(LIMIT_FIELDS, DEFAULT_LIMITS, LIMIT_PRESETS.standard, 'EUR')).toEqual([]);
});

test('quantities by asset: higher and left out are looser', () => {
  const before = { BTC: '1', ETH: '20' };
  expect(looserQuantities(before, { BTC: '1', ETH: '5' })).toEqual([]);
  expect(looserQuantities(before, { BTC: '1.5' }).map(({ key, to }) => [key, to])).toEqual([
    ['maxOrderQty.BTC', '1.5'],
    ['maxOrderQty.ETH', 'no limit'],
  ]);
});

test.each([
  ['updateLimits', { maxOrderNotional: '9999999', maxPositionPct: 1 }, ['maxOrderNotional']],
  ['updateLimits', { maxOrderQty: {} }, ['maxOrderQty.BTC', 'maxOrderQty.ETH']],
  ['applyLimitPreset', { preset: 'conservative' }, []],
  ['updateDetection', { minNetBps: 0 }, ['minNetBps']],
  ['updateExecution', { unwindDeadlineMs: 60_000 }, ['unwindDeadlineMs']],
  ['updateDurability', { level: 'process' }, ['durability']],
  ['updateDurability', { level: 'disk' }, []],
  ['pauseTrading', {}, []],
] as const)('a call of the palette, %s of %j, is asked about for %j', async (op, input, keys) => {
  const known = { limits: DEFAULT_LIMITS, detection: DEFAULT_DETECTION, homeAsset: 'EUR' };
  const looser = await looserByCall(op, input, known, {
    execution: () => Promise.resolve(DEFAULT_EXECUTION),
    durability: () => Promise.resolve({ level: 'disk' }),
  });
  expect(looser.map(({ key }) => key)).toEqual(keys);
});

test('quoting another market is looser, and turning quotes off is not', () => {
  const change = (from: string, to: string) =>
    changesBetween(
      EXECUTION_FIELDS,
      { ...DEFAULT_EXECUTION, makerMarkets: from },
      { makerMarkets: to },
      'EUR',
    );
  expect(change('', 'BTC/USD@a>b')).toMatchObject([
    { label: 'Quoted markets', to: 'BTC/USD@a>b', isLooser: true },
  ]);
  expect(change('BTC/USD@a>b', '')).toMatchObject([{ isLooser: false }]);
  expect(change('BTC/USD@a>b', 'BTC/USD@a>b')).toEqual([]);
});
