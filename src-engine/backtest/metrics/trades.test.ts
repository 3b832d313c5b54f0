import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal, decimal } from '../../domain/decimal.ts';
import type { ExecutionOutcome, ExecutionRecord, FillRecord } from '../../domain/event.ts';
import { ExposureMeter, TurnoverMeter } from './activity.ts';
import { BreakdownTally, MAX_GROUPS, REST } from './breakdown.ts';
import { ExcursionTally, TradeExcursion } from './excursion.ts';
import { TradeTally } from './trade-tally.ts';

const HOUR = 3_600_000_000;

function execution(profitHome: string, fields: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    executionId: 'e1',
    opportunityId: 'o1',
    venue: 'kraken',
    path: ['USD', 'BTC', 'ETH'],
    startAmount: '100',
    profit: profitHome,
    profitHome,
    expectedNetBps: 5,
    realizedNetBps: Number(profitHome) * 100,
    dust: [],
    outcome: 'completed',
    detail: '',
    startedUs: 0,
    finishedUs: 50_000,
    ...fields,
  };
}

function tally(profits: readonly string[]): TradeTally {
  const trades = new TradeTally();
  for (const profit of profits) trades.add(execution(profit));
  return trades;
}

describe('trades', () => {
  test('of a series worked by hand', () => {
    const result = tally(['3', '1', '-2', '0']).figures();
    expect(result).toMatchObject({
      trades: 4,
      wins: 2,
      losses: 1,
      profit: '2',
      grossProfit: '4',
      grossLoss: '-2',
      hitRate: 0.5,
      profitFactor: 2,
      expectancy: 0.5,
      expectancyBps: 50,
      averageWin: 2,
      averageLoss: -2,
      largestWin: '3',
      largestLoss: '-2',
      // Half the trades win as much as a loss costs: 0.5 − 0.5 / 1.
      kelly: 0,
      meanDurationUs: 50_000,
    });
    // Mean 0.5, squared deviations 6.25 + 0.25 + 6.25 + 0.25 = 13 over three.
    expect(result.sqn).toBeCloseTo((2 * 0.5) / Math.sqrt(13 / 3), 14);
  });

  test('the published example of a system quality number: 25 trades, mean 0.8 R, deviation 2.5 R', () => {
    // √25 × 0.8 / 2.5 = 1.6, by a series with exactly that mean and sample deviation.
    const spread = 2.5 * Math.sqrt(24 / 24);
    const profits = [
      '0.8',
      ...Array.from({ length: 24 }, (_, i) => (0.8 + (i % 2 === 0 ? spread : -spread)).toFixed(10)),
    ];
    expect(tally(profits).figures().sqn).toBeCloseTo(1.6, 9);
  });

  test('more than a hundred trades do not raise the system quality number', () => {
    const profits = (count: number): string[] =>
      Array.from({ length: count }, (_, i) => (i % 2 === 0 ? '2' : '-1'));
    const many = tally(profits(10_000)).figures().sqn ?? 0;
    expect(many).toBeCloseTo(10 * (0.5 / 1.5), 3);
    expect(tally(profits(100)).figures().sqn).toBeCloseTo(10 * (0.5 / 1.5), 1);
  });

  test('the textbook Kelly bet: an even bet won six times of ten takes a fifth of the capital', () => {
    const profits = Array.from({ length: 10 }, (_, i) => (i < 6 ? '1' : '-1'));
    expect(tally(profits).figures().kelly).toBeCloseTo(0.2, 15);
  });

  test('what found nothing, was denied or swept residuals is counted and is not a trade', () => {
    const trades = new TradeTally();
    const outcomes: ExecutionOutcome[] = ['completed', 'missed', 'denied', 'swept', 'unwound', 'stranded'];
    for (const outcome of outcomes) trades.add(execution(outcome === 'missed' ? '0' : '-1', { outcome }));
    const result = trades.figures();
    expect(result).toMatchObject({ trades: 3, losses: 3, profit: '-3', hitRate: 0, profitFactor: 0 });
    expect(result.outcomes).toEqual(Object.fromEntries(outcomes.map((outcome) => [outcome, 1])));
    // One that was not filled and has paid its gas all the same lost that.
    trades.add(execution('-0.25', { outcome: 'missed' }));
    expect(trades.figures()).toMatchObject({
      trades: 4,
      losses: 4,
      profit: '-3.25',
      outcomes: { missed: 2 },
    });
  });

  test('where there is nothing to divide by there is no figure', () => {
    const none = new TradeTally().figures();
    expect([none.hitRate, none.profitFactor, none.expectancy, none.kelly, none.sqn]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    const wins = tally(['1', '1']).figures();
    expect([wins.hitRate, wins.profitFactor, wins.kelly, wins.sqn]).toEqual([1, null, null, null]);
    expect(tally(['-1']).figures()).toMatchObject({ hitRate: 0, profitFactor: 0, kelly: null, sqn: null });
  });

  test('profits add up exactly, in whatever order', () => {
    const profit = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => decimal(n).div(1e8).toFixed());
    fc.assert(
      fc.property(fc.array(profit, { maxLength: 50 }), (profits) => {
        const result = tally(profits).figures();
        const sum = profits.reduce((total, each) => total.plus(each), new Decimal(0));
        expect(result.profit).toBe(sum.toFixed());
        expect(decimal(result.grossProfit).plus(result.grossLoss).toFixed()).toBe(sum.toFixed());
        expect(tally(profits.toReversed()).figures()).toMatchObject({
          profit: result.profit,
          wins: result.wins,
        });
        expect(result.wins + result.losses).toBeLessThanOrEqual(result.trades);
      }),
    );
  });
});

