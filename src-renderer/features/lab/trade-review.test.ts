import { describe, expect, it } from 'vitest';
import type { ExecutionRecord, OrderRecord } from '../../../src-engine/domain/event.ts';
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';

import { betterOf, metricDifference, metricText } from './metric-text.ts';
import { EXCURSION_METRICS, RUN_METRICS, TRADE_METRICS } from './metric-words.ts';
import { legOutcomes, tradeStory } from '../story/trade-story.ts';
import { tradeBars } from '../story/trade-waterfall.ts';

const WATERFALL = {
  grossBps: 30,
  feesBps: -24,
  depthBps: -1,
  roundingBps: -0.5,
  slippageBps: -1,
  netBps: 3.5,
  ageUs: 42_000,
};

const opportunity: Opportunity = {
  opportunityId: 'o1',
  cycleId: 1,
  venue: 'simulated',
  path: ['USD', 'BTC', 'ETH'],
  legs: [
    { symbol: 'BTC/USD', side: 'buy', limitPrice: '50010', qty: '0.02' },
    { symbol: 'ETH/BTC', side: 'buy', limitPrice: '0.0501', qty: '0.4' },
    { symbol: 'ETH/USD', side: 'sell', limitPrice: '2500', qty: '0.4' },
  ],
  startAmount: '1000',
  expectedProfit: '0.35',
  waterfall: WATERFALL,
  decision: 'taken',
  decisionDetail: '',
  openedUs: 1_000_000,
  peakNetBps: 3.5,
};

const execution = (change: Partial<ExecutionRecord> = {}): ExecutionRecord => ({
  executionId: 'x1',
  opportunityId: 'o1',
  venue: 'simulated',
  path: opportunity.path,
  startAmount: '1000',
  profit: '-0.71',
  profitHome: '-0.71',
  expectedNetBps: 3.5,
  realizedNetBps: -7.1,
  dust: [],
  outcome: 'completed',
  detail: '',
  startedUs: 1_000_000,
  finishedUs: 1_200_000,
  ...change,
});

const order = (leg: number, price: string, change: Partial<OrderRecord> = {}): OrderRecord => {
  const plan = opportunity.legs[leg - 1] ?? { symbol: '', side: 'buy' as const, limitPrice: '0', qty: '0' };
  return {
    orderId: `id${leg}`,
    intentId: `x1-${leg}`,
    executionId: 'x1',
    venue: 'simulated',
    symbol: plan.symbol,
    side: plan.side,
    price: plan.limitPrice,
    qty: plan.qty,
    timeInForce: 'ioc',
    state: 'filled',
    filledQty: plan.qty,
    filledNotional: (Number(plan.qty) * Number(price)).toFixed(8),
    fees: '1',
    reason: '',
    createdUs: 1_000_000 + leg * 50_000,
    updatedUs: 1_040_000 + leg * 50_000,
    ...change,
  };
};

const BEST: Readonly<Record<string, { bid: string; ask: string }>> = {
  'BTC/USD': { bid: '49990', ask: '50000' },
  'ETH/BTC': { bid: '0.0499', ask: '0.05' },
  'ETH/USD': { bid: '2510', ask: '2511' },
};
const bestOf = (symbol: string) => BEST[symbol];

