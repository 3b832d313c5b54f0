import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import type { TradeRecord } from '../domain/risk.ts';
import { EMPTY_RECORD, kellyFraction, kellyStake, recorded } from './kelly.ts';

const limits = { ...DEFAULT_LIMITS, kellyFraction: 0.25, minKellyTrades: 30 };

describe('Kelly', () => {
  it.each([
    // p = 0.6 at even money: f = 0.6 − 0.4 / 1.
    [{ wins: 60, losses: 40, won: '60', lost: '40' }, 0.2],
    // p = 0.5, wins twice what it loses: f = 0.5 − 0.5 / 2.
    [{ wins: 50, losses: 50, won: '200', lost: '100' }, 0.25],
    // A fair coin at even money, and worse: nothing.
    [{ wins: 50, losses: 50, won: '50', lost: '50' }, 0],
    [{ wins: 10, losses: 90, won: '10', lost: '90' }, 0],
    [{ wins: 0, losses: 40, won: '0', lost: '40' }, 0],
    [{ wins: 40, losses: 0, won: '4', lost: '0' }, 1],
    // One win of three, one loss of one: f = 0.5 − 0.5 / 3.
    [{ wins: 1, losses: 1, won: '3', lost: '1' }, 1 / 3],
  ] as [TradeRecord, number][])('of %j is %d', (record, fraction) => {
    expect(kellyFraction(record)).toBeCloseTo(fraction, 12);
  });

  it('caps the stake by its share, and says nothing before the record is long enough', () => {
    const record = { wins: 60, losses: 40, won: '60', lost: '40' };
    expect(kellyStake(record, decimal('10000'), limits)?.toNumber()).toBeCloseTo(500, 6);
    const short = { wins: 20, losses: 9, won: '20', lost: '9' };
    expect(kellyStake(short, decimal('10000'), limits)).toBeUndefined();
    expect(kellyStake({ ...short, losses: 10 }, decimal('10000'), limits)).toBeDefined();
    // A twelfth of one, to eight places.
    const even = { wins: 50, losses: 50, won: '150', lost: '50' };
    expect(kellyStake(even, decimal('1'), limits)?.toString()).toBe('0.08333333');
  });

  it('keeps a record that forgets slowly, and counts nothing for nothing', () => {
    let record = recorded(EMPTY_RECORD, decimal('0'));
    expect(record).toEqual(EMPTY_RECORD);
    for (let i = 0; i < 399; i++) record = recorded(record, decimal(i % 4 === 0 ? '-1.5' : '0.5'));
    expect(record.wins + record.losses).toBe(399);
    record = recorded(record, decimal('0.5'));
    expect(record).toEqual({ wins: 150, losses: 50, won: '75', lost: '75' });
  });
});
