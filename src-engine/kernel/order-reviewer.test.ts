/** Whether an order takes risk or brings it back: on that stand the second arming gate and every check of new risk. */
import { describe, expect, it, vi } from 'vitest';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { decimal } from '../domain/decimal.ts';
import type { OrderIntent, OrderPurpose, Side } from '../domain/order.ts';
import { type HarnessOptions, KernelHarness } from '../testing/kernel-harness.ts';
import { sampleOpportunity } from '../testing/sample-events.ts';

const CAPITAL = { USD: '10000', BTC: '1', ETH: '20' };

function rig(options: HarnessOptions = {}): KernelHarness {
  const run = new KernelHarness({ capital: CAPITAL, ...options });
  run.fairBooks();
  // A tick: reference prices and an equity are known.
  run.pass(200);
  return run;
}

function intent(
  run: KernelHarness,
  symbol: string,
  side: Side,
  price: string,
  qty: string,
  purpose: OrderPurpose = 'open',
): OrderIntent {
  return {
    intentId: `${symbol} ${side} ${purpose} ${qty}`,
    executionId: 'x',
    venue: 'test',
    instrumentId: run.instrument(symbol).id,
    symbol,
    side,
    price: decimal(price),
    qty: decimal(qty),
    timeInForce: 'ioc',
    purpose,
  };
}

/** The code of the denial of one order, or `approved`. */
function asked(
  run: KernelHarness,
  ...order: Parameters<typeof intent> extends [unknown, ...infer R] ? R : never
) {
  const answer = run.kernel.desk.reviewer.reviewOrder(intent(run, ...order), run.clock.nowUs());
  return answer.ok ? 'approved' : answer.denial.code;
}

describe('an order that takes risk', () => {
  it.each([
    ['BTC/USD', 'buy', '50005', '0.01'],
    ['ETH/USD', 'buy', '2501', '0.1'],
    ['ETH/BTC', 'buy', '0.05002', '0.1'],
    ['ETH/BTC', 'sell', '0.04998', '0.1'],
  ] as const)('%s %s: is refused while live trading is disarmed', (symbol, side, price, qty) => {
    const run = rig({ kernel: { mustArm: true } });
    expect(asked(run, symbol, side, price, qty)).toBe('not-armed');
    run.command({ type: 'arm', venue: 'test', lossBudget: '20' });
    expect(asked(run, symbol, side, price, qty)).not.toBe('not-armed');
  });

  it.each([
    ['BTC/USD', 'sell', '49995', '0.01'],
    ['ETH/USD', 'sell', '2499', '0.1'],
  ] as const)('%s %s: is none, as it brings the home currency', (symbol, side, price, qty) => {
    expect(asked(rig({ kernel: { mustArm: true } }), symbol, side, price, qty)).toBe('approved');
  });

  it('is decided by the home currency of the account, whichever that is', () => {
    const run = rig({ capital: { BTC: '2', USD: '10000', ETH: '20' }, kernel: { mustArm: true } });
    expect(run.kernel.portfolio.homeAsset).toBe('BTC');
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.01')).toBe('approved');
    expect(asked(run, 'ETH/BTC', 'sell', '0.04998', '0.1')).toBe('approved');
    expect(asked(run, 'BTC/USD', 'sell', '49995', '0.01')).toBe('not-armed');
    expect(asked(run, 'ETH/BTC', 'buy', '0.05002', '0.1')).toBe('not-armed');
  });

  it('is held to every limit on new risk; what is continued or goes home is not', () => {
    const run = rig({ limits: { maxOrderNotional: '100' } });
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.01')).toBe('order-notional');
    expect(asked(run, 'ETH/BTC', 'sell', '0.04998', '0.1')).toBe('order-notional');
    expect(asked(run, 'ETH/BTC', 'sell', '0.04998', '0.1', 'continue')).toBe('approved');
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.01', 'unwind')).toBe('approved');
  });

  it('is held to the position it would make in what it buys', () => {
    // 500 of about 110,000 are well below a percent; 0.01 BTC is another 500.
    const run = rig({ limits: { maxPositionPct: 0.6 } });
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.01')).toBe('approved');
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.02')).toBe('position-limit');
    expect(asked(run, 'ETH/BTC', 'sell', '0.04998', '0.3')).toBe('position-limit');
    expect(asked(run, 'BTC/USD', 'sell', '49995', '0.02')).toBe('approved');
  });

  it('is held to that position with what is held of it already', () => {
    const run = rig({ limits: { maxPositionPct: 0.6 } });
    run.kernel.portfolio.balances.receive('BTC', decimal('0.005'));
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.008')).toBe('approved');
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.009')).toBe('position-limit');
  });
});

describe('the same order', () => {
  it('is approved once', () => {
    const run = rig();
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.01')).toBe('approved');
    expect(asked(run, 'BTC/USD', 'buy', '50005', '0.01')).toBe('duplicate-intent');
  });
});

