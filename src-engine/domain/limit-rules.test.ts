import { describe, expect, it } from 'vitest';
import { decimal } from './decimal.ts';
import { UserError } from './errors.ts';
import { checkAgainstEquity, checkLimits } from './limit-rules.ts';
import { DEFAULT_LIMITS, LIMIT_PRESETS, type RiskLimits } from './limits.ts';

/** What is wrong with the default limits after these changes; undefined: nothing. */
function problemOf(changes: Partial<RiskLimits>): UserError['problem'] | undefined {
  try {
    checkLimits({ ...DEFAULT_LIMITS, ...changes });
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.problem;
    throw error;
  }
}

describe('limits', () => {
  it('make sense as they come, with either preset', () => {
    expect(problemOf({})).toBeUndefined();
    for (const preset of Object.values(LIMIT_PRESETS)) expect(problemOf(preset)).toBeUndefined();
    expect(LIMIT_PRESETS.conservative.maxPositionPct).toBe(2);
    expect(LIMIT_PRESETS.standard.maxPositionPct).toBe(5);
  });

  it.each([
    [{ cautionLossPct: 5 }, 'cautionLossPct', '5', 'restrictedLossPct (5)'],
    [{ restrictedLossPct: 8 }, 'restrictedLossPct', '8', 'haltedLossPct (8)'],
    [{ haltedLossPct: 10 }, 'haltedLossPct', '10', 'shutdownLossPct (10)'],
    [{ maxPositionPct: 80.01 }, 'maxPositionPct', '80.01', 'maxGrossExposurePct (80)'],
    [{ maxOrderNotional: '20000.01' }, 'maxOrderNotional', '20000.01', 'maxOpenNotional (20000)'],
    [{ cancelReserve: 18 }, 'cancelReserve', '18', 'maxOrdersPerSecond (20)'],
    [{ maxOrdersPerSecond: 6 }, 'cancelReserve', '4', 'maxOrdersPerSecond (6)'],
    [{ maxOrderNotional: '0' }, 'maxOrderNotional', '0', 'above zero'],
    [{ maxOrderNotional: '-5' }, 'maxOrderNotional', '-5', 'above zero'],
    [{ maxOpenNotional: '9999999999999' }, 'maxOpenNotional', '9999999999999', 'up to'],
    [{ maxOrderQty: { BTC: '0' } }, 'maxOrderQty.BTC', '0', 'above zero'],
    [
      { maxOrderQty: Object.fromEntries(Array.from({ length: 501 }, (_, k) => [`C${k}`, '1'])) },
      'maxOrderQty',
      '501 assets',
      'more than 500',
    ],
    [{ maxPositionPct: 0 }, 'maxPositionPct', '0', '0.01 to 100'],
    [{ maxDrawdownPct: Number.NaN }, 'maxDrawdownPct', 'NaN', '0.01 to 100'],
    [{ maxRepeats: 1 }, 'maxRepeats', '1', 'whole number from 2'],
    [{ maxTradesPerDay: 1.5 }, 'maxTradesPerDay', '1.5', 'whole number'],
    [{ kellyFraction: 1.01 }, 'kellyFraction', '1.01', '0.01 to 1'],
    [{ priceCollarBps: Number.POSITIVE_INFINITY }, 'priceCollarBps', 'Infinity', '1 to 5000'],
  ] as [Partial<RiskLimits>, string, string, string][])('refuse %j', (changes, field, value, words) => {
    const problem = problemOf(changes);
    expect(problem).toMatchObject({ code: 'bad-limit', field, value });
    expect(problem?.message).toContain(words);
    expect(problem?.remedy).not.toBe('');
  });

  it('that no account of this worth may use are refused when they are set, and only then', () => {
    const limits = { ...DEFAULT_LIMITS, maxOrderNotional: '8000', maxGrossExposurePct: 80 };
    const check = (changed: string[], equity: string) => () =>
      checkAgainstEquity(limits, changed, decimal(equity));
    expect(check(['maxOrderNotional'], '10000')).not.toThrow();
    expect(check(['maxOrderNotional'], '9999.99')).toThrow(/maxOrderNotional: "8000" .*7999\.99/);
    expect(check(['priceCollarBps'], '1')).not.toThrow();
  });
});
