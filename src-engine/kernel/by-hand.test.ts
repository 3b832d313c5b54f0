/** What an operator does by hand: taking, flattening, canceling, disabling, each through the gates that the engine's own orders pass. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { type HarnessOptions, KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';
import { RouteRun } from '../testing/route-run.ts';
import type { HandCommand } from './hand-command.ts';
import type { Kernel } from './kernel.ts';

type Run = { readonly kernel: Kernel; command(command: HandCommand): void };

/** Gives the command and answers what became of it. */
function hand(run: Run, command: HandCommand) {
  run.command(command);
  return run.kernel.byHand.resultOf(command);
}

/** An edge of some 70 bps that the engine leaves, as it asks for 100. */
function untaken(options: HarnessOptions = {}) {
  const run = new KernelHarness({ detection: { minNetBps: 100 }, ...options });
  run.fairBooks();
  run.pass(100);
  run.openEdge();
  expect(run.placed).toEqual([]);
  const opportunityId = run.of('opportunityOpened').at(-1)?.opportunity.opportunityId ?? '';
  return { run, take: (minNetBps = 0) => hand(run, { type: 'takeOpportunity', opportunityId, minNetBps }) };
}

describe('an opportunity that is taken by hand', () => {
  it('is sent below the minimum edge of the engine, and never below the one that was asked for', () => {
    const { run, take } = untaken();
    expect(take(95)).toMatchObject({ verdict: { code: 'edge-below-threshold' }, executionId: undefined });
    expect(run.placed).toEqual([]);
    expect(take()).toMatchObject({ verdict: { code: 'taken' }, executionId: 'run-x1' });
    expect(run.placed).toHaveLength(1);
    run.pass(1_000);
    expect(run.of('executionFinished')).toMatchObject([
      { execution: { executionId: 'run-x1', outcome: 'completed' } },
    ]);
  });

  it.each<[string, HarnessOptions, (run: KernelHarness) => void]>([
    ['trading-paused', {}, (run) => run.command({ type: 'pause' })],
    ['killed', {}, (run) => run.command({ type: 'kill', reason: 'drill' })],
    ['risk-denied', { limits: { maxOrderNotional: '1' } }, () => undefined],
    ['not-armed', { kernel: { mustArm: true } }, () => undefined],
    [
      'book-stale',
      { limits: { maxBookAgeMs: 400 } },
      (run) => run.clock.advanceTo(run.clock.nowUs() + 450_000),
    ],
  ])('is refused as the engine’s own would be: %s', (code, options, before) => {
    const { run, take } = untaken(options);
    before(run);
    expect(take()).toMatchObject({ verdict: { code }, executionId: undefined });
    expect(run.placed).toEqual([]);
  });

  it('leaves what the engine decided on it where it is refused', () => {
    const { run, take } = untaken();
    run.command({ type: 'pause' });
    expect(take()).toMatchObject({ verdict: { code: 'trading-paused' } });
    expect(run.kernel.desk.tracker.open()[0]?.decision).toBe('edge-below-threshold');
  });

  it('is nothing once its edge is gone', () => {
    const { run, take } = untaken();
    run.fairBooks();
    expect(take()).toEqual({ type: 'taken', verdict: undefined, executionId: undefined });
    expect(run.placed).toEqual([]);
  });

  it('is sent although the engine rests after an attempt, and not beside one under way', () => {
    const run = new KernelHarness({ detection: { cooldownMs: 60_000 } });
    run.fairBooks();
    run.pass(100);
    run.openEdge('5');
    const opportunityId = run.of('opportunityOpened')[0]?.opportunity.opportunityId ?? '';
    const command = { type: 'takeOpportunity', opportunityId, minNetBps: 0 } as const;
    expect(hand(run, { ...command })).toMatchObject({ verdict: { code: 'in-flight' } });
    run.pass(1_000);
    run.openEdge('5');
    const before = run.placed.length;
    expect(hand(run, { ...command })).toMatchObject({ verdict: { code: 'taken' } });
    expect(run.placed.length).toBeGreaterThan(before);
  });

  it('goes over two venues from what lies at each, and names what is missing', () => {
    const held = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };
    for (const [btc, code] of [
      ['1', 'taken'],
      ['0', 'no-balance'],
    ] as const) {
      const capital = { ...held, 'BTC@west': btc };
      const run = new RouteRun({ specs: TRIANGLE.slice(0, 1), capital });
      run.command({ type: 'setDetection', detection: { minNetBps: 1_000 } });
      for (const venue of ['east', 'west'] as const)
        run.book(venue, 'BTC/USD', [['49995', '2']], [['50000', '2']]);
      run.pass(1_100);
      run.book('west', 'BTC/USD', [['50500', '2']], [['50505', '2']]);
      const opportunityId = run.kernel.desk.tracker.open()[0]?.opportunityId ?? '';
      const result = hand(run, { type: 'takeOpportunity', opportunityId, minNetBps: 0 });
      expect(result).toMatchObject({ verdict: { code } });
      expect(run.of('orderCreated')).toHaveLength(code === 'taken' ? 2 : 0);
    }
  });
});

