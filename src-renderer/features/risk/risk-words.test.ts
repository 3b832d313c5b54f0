import { expect, test } from 'vitest';
import type { RiskStatus } from '../../../src-engine/contract/risk-records.ts';
import { DEFAULT_LIMITS } from '../../../src-engine/domain/limits.ts';
import {
  denialText,
  gaugeShare,
  gaugeText,
  nextLevelText,
  riskHeadline,
  standingWords,
} from './risk-words.ts';

const calm: RiskStatus = {
  level: 'normal',
  levelSinceUs: 0,
  homeAsset: 'USD',
  equity: '10000',
  dayOpenEquity: '10000',
  peakEquity: '10000',
  gauges: [],
  breakers: [],
  stops: [],
  denials: [],
  kellyFraction: null,
  holds: [],
  limitsVersion: 0,
};
const breaker = { breaker: 'drawdown', venue: '', state: 'latched', reason: 'r', sinceUs: 1 } as const;
const stop = { strategy: 'kraken USD>BTC>ETH', reason: 'r', sinceUs: 1 };

test('the headline is quiet only when nothing is held back', () => {
  expect(riskHeadline(calm)).toEqual({ text: 'Risk normal', isBad: false });
  expect(riskHeadline({ ...calm, level: 'caution' })).toEqual({ text: 'Risk caution', isBad: true });
  expect(riskHeadline({ ...calm, breakers: [breaker], stops: [stop] })).toEqual({
    text: 'Risk normal, 2 stopped',
    isBad: true,
  });
});

test('a kill, a halt and a pause come before the level of loss', () => {
  const killed = { kind: 'killed', reason: 'The kill switch is on until you re-arm it.' } as const;
  const risk = { ...calm, holds: [killed, { kind: 'halted', reason: 'the disk is full' } as const] };
  expect(riskHeadline(risk)).toEqual({ text: 'Risk KILLED', isBad: true });
  expect(standingWords(risk)).toMatchObject({ label: 'KILLED', isBad: true });
  expect(standingWords(risk).explain).toContain('No cycle is traded. Loss level: normal.');
  expect(standingWords(calm)).toMatchObject({ label: 'Normal', isBad: false });
});

test('a gauge says what it knows and no more', () => {
  const gauge = { name: 'largest position', used: 3.204, limit: 5, unit: '% of equity' };
  expect(gaugeText(gauge)).toBe('3.2 of 5 % of equity');
  expect(gaugeText({ ...gauge, used: -0.2 })).toBe('0 of 5 % of equity');
  expect(gaugeText({ ...gauge, used: 1204.5, limit: 20000, unit: 'USD' })).toBe('1,204.5 of 20,000 USD');
  expect(gaugeText({ ...gauge, used: null })).toBe('unknown of 5 % of equity');
  expect(gaugeShare(gauge)).toBeCloseTo(0.6408, 9);
  expect(gaugeShare({ ...gauge, used: 9 })).toBe(1);
  expect(gaugeShare({ ...gauge, used: -1 })).toBe(0);
  expect(gaugeShare({ ...gauge, used: null })).toBeUndefined();
});

test('every level but the last says what comes next and at which loss', () => {
  expect(nextLevelText('normal', DEFAULT_LIMITS)).toBe('Next: Caution at 3 % lost in a day.');
  expect(nextLevelText('halted', DEFAULT_LIMITS)).toBe('Next: Shut down at 10 % lost in a day.');
  expect(nextLevelText('shutdown', DEFAULT_LIMITS)).toBe('');
});

test('a denial shows what was asked and what is allowed', () => {
  expect(denialText({ asked: '2000.5', allowed: '50', unit: 'USD' })).toBe(
    'requested 2,000.5, allowed 50 USD',
  );
  expect(denialText({ asked: '3', allowed: '2', unit: '' })).toBe('requested 3, allowed 2');
  // Of a run of several venues the unit is an asset with its place.
  expect(denialText({ asked: '3', allowed: '2', unit: 'BTC@simulated' })).toBe(
    'requested 3, allowed 2 BTC at Simulated Kraken',
  );
});
