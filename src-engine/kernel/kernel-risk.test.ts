/** The risk engine at work: levels of loss, breakers, stops, and what a restart finds of them. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { BreakerName, TradeRecord } from '../domain/risk.ts';
import { type HarnessOptions, KernelHarness } from '../testing/kernel-harness.ts';

/** An account of dollars and bitcoin: what bitcoin loses, it loses. */
const MIXED: HarnessOptions = { capital: { USD: '5000', BTC: '0.1' } };

/** Bitcoin falls to `price`, in steps that no collar minds; the other books stay where no cycle pays. */
function fall(run: KernelHarness, price: number): void {
  run.book('BTC/USD', [[price - 5, '2']], [[price + 5, '2']]);
  run.book('ETH/BTC', [[0.0001, '50']], [[10, '50']]);
  run.pass(6_000);
}

/** What the last opportunity was refused for. */
function refusal(run: KernelHarness): string | undefined {
  return run.of('opportunityDenied').at(-1)?.code;
}

const operator = { type: 'resetBreaker', breaker: 'daily-loss' as BreakerName, venue: '' } as const;

describe('the loss of the day', () => {
  it('rises through its levels, halts, and throws the kill switch, each reported once', () => {
    const run = new KernelHarness(MIXED);
    run.fairBooks();
    run.pass(100);
    // 5,000 of 10,000 are bitcoin: it must lose 6, 10, 16 and 20 %.
    for (const price of [47_000, 46_900, 45_000, 42_000, 41_000, 40_000, 39_000]) fall(run, price);
    expect(run.of('riskLevelChanged').map(({ from, to }) => [from, to])).toEqual([
      ['normal', 'caution'],
      ['caution', 'restricted'],
      ['restricted', 'halted'],
      ['halted', 'shutdown'],
    ]);
    expect(run.of('tradingHalted').map(({ code }) => code)).toEqual(['daily-loss']);
    expect(run.of('breakerChanged').map(({ breaker, state }) => [breaker, state])).toEqual([
      ['daily-loss', 'latched'],
    ]);
    expect(run.of('killed')).toMatchObject([{ actor: { kind: 'engine', via: 'risk' } }]);
    expect(run.kernel.killSwitch.isOn).toBe(true);
  });

  it('latches through resume, re-arm and restart, until an operator resets it', () => {
    const run = new KernelHarness(MIXED);
    run.fairBooks();
    run.pass(100);
    fall(run, 41_500);
    expect(run.kernel.risk.escalation.level).toBe('halted');
    run.command({ type: 'resume' });
    run.fairBooks();
    run.pass(100);
    run.openEdge('0.2');
    expect(refusal(run)).toBe('loss-level');
    expect(run.placed).toEqual([]);

    const risk = run.of('riskRecorded').at(-1)?.risk;
    const restarted = new KernelHarness({ ...MIXED, risk });
    restarted.fairBooks();
    restarted.pass(100);
    restarted.openEdge('0.2');
    expect(refusal(restarted)).toBe('loss-level');
    restarted.command(operator);
    expect(restarted.of('riskLevelChanged')).toMatchObject([
      { from: 'halted', to: 'normal', actor: { kind: 'operator', via: 'test' } },
    ]);
    restarted.fairBooks();
    restarted.openEdge('0.2');
    expect(restarted.placed).toHaveLength(1);
    // The reference of the daily loss was reset.
    restarted.pass(10_000);
    expect(restarted.kernel.risk.escalation.level).toBe('normal');
  });

  it('of three percent halves what a cycle starts with', () => {
    const startOf = (lose: boolean): number => {
      const run = new KernelHarness({ ...MIXED, detection: { maxStartNotional: '1000' } });
      run.fairBooks();
      run.pass(100);
      if (lose) fall(run, 46_500);
      run.fairBooks();
      run.pass(100);
      run.openEdge('50');
      return Number(run.of('opportunityOpened').at(-1)?.opportunity.startAmount);
    };
    expect(startOf(false)).toBeGreaterThan(990);
    expect(startOf(true)).toBeGreaterThan(490);
    expect(startOf(true)).toBeLessThanOrEqual(500);
  });

  it('brings a cycle under way home at any level', () => {
    const run = new KernelHarness({ ...MIXED, limits: { maxDrawdownPct: 5 } });
    run.fairBooks();
    run.pass(100);
    run.openEdge('0.2');
    expect(run.placed).toHaveLength(1);
    run.book('BTC/USD', [[41_500, '2']], [[41_510, '2']]);
    run.pass(6_000);
    expect(run.kernel.risk.escalation.level).toBe('halted');
    expect(run.placed.length).toBeGreaterThan(1);
    expect(run.of('orderDenied')).toEqual([]);
    expect(run.of('executionFinished')).toHaveLength(1);
  });
});

