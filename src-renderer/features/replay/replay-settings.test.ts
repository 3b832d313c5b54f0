import { expect, test } from 'vitest';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../../../src-engine/domain/limits.ts';
import { operations } from '../../../src-engine/contract/operations.ts';
import { replaySettings } from './replay-settings.ts';

test('a replay decides by the limits and the detection of the profile', () => {
  const settings = replaySettings({
    homeAsset: 'EUR',
    limits: { ...DEFAULT_LIMITS, maxOrderNotional: '25' },
    detection: { ...DEFAULT_DETECTION, minNetBps: 4, maxLegs: 4 },
  });
  expect(settings).toMatchObject({
    capital: { EUR: '25000' },
    limits: { maxOrderNotional: '25' },
    detection: { minNetBps: 4 },
    legs: 4,
  });
  expect(operations.startReplay.input.parse({ recordings: ['a.jsonl'], settings }).settings).toEqual(
    settings,
  );
});
