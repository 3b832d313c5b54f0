/** Made-up opportunities, orders, fills and executions, in the contract's own shapes. */
import type { ExecutionRecord, FillRecord, OrderRecord } from '../../src-engine/domain/event.ts';
import type { DecisionCode, Opportunity } from '../../src-engine/domain/opportunity.ts';
import type { OrderState } from '../../src-engine/domain/order.ts';

const CYCLES = [
  ['USD', 'BTC', 'ETH'],
  ['USD', 'SOL', 'BTC'],
  ['USD', 'ETH', 'BTC'],
  ['USD', 'XRP', 'ETH'],
  ['EUR', 'BTC', 'USD'],
  ['USD', 'LTC', 'BTC'],
] as const;

const DECISIONS: readonly (readonly [DecisionCode, string])[] = [
  ['taken', ''],
  ['taken', ''],
  ['taken', ''],
  ['edge-below-threshold', 'net 0.42 bps is below 1 bps'],
  ['cooling-down', 'tried 0.4 s ago, rests 1 s'],
  ['below-min-notional', 'leg 2 BTC/ETH is worth 0.31, the venue asks 0.5'],
  ['no-balance', 'needs 2000 USD, 812.44 free'],
  ['risk-denied', 'order of 5210 USD is above maxOrderNotional 5000'],
];

export function fakeOpportunity(serial: number, nowUs: number, random: () => number): Opportunity {
  const [a, b, c] = CYCLES[serial % CYCLES.length] ?? CYCLES[0];
  const fees = -(7.2 + random() * 0.6);
  const depth = -random() * 2;
  const rounding = -random() * 0.3;
  const gross = 10 + random() * 7;
  const [decision, decisionDetail] = DECISIONS[Math.floor(random() * DECISIONS.length)] ?? ['taken', ''];
  const net = gross + fees + depth + rounding - 1;
  const size = 500 + Math.floor(random() * 150_000) / 100;
  return {
    opportunityId: `opp-${serial}`,
    cycleId: serial % CYCLES.length,
    venue: 'simulated',
    path: [a, b, c],
    legs: [
      { symbol: `${b}/${a}`, side: 'buy', limitPrice: '67245.1', qty: '0.01874412' },
      { symbol: `${c}/${b}`, side: 'buy', limitPrice: '0.050891', qty: '0.36831000' },
      { symbol: `${c}/${a}`, side: 'sell', limitPrice: '3421.07', qty: '0.36830000' },
    ],
    startAmount: size.toFixed(2),
    expectedProfit: ((size * net) / 10_000).toFixed(8),
    waterfall: {
      grossBps: gross,
      feesBps: fees,
      depthBps: depth,
      roundingBps: rounding,
      slippageBps: -1,
      netBps: net,
      ageUs: Math.floor(random() * 180_000),
    },
    decision,
    decisionDetail,
    openedUs: nowUs,
    peakNetBps: net,
  };
}

export type FakeRun = {
  readonly execution: ExecutionRecord;
  readonly orders: readonly OrderRecord[];
  readonly fills: readonly FillRecord[];
};

/** What became of a taken opportunity: mostly all three legs, now and then a miss or a way home. */
export function fakeRun(opportunity: Opportunity, nowUs: number, random: () => number): FakeRun {
  const luck = random();
  const outcome = luck < 0.72 ? 'completed' : luck < 0.84 ? 'missed' : luck < 0.94 ? 'unwound' : 'denied';
  const executionId = `exe-${opportunity.opportunityId}`;
  const state: OrderState = outcome === 'denied' ? 'denied' : outcome === 'missed' ? 'canceled' : 'filled';
  const legs = outcome === 'missed' || outcome === 'denied' ? opportunity.legs.slice(0, 1) : opportunity.legs;
  const orders = legs.map((leg, i): OrderRecord => {
    const filled = state === 'filled';
    return {
      orderId: `${executionId}-${i}`,
      intentId: `int-${executionId}-${i}`,
      executionId,
      venue: 'simulated',
      symbol: leg.symbol,
      side: leg.side,
      price: leg.limitPrice,
      qty: leg.qty,
      timeInForce: 'ioc',
      state,
      filledQty: filled ? leg.qty : '0',
      filledNotional: filled ? '1260.21871200' : '0',
      fees: filled ? '3.27656865' : '0',
      reason: REASONS[outcome] ?? '',
      createdUs: nowUs + i * 41_000,
      updatedUs: nowUs + i * 41_000 + 23_000,
    };
  });
  const realized =
    outcome === 'completed'
      ? opportunity.waterfall.netBps - random() * 1.5
      : outcome === 'unwound'
        ? -4.1
        : 0;
  const profit = ((Number(opportunity.startAmount) * realized) / 10_000).toFixed(8);
  const execution: ExecutionRecord = {
    executionId,
    opportunityId: opportunity.opportunityId,
    venue: 'simulated',
    path: opportunity.path,
    startAmount: opportunity.startAmount,
    profit,
    profitHome: profit,
    expectedNetBps: opportunity.waterfall.netBps,
    realizedNetBps: realized,
    dust: [],
    outcome,
    detail: REASONS[outcome] ?? '',
    startedUs: nowUs,
    finishedUs: nowUs + 118_000,
  };
  const fills = orders
    .filter((order) => order.state === 'filled')
    .map((order): FillRecord => {
      return {
        fillId: `T-${order.orderId}`,
        orderId: order.orderId,
        executionId,
        venue: 'simulated',
        symbol: order.symbol,
        side: order.side,
        price: order.price,
        qty: order.qty,
        fee: order.fees,
        feeAsset: order.symbol.split('/')[1] ?? '',
        atUs: order.updatedUs,
      };
    });
  return { execution, orders, fills };
}

const REASONS: Readonly<Record<string, string>> = {
  missed: 'immediate-or-cancel found no price at the limit',
  unwound: 'leg 2 filled 61%; the rest went home by BTC/USD',
  denied: 'price-collar: 67245.1 is 131 bps beyond the best ask, 100 allowed',
};