describe('breakers of the account', () => {
  it('drawdown trips once, stays tripped though the market recovers, and is reset by an operator alone', () => {
    const run = new KernelHarness({ ...MIXED, limits: { maxDrawdownPct: 2 } });
    run.fairBooks();
    run.pass(100);
    fall(run, 47_800);
    fall(run, 47_500);
    run.fairBooks();
    run.pass(6_000);
    const changes = run.of('breakerChanged');
    expect(changes).toMatchObject([{ breaker: 'drawdown', state: 'latched', actor: { kind: 'engine' } }]);
    run.command({ type: 'resume' });
    run.openEdge('0.2');
    expect(refusal(run)).toBe('breaker-open');
    run.command({ ...operator, breaker: 'drawdown' });
    expect(run.of('breakerChanged').at(-1)).toMatchObject({ state: 'closed', actor: { kind: 'operator' } });
    run.fairBooks();
    run.openEdge('0.2');
    expect(run.placed).toHaveLength(1);
  });

  it('exposure trips on what the account really holds, and a reset takes it as meant', () => {
    const run = new KernelHarness({ limits: { maxGrossExposurePct: 10 }, risk: undefined });
    run.fairBooks();
    run.openEdge('0.2');
    run.clock.advanceTo(run.clock.nowUs() + 12_000);
    // The way on and the way back are gone: what was bought stays.
    run.book('ETH/BTC', [], []);
    run.book('BTC/USD', [], [['50005', '2']]);
    run.pass(12_000);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'stranded' } }]);
    run.book('BTC/USD', [['199995', '2']], [['200005', '2']]);
    run.pass(6_000);
    expect(run.of('breakerChanged')).toMatchObject([{ breaker: 'exposure', state: 'latched' }]);
    run.command({ ...operator, breaker: 'exposure' });
    run.pass(6_000);
    expect(run.of('breakerChanged').map(({ state }) => state)).toEqual(['latched', 'closed']);
    expect(run.kernel.risk.exposure.gross().toString()).toBe('0');
  });

  it.each([
    [33.4, []],
    [33.3, ['exposure']],
  ])('exposure of a third of the account at a limit of %d %% trips %j', (maxGrossExposurePct, tripped) => {
    const run = new KernelHarness({ limits: { maxGrossExposurePct } });
    run.fairBooks();
    run.pass(1_000);
    // 5,000 of 15,000 that no order bought on purpose.
    run.kernel.portfolio.balances.receive('BTC', decimal('0.1'));
    run.pass(6_000);
    expect(run.of('breakerChanged').map(({ breaker }) => breaker)).toEqual(tripped);
  });
});

describe('breakers of a venue', () => {
  it('book faults open the data breaker; it tries again after its rest and closes when it stays quiet', () => {
    const run = new KernelHarness({ limits: { maxBookFaultsPerMinute: 3, breakerRestS: 5 } });
    run.fairBooks();
    for (let i = 0; i < 3; i++) {
      run.change('ETH/USD', [['2498', '1']], [], 12_345);
      run.book('ETH/USD', [['2499', '50']], [['2501', '50']]);
    }
    run.openEdge('0.2');
    expect(refusal(run)).toBe('breaker-open');
    run.pass(5_000);
    run.fairBooks();
    run.openEdge('0.2');
    expect(run.placed).toHaveLength(1);
    run.pass(6_000);
    expect(run.of('breakerChanged').map(({ breaker, venue, state }) => [breaker, venue, state])).toEqual([
      ['data-quality', 'test', 'open'],
      ['data-quality', 'test', 'half-open'],
      ['data-quality', 'test', 'closed'],
    ]);
  });
});