describe('breakdowns', () => {
  test('by cycle, venue, hour and hour of the day', () => {
    const tallies = new BreakdownTally();
    const at = (hours: number): Partial<ExecutionRecord> => ({ startedUs: hours * HOUR + 5 });
    tallies.add(execution('1', at(3)));
    tallies.add(execution('-5', { ...at(27.5), venue: 'alpha', path: ['USD', 'ETH', 'BTC'] }));
    tallies.add(execution('2', at(2)));
    tallies.add(execution('9', { ...at(9), path: ['USD', 'BTC'], outcome: 'swept' }));
    const result = tallies.figures();
    const read = (groups: (typeof result)['byHour']): (readonly [string, string])[] =>
      groups.map(({ key, figures }) => [key, figures.profit] as const);
    expect(read(result.byCycle)).toEqual([
      ['kraken USD → BTC → ETH → USD', '3'],
      ['alpha USD → ETH → BTC → USD', '-5'],
    ]);
    expect(read(result.byVenue)).toEqual([
      ['kraken', '3'],
      ['alpha', '-5'],
    ]);
    expect(read(result.byHour)).toEqual([
      ['1970-01-01T02', '2'],
      ['1970-01-01T03', '1'],
      ['1970-01-02T03', '-5'],
    ]);
    expect(read(result.byHourOfDay)).toEqual([
      ['02', '2'],
      ['03', '-4'],
    ]);
  });

  test('groups are bounded; what is beyond the bound is counted together and nothing is lost', () => {
    const tallies = new BreakdownTally();
    for (let i = 0; i < MAX_GROUPS + 50; i++) tallies.add(execution('1', { path: ['USD', `C${i}`] }));
    const { byCycle } = tallies.figures();
    expect(byCycle).toHaveLength(MAX_GROUPS + 1);
    expect(byCycle.find(({ key }) => key === REST)?.figures.trades).toBe(50);
  });
});

describe('excursions', () => {
  const fill = (fields: Partial<FillRecord>): FillRecord => ({
    fillId: 'f',
    orderId: 'o',
    executionId: 'e',
    venue: 'kraken',
    symbol: 'BTC/USD',
    side: 'buy',
    price: '100',
    qty: '2',
    fee: '1',
    feeAsset: 'USD',
    atUs: 0,
    ...fields,
  });
  const BTC = { base: 'BTC', quote: 'USD' };

  test('the lowest and highest standing between the first fill and the end, fees included', () => {
    const trade = new TradeExcursion();
    const marks: Record<string, string> = { USD: '1', BTC: '100' };
    const price = (asset: string): Decimal | undefined =>
      marks[asset] === undefined ? undefined : decimal(marks[asset]);
    trade.mark(price);
    trade.book(fill({}), BTC);
    trade.mark(price); // −201 + 2 × 100
    marks['BTC'] = '97';
    trade.mark(price); // −7
    marks['BTC'] = '110';
    trade.mark(price); // 19
    delete marks['BTC'];
    trade.mark(price);
    trade.book(fill({ side: 'sell', price: '104', fee: '2' }), BTC);
    trade.mark(price); // sold: no price of BTC is asked for
    expect(trade.end(5)).toEqual({ mae: -7, mfe: 19 });
  });

  test('a trade that was never marked reaches as far as its profit', () => {
    expect(new TradeExcursion().end(-3)).toEqual({ mae: -3, mfe: 0 });
    expect(new TradeExcursion().end(3)).toEqual({ mae: 0, mfe: 3 });
  });

  test('added up over trades', () => {
    const sum = new ExcursionTally();
    expect(sum.figures()).toEqual({
      trades: 0,
      meanMae: null,
      worstMae: null,
      meanMfe: null,
      bestMfe: null,
      captured: null,
    });
    sum.add({ mae: -7, mfe: 19 }, 5);
    sum.add({ mae: -1, mfe: 1 }, -1);
    expect(sum.figures()).toEqual({
      trades: 2,
      meanMae: -4,
      worstMae: -7,
      meanMfe: 10,
      bestMfe: 19,
      captured: 0.2,
    });
  });
});

describe('activity', () => {
  test('exposure counts time once, however many trades are under way', () => {
    const meter = new ExposureMeter();
    meter.began(10);
    meter.began(20);
    meter.ended(30);
    meter.ended(40);
    meter.ended(45); // never began
    meter.began(90);
    expect(meter.busyUs(100)).toBe(40);
    expect(meter.exposure(0, 100)).toBe(0.4);
    expect(meter.exposure(5, 5)).toBeNull();
  });

  test('turnover is the value of all fills over the mean equity', () => {
    const meter = new TurnoverMeter();
    meter.add({ price: '100', qty: '2' }, decimal('1'));
    meter.add({ price: '0.05', qty: '4' }, decimal('2000'));
    meter.add({ price: '1', qty: '1' }, undefined);
    expect(meter.traded).toBe('600');
    expect(meter.turnover(300)).toBe(2);
    expect(meter.turnover(0)).toBeNull();
    expect(meter.unpriced).toBe(1);
  });
});
