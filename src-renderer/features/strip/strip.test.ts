import { expect, test } from 'vitest';
import type { TodayFigures } from '../../../src-engine/contract/today-records.ts';
import { figuresOf, missedText } from './strip.tsx';

const TODAY: TodayFigures = {
  homeAsset: 'USD',
  dayUs: 0,
  profit: '83.678',
  executions: 18,
  attempts: 8,
  completed: 5,
  missed: 2,
  unwindCost: '-9.1',
  edgesPerMinute: 31,
  edgesSinceUs: 0,
  edges: {
    detected: 20,
    captured: 8,
    share: 0.4,
    lost: [
      { reason: 'no-balance', opportunities: 4, home: 9 },
      { reason: 'completed', opportunities: 5, home: 3 },
    ],
  },
  exposure: '4100.4',
  riskLevel: 'caution',
  lossPct: -1,
};

test('every figure is named, and what is not known is a dash', () => {
  const texts = (of: TodayFigures | undefined) => figuresOf(of).map(({ name, text }) => `${name} ${text}`);
  expect(texts(TODAY)).toEqual([
    'Today +83.68',
    'Captured 40 %',
    'Missed 12.00',
    'Fill rate 75 %',
    'Edges/min 31',
    'Unwinds -9.10',
    'Exposure 4,100',
    'Loss level Caution',
  ]);
  expect(new Set(texts(undefined).map((text) => text.at(-1)))).toEqual(new Set(['—']));
  expect(texts({ ...TODAY, attempts: 0, missed: 0, exposure: null })).toContain('Fill rate —');
});

test('what was missed is said with the reason that cost most', () => {
  expect(missedText(TODAY)).toBe('Missed today: 12.00 USD, 75 % of it because of “No balance”');
  const better = { reason: 'completed', opportunities: 5, home: -30 };
  const lost = [...TODAY.edges.lost.slice(0, 1), better];
  expect(missedText({ ...TODAY, edges: { ...TODAY.edges, captured: 41, lost } })).toBe(
    'Missed today: 9.00 USD, 100 % of it because of “No balance”',
  );
  expect(missedText({ ...TODAY, edges: { ...TODAY.edges, lost: [better] } })).toBe(
    'Nothing was missed today',
  );
});