describe('a cycle that repeats itself without profit', () => {
  /** Each try finds its first level gone before it arrives. */
  function miss(run: KernelHarness): void {
    run.fairBooks();
    run.openEdge('0.2');
    run.book('BTC/USD', [['49995', '2']], [['51000', '2']]);
    run.pass(1_500);
    run.book('ETH/USD', [['2499', '50']], [['2501', '50']]);
    run.fairBooks();
    run.pass(500);
  }

  it('is stopped until a human enables it, through a restart', () => {
    const run = new KernelHarness({ limits: { maxRepeats: 3 } });
    for (let i = 0; i < 5; i++) miss(run);
    expect(run.of('executionFinished').map(({ execution }) => execution.outcome)).toEqual([
      'missed',
      'missed',
      'missed',
    ]);
    expect(run.of('strategyStopped')).toMatchObject([{ strategy: 'test USD>BTC>ETH' }]);
    expect(refusal(run)).toBe('strategy-stopped');

    const restarted = new KernelHarness({ risk: run.of('riskRecorded').at(-1)?.risk });
    restarted.fairBooks();
    restarted.openEdge('0.2');
    expect(refusal(restarted)).toBe('strategy-stopped');
    restarted.command({ type: 'enableStrategy', strategy: 'test USD>BTC>ETH' });
    expect(restarted.of('strategyEnabled')).toMatchObject([{ actor: { kind: 'operator', via: 'test' } }]);
    restarted.fairBooks();
    restarted.openEdge('0.2');
    expect(restarted.placed).toHaveLength(1);
  });
});

describe('orders that take no new risk', () => {
  it('of a cycle whose legs are sent at once, the first decides for all', () => {
    const capital = { USD: '10000', BTC: '1', ETH: '10' };
    const run = new KernelHarness({ capital, limits: { maxGrossExposurePct: 0.7 } });
    run.command({ type: 'setExecution', execution: { parallelLegs: true } });
    run.fairBooks();
    run.pass(100);
    run.openEdge('0.2');
    expect(run.placed).toHaveLength(3);
    run.pass(1_000);
    expect(run.of('orderDenied')).toEqual([]);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'completed' } }]);
  });

  it('go on though every limit was tightened in mid-cycle', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge('0.2');
    run.command({
      type: 'setLimits',
      limits: {
        maxOrderNotional: '1',
        maxOpenNotional: '1',
        maxOrderQty: { BTC: '0.00001', ETH: '0.00001' },
        maxPositionPct: 0.01,
        maxGrossExposurePct: 0.01,
        maxTradesPerDay: 1,
        maxRelatedExecutions: 1,
        maxStdevBps: 0.1,
        referenceCollarBps: 1,
      },
    });
    run.pass(1_000);
    expect(run.of('orderDenied')).toEqual([]);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'completed' } }]);
  });
});

describe('a reference price', () => {
  it('that is old stops new orders: the loop was blocked, for an unknown time', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.pass(100);
    run.clock.advanceTo(run.clock.nowUs() + 5_100_000);
    run.runner.submit({ kind: 'alive', venue: 'test', receivedUs: run.clock.nowUs() });
    run.openEdge('0.2');
    expect(refusal(run)).toBe('reference-price');
    run.pass(100);
    run.openEdge('0.2');
    expect(run.placed).toHaveLength(1);
  });

  it('from which a book jumped away is not believed until it is seen again', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.pass(100);
    run.book('ETH/USD', [['2600', '1']], [['2601', '50']]);
    expect(refusal(run)).toBe('reference-price');
    expect(run.placed).toEqual([]);
  });
});

