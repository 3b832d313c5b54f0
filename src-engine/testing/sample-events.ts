/** Events as a run gives them, for tests: only what a test is about needs saying. */
import type { EngineEvent, ExecutionRecord, FillRecord, OrderRecord } from '../domain/event.ts';
import type { Opportunity } from '../domain/opportunity.ts';

export function sampleOrder(change: Partial<OrderRecord> = {}): OrderRecord {
  return {
    orderId: 'order-1',
    intentId: 'intent-1',
    executionId: 'execution-1',
    venue: 'simulated',
    symbol: 'BTC/USD',
    side: 'buy',
    price: '64000.1',
    qty: '0.0100',
    timeInForce: 'ioc',
    state: 'created',
    filledQty: '0',
    filledNotional: '0',
    fees: '0',
    reason: '',
    createdUs: 1_700_000_000_000_001,
    updatedUs: 1_700_000_000_000_001,
    ...change,
  };
}

export function sampleFill(change: Partial<FillRecord> = {}): FillRecord {
  return {
    fillId: 'fill-1',
    orderId: 'order-1',
    executionId: 'execution-1',
    venue: 'simulated',
    symbol: 'BTC/USD',
    side: 'buy',
    price: '64000.1',
    qty: '0.000000010000000000',
    fee: '0.000000000000000001',
    feeAsset: 'USD',
    atUs: 1_700_000_000_000_002,
    ...change,
  };
}

export function sampleOpportunity(change: Partial<Opportunity> = {}): Opportunity {
  return {
    opportunityId: 'opportunity-1',
    cycleId: 7,
    venue: 'simulated',
    path: ['USD', 'BTC', 'ETH'],
    legs: [{ symbol: 'BTC/USD', side: 'buy', limitPrice: '64000.1', qty: '0.01' }],
    startAmount: '640.00',
    expectedProfit: '0.32',
    waterfall: {
      grossBps: 12.25,
      feesBps: -6,
      depthBps: -0.5,
      roundingBps: -0.125,
      slippageBps: -1,
      netBps: 4.625,
      ageUs: 1_200,
    },
    decision: 'taken',
    decisionDetail: 'net 4.6 bps',
    openedUs: 1_700_000_000_000_000,
    peakNetBps: 4.625,
    ...change,
  };
}

export function sampleExecution(change: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    executionId: 'execution-1',
    opportunityId: 'opportunity-1',
    venue: 'simulated',
    path: ['USD', 'BTC', 'ETH'],
    startAmount: '640.00',
    profit: '0.31',
    profitHome: '0.31',
    expectedNetBps: 4.625,
    realizedNetBps: 4.5,
    dust: [{ asset: 'ETH', amount: '0.000000001' }],
    outcome: 'completed',
    detail: '',
    startedUs: 1_700_000_000_000_001,
    finishedUs: 1_700_000_000_000_009,
    ...change,
  };
}

export function sampleRun(atUs = 1_700_000_000_000_000): EngineEvent {
  return {
    type: 'runStarted',
    atUs,
    mode: 'paper',
    simulatedMarket: true,
    seed: 9_007_199_254_740_991,
    homeAsset: 'USD',
    balances: [{ asset: 'USD', total: '25000', reserved: '0', costHome: '25000' }],
  };
}

export function sampleEquity(atUs: number, equity = '25000.10'): EngineEvent {
  const sample = {
    atUs,
    homeAsset: 'USD',
    equity,
    realizedPnl: '0.10',
    unrealizedPnl: '-0.02',
    fees: '0.05',
  };
  return { type: 'equitySampled', atUs, sample };
}