describe('a plan', () => {
  type Planned = readonly [symbol: string, side: Side, price: string, qty: string];
  const reviewed = (
    run: KernelHarness,
    path: readonly string[],
    legs: readonly Planned[],
    ordersAhead = 0,
  ) => {
    const made = legs.map(([symbol, side, price, qty]) => ({
      instrumentId: run.instrument(symbol).id,
      symbol,
      side,
      limitPrice: decimal(price),
      qty: decimal(qty),
    }));
    const cycle = { id: 0, venue: 'test', path, legs: made };
    const waterfall = sampleOpportunity().waterfall;
    const plan: CyclePlan = {
      cycle,
      legs: made,
      startAmount: 1,
      endAmount: 1,
      waterfall,
      obstacle: undefined,
    };
    return run.kernel.desk.reviewer.reviewPlan(plan, ordersAhead, run.clock.nowUs())?.code ?? 'approved';
  };
  const TRIANGULAR: readonly Planned[] = [
    ['BTC/USD', 'buy', '50005', '0.01'],
    ['ETH/BTC', 'buy', '0.05002', '0.19'],
    ['ETH/USD', 'sell', '2499', '0.19'],
  ];

  it('leaves room for all of its own messages and for those of the cycles under way', () => {
    const cancelReserve = 4;
    const run = rig({ limits: { cancelReserve } });
    const room = Math.floor(run.kernel.desk.reviewer.tokens('test', run.clock.nowUs())) - cancelReserve;
    expect(room).toBeGreaterThan(3);
    expect(reviewed(run, ['USD', 'BTC', 'ETH'], TRIANGULAR, room - 3)).toBe('approved');
    expect(reviewed(run, ['USD', 'BTC', 'ETH'], TRIANGULAR, room - 2)).toBe('throttled');
  });

  it('needs of its own money what the first leg spends: later legs are paid for by the ones before', () => {
    const run = rig({ capital: { USD: '10000' } });
    expect(reviewed(run, ['USD', 'BTC', 'ETH'], TRIANGULAR)).toBe('approved');
    expect(reviewed(run, ['BTC', 'ETH', 'USD'], TRIANGULAR.toReversed())).toBe('insufficient-balance');
  });

  it('makes no position of what its last leg brings back, and one of what it buys before', () => {
    const legs: readonly Planned[] = [
      ['ETH/BTC', 'buy', '0.05002', '0.2'],
      ['ETH/USD', 'sell', '2499', '0.2'],
      ['BTC/USD', 'buy', '50005', '0.0099'],
    ];
    const run = rig({ limits: { maxPositionPct: 0.6 } });
    run.kernel.portfolio.balances.receive('BTC', decimal('0.005'));
    expect(reviewed(run, ['BTC', 'ETH', 'USD'], legs)).toBe('approved');
    const tight = rig({ limits: { maxPositionPct: 0.3 } });
    expect(reviewed(tight, ['BTC', 'ETH', 'USD'], legs)).toBe('position-limit');
  });
});

describe('what the account has at risk', () => {
  it('is valued once for a plan and its first order, and again for every order after that one', () => {
    const run = rig();
    const { reviewer } = run.kernel.desk;
    const gross = vi.spyOn(run.kernel.risk.exposure, 'gross');
    const first = intent(run, 'BTC/USD', 'buy', '50005', '0.01');
    const leg = { ...first, limitPrice: first.price };
    const cycle = { id: 0, venue: 'test', path: ['USD', 'BTC'], legs: [leg, leg] };
    const { waterfall } = sampleOpportunity();
    const plan = { cycle, legs: [leg, leg], startAmount: 1, endAmount: 1, waterfall, obstacle: undefined };
    const nowUs = run.clock.nowUs();
    expect(reviewer.reviewPlan(plan, 0, nowUs)).toBeUndefined();
    expect(gross).toHaveBeenCalledTimes(1);
    const ask = (id: string): unknown =>
      reviewer.reviewOrder({ ...first, intentId: id, executionId: id }, nowUs);
    reviewer.proposing(plan, () => {
      expect(ask('one')).toMatchObject({ ok: true });
      expect(gross).toHaveBeenCalledTimes(1);
      ask('two');
      expect(gross).toHaveBeenCalledTimes(2);
    });
    ask('three');
    expect(gross).toHaveBeenCalledTimes(3);
    // Another plan than the one that was reviewed.
    reviewer.reviewPlan(plan, 0, nowUs);
    reviewer.proposing({ ...plan }, () => ask('four'));
    expect(gross).toHaveBeenCalledTimes(5);
  });
});

describe('cancels', () => {
  it('use up messages that placements then lack, one for each', () => {
    const run = rig();
    const left = (): number => run.kernel.desk.reviewer.tokens('test', run.clock.nowUs());
    const before = left();
    run.command({ type: 'kill', reason: 'drill' });
    expect(left()).toBe(before - 1);
  });
});

describe('the gross exposure with an order', () => {
  it('is that of all positions and the order: at its limit it is approved, above it refused', () => {
    // 1 BTC and 20 ETH that were not held on purpose: 100,000 of 110,000.
    const left = { ...rig().kernel.risk.snapshot(), opened: {} };
    const limits = { maxGrossExposurePct: 92 };
    const run = rig({ limits, risk: left });
    // 1,200 more are 92 %.
    expect(asked(run, 'ETH/USD', 'buy', '2500', '0.48')).toBe('approved');
    expect(asked(run, 'ETH/USD', 'buy', '2500', '0.481')).toBe('gross-exposure');
  });
});