describe('limits on size', () => {
  it('a position is kept to its share of equity by a smaller start', () => {
    const run = new KernelHarness({ limits: { maxPositionPct: 5 } });
    run.fairBooks();
    run.openEdge('50');
    run.pass(1_000);
    const [finished] = run.of('executionFinished');
    expect(finished?.execution.outcome).toBe('completed');
    expect(Number(finished?.execution.startAmount)).toBeGreaterThan(480);
    expect(Number(finished?.execution.startAmount)).toBeLessThanOrEqual(500);
  });

  it('a day takes so many cycles, and a restart does not forget how many there were', () => {
    const limits = { maxTradesPerDay: 1 };
    const run = new KernelHarness({ limits });
    run.fairBooks();
    run.openEdge('0.2');
    run.pass(2_000);
    run.fairBooks();
    run.openEdge('0.2');
    expect(refusal(run)).toBe('trades-per-day');
    const restarted = new KernelHarness({ limits, risk: run.of('riskRecorded').at(-1)?.risk });
    restarted.fairBooks();
    restarted.openEdge('0.2');
    expect(refusal(restarted)).toBe('trades-per-day');
    restarted.clock.advanceTo(restarted.clock.nowUs() + 86_400_000_000);
    restarted.fairBooks();
    restarted.pass(200);
    restarted.openEdge('0.2');
    expect(restarted.placed).toHaveLength(1);
  });

  it('each refusal is reported once in the life of an opportunity, with its numbers', () => {
    const run = new KernelHarness({ limits: { maxOrderQty: { BTC: '0.001' } } });
    run.fairBooks();
    run.openEdge('0.2');
    run.change('ETH/USD', [['2518.1', '0.2']], []);
    run.change('ETH/USD', [['2518.2', '0.2']], []);
    const denied = run.of('opportunityDenied');
    expect(denied).toHaveLength(1);
    expect(denied[0]?.detail).toMatch(/order quantity 0\.0\d+ BTC, allowed 0\.001 BTC/);
    expect(run.kernel.risk.denials.get('order-qty')).toBe(1);
  });

  it('a start is kept to the Kelly stake of the record, and a record without an edge halts trading until an operator resets it', () => {
    const startWith = (record: TradeRecord): KernelHarness => {
      const before = new KernelHarness().kernel.risk.snapshot();
      const run = new KernelHarness({ risk: { ...before, record }, limits: { kellyFraction: 0.25 } });
      run.fairBooks();
      run.openEdge('50');
      return run;
    };
    // p = 0.6 at even money: a fifth of the capital, a quarter of that is 500.
    const modest = startWith({ wins: 60, losses: 40, won: '60', lost: '40' });
    const [opened] = modest.of('opportunityOpened');
    expect(Number(opened?.opportunity.startAmount)).toBeGreaterThan(490);
    expect(Number(opened?.opportunity.startAmount)).toBeLessThanOrEqual(500);
    expect(modest.placed).toHaveLength(1);
    const losing = startWith({ wins: 40, losses: 60, won: '40', lost: '60' });
    expect(losing.of('breakerChanged')).toMatchObject([{ breaker: 'no-edge', state: 'latched' }]);
    expect(losing.of('tradingHalted')).toMatchObject([{ code: 'no-edge' }]);
    expect(losing.placed).toEqual([]);
  });

  it('a price that moves more than its band is left alone, and half sizes come before that', () => {
    /** Starts a cycle after bitcoin moved by `bps` to and fro, each second for half a minute. */
    const startAfter = (bps: number): KernelHarness => {
      const run = new KernelHarness({ limits: { maxStdevBps: 10, maxEwmaBps: 10_000, maxAtrBps: 10_000 } });
      run.fairBooks();
      for (let k = 0; k < 30; k++) {
        const mid = 50_000 * (1 + (k % 2 === 0 ? bps / 10_000 : 0));
        run.book('BTC/USD', [[(mid - 5).toFixed(1), '2']], [[(mid + 5).toFixed(1), '2']]);
        run.pass(1_000);
      }
      run.fairBooks();
      run.openEdge('50');
      return run;
    };
    const startOf = (run: KernelHarness): number =>
      Number(run.of('opportunityOpened').at(-1)?.opportunity.startAmount);
    expect(startOf(startAfter(2))).toBeGreaterThan(1_990);
    const restless = startAfter(7);
    expect(startOf(restless)).toBeLessThanOrEqual(1_000);
    expect(restless.placed).toHaveLength(1);
    expect(refusal(startAfter(15))).toBe('volatility');
  });

  it('nothing is traded before everything that is held has a price', () => {
    const run = new KernelHarness({ capital: { USD: '5000', BTC: '0.1' } });
    run.book('ETH/USD', [['2499', '50']], [['2501', '50']]);
    run.pass(6_000);
    expect(run.kernel.risk.escalation.equity).toBeUndefined();
    run.fairBooks();
    expect(run.kernel.risk.escalation.equity?.toNumber()).toBeCloseTo(10_000, 6);
  });
});

describe('versions of limits', () => {
  it('count every change with its actor and values, and nothing that changes nothing', () => {
    const run = new KernelHarness({ limits: { maxDrawdownPct: 15 }, limitsVersion: 7 });
    run.command({ type: 'setLimits', limits: { maxDrawdownPct: 12.5 } });
    run.command({ type: 'setLimits', limits: { maxDrawdownPct: 12.5 } });
    run.command({ type: 'setDetection', detection: { minNetBps: 3 } });
    expect(run.of('limitsChanged')).toMatchObject([
      { version: 8, scope: 'limits', changes: [{ field: 'maxDrawdownPct', from: '15', to: '12.5' }] },
      { version: 9, scope: 'detection', changes: [{ field: 'minNetBps', to: '3' }] },
    ]);
    expect(run.of('limitsChanged')[0]?.after).toEqual(run.kernel.limits);
  });
});