describe('flattening', () => {
  const held: HarnessOptions = { capital: { USD: '5000', BTC: '0.1', ETH: '0.0004' } };

  it('sells what is free of each coin, though trading is paused, and says what cannot be sold', () => {
    const run = new KernelHarness(held);
    run.fairBooks();
    run.pass(100);
    run.command({ type: 'pause' });
    expect(hand(run, { type: 'flatten', venue: 'test' })).toMatchObject({
      sold: [{ coin: 'BTC', executionId: 'run-x1-sweep' }],
      left: [{ coin: 'ETH', reason: 'it is below the smallest order of its venue' }],
    });
    run.pass(2_000);
    expect(run.of('executionFinished')).toMatchObject([
      { execution: { outcome: 'swept', path: ['USD', 'BTC'] } },
    ]);
    const { balances } = run.kernel.portfolio;
    expect(balances.total('BTC').toString()).toBe('0');
    expect(balances.total('USD').gt(decimal('9900'))).toBe(true);
    expect(run.kernel.risk.breakers.tripped).toEqual([]);
  });

  it('sends nothing once killed, and nothing of another venue or coin', () => {
    const run = new KernelHarness(held);
    run.fairBooks();
    run.pass(100);
    expect(hand(run, { type: 'flatten', venue: 'elsewhere' })).toEqual({
      type: 'flattened',
      sold: [],
      left: [],
    });
    expect(hand(run, { type: 'flatten', venue: 'test', coin: 'SOL' })).toMatchObject({ sold: [], left: [] });
    run.command({ type: 'kill', reason: 'drill' });
    expect(hand(run, { type: 'flatten', venue: 'test', coin: 'BTC' })).toMatchObject({
      sold: [],
      left: [{ coin: 'BTC', reason: 'the kill switch is on; re-arm to trade' }],
    });
    expect(run.placed).toEqual([]);
  });

  it('sends nothing to an account that is disarmed or was not compared', () => {
    const run = new KernelHarness({ ...held, kernel: { mustArm: true } });
    run.fairBooks();
    run.pass(100);
    const result = hand(run, { type: 'flatten', venue: 'test', coin: 'BTC' });
    expect(result).toMatchObject({
      sold: [],
      left: [{ coin: 'BTC', reason: expect.stringMatching(/armed/) }],
    });
    expect(run.placed).toEqual([]);
  });
});

it('cancels the engine’s own open orders of a symbol or a venue', () => {
  const rig = new AccountRig();
  rig.agree();
  rig.openEdge();
  const [order] = rig.placed;
  const cancels = () => rig.effects.flatMap((effect) => (effect.type === 'cancel' ? [effect.orderId] : []));
  expect(hand(rig, { type: 'cancelOrders', symbol: 'SOL/USD' })).toEqual({ type: 'canceled', count: 0 });
  expect(hand(rig, { type: 'cancelOrders', venue: 'elsewhere' })).toEqual({ type: 'canceled', count: 0 });
  expect(hand(rig, { type: 'cancelOrders', symbol: order?.symbol })).toEqual({ type: 'canceled', count: 1 });
  expect(cancels()).toEqual([order?.orderId]);
  expect(rig.effects.filter(({ type }) => type === 'cancelAll')).toEqual([]);
});

it('a cycle that an operator disabled is denied until it is enabled, after a restart too', () => {
  const run = new KernelHarness();
  const strategy = 'test USD>BTC>ETH';
  const { byHand } = run.kernel;
  const named = [
    'test USD>BTC>ETH',
    'test BTC>ETH>USD',
    'test ETH>BTC>USD',
    'test USD>SOL',
    'east USD>BTC>ETH',
  ];
  expect(named.map((name) => byHand.nameOf(name))).toEqual([
    strategy,
    strategy,
    'test USD>ETH>BTC',
    undefined,
    undefined,
  ]);
  run.fairBooks();
  run.pass(100);
  run.command({ type: 'disableStrategy', strategy });
  run.command({ type: 'disableStrategy', strategy });
  expect(run.of('strategyStopped')).toMatchObject([
    { strategy, reason: 'stopped by an operator', actor: { kind: 'operator', via: 'test' } },
  ]);
  run.openEdge();
  expect(run.placed).toEqual([]);
  expect(run.of('opportunityDenied')).toMatchObject([{ code: 'strategy-stopped' }]);

  const again = new KernelHarness({ risk: run.of('riskRecorded').at(-1)?.risk });
  again.fairBooks();
  again.pass(100);
  again.openEdge();
  expect(again.placed).toEqual([]);
  again.command({ type: 'enableStrategy', strategy });
  again.fairBooks();
  again.openEdge();
  expect(again.placed).toHaveLength(1);
});