describe('why a trade came out as it did', () => {
  it('names the leg that paid more than the decision saw, by how much, and how long the order took', () => {
    const orders = [order(1, '50000'), order(2, '0.05'), order(3, '2507.49')];
    const [verdict, moved, ...rest] = tradeStory({ opportunity, execution: execution(), orders, bestOf });
    expect(verdict).toMatch(
      /^It booked -7\.10 bps \(-0\.7100 USD in cash\), 10\.60 bps less than the \+3\.50 bps/,
    );
    expect(verdict).toContain('books up to 42 ms old');
    expect(moved).toMatch(/^Leg 3 sold ETH\/USD at 2,507\.49, 10\.00 bps below the best bid of the decision/);
    expect(moved).toContain('40 ms');
    expect(rest).toEqual([]);
  });

  it('distinguishes a leg that found nothing from the way home, and shows what of a leg was filled', () => {
    const orders = [
      order(1, '50000', { filledQty: '0.015', state: 'canceled', filledNotional: '750' }),
      order(2, '0', { filledQty: '0', filledNotional: '0', state: 'canceled' }),
      order(1, '49900', { side: 'sell', symbol: 'BTC/USD', filledNotional: '748', filledQty: '0.015' }),
    ];
    const parts = { opportunity, execution: execution({ outcome: 'unwound' }), orders, bestOf };
    const story = tradeStory(parts).join('\n');
    expect(story).toContain('Leg 1 (buy BTC/USD) filled only 75 % of 0.02');
    expect(story).toContain('Leg 2 (buy ETH/BTC) was not filled at its limit of 0.0501');
    expect(story).toContain('The position was unwound: sell BTC/USD.');
    expect(legOutcomes(parts).map(({ leg }) => leg)).toEqual([1, 2, 0]);
  });

  it('a missed trade lost nothing but what an order has cost, and a residual is named', () => {
    const missed = (profit: string) =>
      tradeStory({
        opportunity,
        execution: execution({ outcome: 'missed', profit, profitHome: profit }),
        orders: [],
        bestOf,
      })[0];
    expect(missed('0')).toContain('No profit and no loss');
    // A swap of a pool that was reverted.
    expect(missed('-0.71')).toMatch(/nothing was held; .* has cost its gas all the same \(-0\.7100 USD\)\.$/);
    const withResidual = execution({ dust: [{ asset: 'ETH@sim-binance', amount: '0.00010' }] });
    expect(tradeStory({ opportunity: null, execution: withResidual, orders: [], bestOf }).at(-1)).toContain(
      '0.0001 ETH at Simulated Binance is residual',
    );
  });
});

describe('the waterfall of a trade', () => {
  it('goes from gross over what was expected to what was booked, and every step joins the next', () => {
    const { bars, zero } = tradeBars(WATERFALL, -7.1);
    expect(bars.map(({ key }) => key)).toEqual([
      'grossBps',
      'feesBps',
      'depthBps',
      'roundingBps',
      'slippageBps',
      'netBps',
      'execution',
      'realized',
    ]);
    const execution = bars.find(({ key }) => key === 'execution');
    expect(execution?.bps).toBeCloseTo(-10.6, 9);
    expect(bars.at(-1)?.to).toBeCloseTo(zero, 9);
    expect(execution?.from).toBeCloseTo(bars.at(-1)?.from ?? 1, 9);
    for (const { from, to } of bars) expect(from >= 0 && to <= 1 && from <= to).toBe(true);
  });

  it('ends at the decision for what was never held', () => {
    expect(tradeBars(WATERFALL, null).bars.at(-1)?.key).toBe('netBps');
  });
});

describe('figures of a run', () => {
  it('a figure that is none is a dash; small returns keep their digits', () => {
    expect(metricText({ format: 'percent' }, null)).toBe('—');
    expect(metricText({ format: 'percent' }, Number.NaN)).toBe('—');
    expect(metricText({ format: 'percent' }, 0.000_031_4)).toBe('+0.00314 %');
    expect(metricText({ format: 'home' }, '-12.34567')).toBe('-12.3457');
  });

  it('differences say which of two runs is better, and nothing where a figure is missing', () => {
    const hit = TRADE_METRICS.find(({ key }) => key === 'hitRate');
    const volatile = RUN_METRICS.find(({ key }) => key === 'volatility');
    if (hit === undefined || volatile === undefined) throw new Error('no such figure');
    expect(metricDifference(hit, 0.5, 0.6)).toBe('+10.00 %');
    expect(betterOf(hit, 0.5, 0.6)).toBe(1);
    expect(betterOf(volatile, 0.5, 0.6)).toBe(-1);
    expect(betterOf(hit, null, 0.6)).toBe(0);
    expect(metricDifference(hit, null, 0.6)).toBe('—');
  });

  it('every figure has its convention, and no key twice', () => {
    const all = [...RUN_METRICS, ...TRADE_METRICS, ...EXCURSION_METRICS];
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    for (const { explain } of all) expect(explain.length).toBeGreaterThan(20);
  });
});
