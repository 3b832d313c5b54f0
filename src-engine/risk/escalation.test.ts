import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { RISK_LEVELS } from '../domain/risk.ts';
import { Escalation, utcDay } from './escalation.ts';

/** 2026-01-01T00:00:00Z and a day later. */
const DAY = 1_767_225_600_000_000;
const NEXT_DAY = DAY + 86_400_000_000;

function fresh(equity = '10000'): Escalation {
  const escalation = new Escalation(undefined);
  escalation.observe(decimal(equity), DAY, DEFAULT_LIMITS);
  return escalation;
}

describe('the loss of the day', () => {
  it.each([
    ['9700.0000000001', 'normal'],
    ['9700', 'caution'],
    ['9500.0000000001', 'caution'],
    ['9500', 'restricted'],
    ['9200.0000000001', 'restricted'],
    ['9200', 'halted'],
    ['9000.0000000001', 'halted'],
    ['9000', 'shutdown'],
    ['0', 'shutdown'],
    ['12000', 'normal'],
  ])('at an equity of %s of 10000 is %s', (equity, level) => {
    const escalation = fresh();
    escalation.observe(decimal(equity), DAY + 1, DEFAULT_LIMITS);
    expect(escalation.level).toBe(level);
  });

  it('does not fall within the day, and does with the next, unless it halts', () => {
    const escalation = fresh();
    escalation.observe(decimal('9600'), DAY + 1, DEFAULT_LIMITS);
    expect(escalation.observe(decimal('10500'), DAY + 2, DEFAULT_LIMITS)).toBe(false);
    expect(escalation.level).toBe('caution');
    expect(escalation.observe(decimal('10500'), NEXT_DAY, DEFAULT_LIMITS)).toBe(true);
    expect([escalation.level, escalation.dayOpen?.toString()]).toEqual(['normal', '10500']);
    escalation.observe(decimal('9600'), NEXT_DAY + 1, DEFAULT_LIMITS);
    expect(escalation.level).toBe('halted');
    escalation.observe(decimal('20000'), NEXT_DAY + 86_400_000_000, DEFAULT_LIMITS);
    expect(escalation.level).toBe('halted');
    escalation.resetDay(NEXT_DAY + 86_400_000_001);
    expect([escalation.level, escalation.lossPct.toString()]).toEqual(['normal', '0']);
  });

  it('that shut trading down is not ended by a new day', () => {
    const escalation = fresh();
    escalation.observe(decimal('8900'), DAY + 1, DEFAULT_LIMITS);
    expect(escalation.passDay(NEXT_DAY)).toBe(true);
    expect([escalation.level, escalation.lossPct.toString()]).toEqual(['shutdown', '0']);
  });

  it('is measured from what the account was worth at midnight UTC, once, through a restart', () => {
    const escalation = fresh();
    escalation.observe(decimal('9800'), DAY + 1, DEFAULT_LIMITS);
    expect(escalation.passDay(NEXT_DAY - 1)).toBe(false);
    expect(escalation.passDay(NEXT_DAY)).toBe(true);
    expect(escalation.passDay(NEXT_DAY - 5)).toBe(false);
    const { level, levelSinceUs, day } = escalation;
    const left = { level, levelSinceUs, day, dayOpenEquity: '9800', peakEquity: '10000' };
    const restarted = new Escalation(left);
    restarted.observe(decimal('9506'), NEXT_DAY + 1, DEFAULT_LIMITS);
    expect([restarted.level, restarted.lossPct.toString()]).toEqual(['caution', '3']);
    expect(restarted.drawdownPct.toString()).toBe('4.94');
    expect(day).toBe(utcDay(NEXT_DAY));
  });

  it('is none of an account that began with nothing, and counted of one that began with less than one', () => {
    const nothing = fresh('0');
    nothing.observe(decimal('-5'), DAY + 1, DEFAULT_LIMITS);
    expect([nothing.level, nothing.lossPct.toString(), nothing.drawdownPct.toString()]).toEqual([
      'normal',
      '0',
      '0',
    ]);
    const small = fresh('0.5');
    small.observe(decimal('0.48'), DAY + 1, DEFAULT_LIMITS);
    expect([small.level, small.lossPct.toString(), small.drawdownPct.toString()]).toEqual([
      'caution',
      '4',
      '4',
    ]);
    const left = {
      level: 'normal',
      levelSinceUs: 0,
      day: 1,
      dayOpenEquity: '100',
      peakEquity: '100',
    } as const;
    const unvalued = new Escalation(left);
    expect([unvalued.lossPct.toString(), unvalued.drawdownPct.toString()]).toEqual(['0', '0']);
    expect(new Escalation(undefined).lossPct.toString()).toBe('0');
  });

  it('begins at no level before the first day, and has reached a level when it was first reached', () => {
    expect(new Escalation(undefined)).toMatchObject({ level: 'normal', levelSinceUs: 0, day: 0 });
    const escalation = fresh();
    escalation.observe(decimal('9600'), DAY + 1, DEFAULT_LIMITS);
    escalation.observe(decimal('9550'), DAY + 2, DEFAULT_LIMITS);
    expect(escalation).toMatchObject({ level: 'caution', levelSinceUs: DAY + 1 });
  });

  it('counts money that comes or goes at once, before the next valuation', () => {
    const escalation = fresh();
    escalation.observe(decimal('9800'), DAY + 1, DEFAULT_LIMITS);
    escalation.shift(decimal('-5000'));
    expect([escalation.equity?.toString(), escalation.lossPct.toString()]).toEqual(['4800', '4']);
  });

  it('is not changed by money that comes or goes', () => {
    const escalation = fresh();
    escalation.observe(decimal('9800'), DAY + 1, DEFAULT_LIMITS);
    escalation.shift(decimal('-5000'));
    escalation.observe(decimal('4800'), DAY + 2, DEFAULT_LIMITS);
    expect([escalation.level, escalation.lossPct.toString()]).toEqual(['caution', '4']);
  });

  it('never falls within a day, over any equity curve', () => {
    const curve = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(curve, (equities) => {
        const escalation = fresh();
        let last = 0;
        for (const [index, equity] of equities.entries()) {
          escalation.observe(decimal(equity), DAY + index, DEFAULT_LIMITS);
          const rank = RISK_LEVELS.indexOf(escalation.level);
          expect(rank).toBeGreaterThanOrEqual(last);
          last = rank;
        }
        const lowest = Math.min(10_000, ...equities);
        const lossPct = (10_000 - lowest) / 100;
        expect(escalation.level === 'normal').toBe(lossPct < DEFAULT_LIMITS.cautionLossPct);
      }),
    );
  });
});
