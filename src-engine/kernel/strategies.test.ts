/** Strategies in a session: from the bars of its books to decisions, fills and figures. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decimal } from '../domain/decimal.ts';
import type { TradePrint } from '../domain/market-data.ts';
import type { StrategySetup, StrategyStanding } from '../domain/strategy-schemas.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { MarketBars } from '../strategies/session/market-bars.ts';
import type { StrategyShelf } from '../strategies/session/shelf.ts';
import { KernelHarness, START_US } from '../testing/kernel-harness.ts';

const PARAMETERS = z.strictObject({ above: z.number().default(50_000), below: z.number().default(0) });

/** Long while the close is above a price, short below another; throws at 66,000; counts its calls. */
const above: StrategyModule<z.infer<typeof PARAMETERS>> = {
  manifest: {
    name: 'above',
    version: 3,
    summary: 'Long above a price.',
    markets: 1,
    input: 'bars',
    may: 'position',
    parameters: PARAMETERS,
    features: () => [],
  },
  create: ({ above: price, below }) => {
    let calls = 0;
    return {
      onBar({ steps: [step] }, out) {
        calls++;
        const close = step?.close ?? 0;
        if (close >= 66_000) throw new Error('no plan for this');
        if (close > price) out.want(0, 1, 'above');
        else out.want(0, close < below ? -1 : 0, 'not-above');
      },
      save: () => String(calls),
      load: (state) => {
        calls = Number(state);
      },
    };
  },
};

const SPREAD = z.strictObject({ short: z.number().default(0) });

/** Buys the first market, and from a price of it on sells the second. */
const spread: StrategyModule<z.infer<typeof SPREAD>> = {
  manifest: {
    ...above.manifest,
    name: 'spread',
    markets: 2,
    parameters: SPREAD,
  },
  create: ({ short }) => ({
    onBar({ steps: [step] }, out) {
      out.want(0, 1, 'spread');
      out.want(1, (step?.close ?? 0) >= short ? -1 : 0, 'spread');
    },
    save: () => '',
    load: () => undefined,
  }),
};

const STRATEGY = 'above:test:BTC/USD';

const MODULES: readonly StrategyModule[] = [above, spread];

const SHELF: StrategyShelf = {
  find: (name, code) =>
    code === 'house' ? MODULES.find(({ manifest }) => manifest.name === name) : undefined,
};

function setupOf(change: Partial<StrategySetup> = {}): StrategySetup {
  return {
    strategy: 'above:test:BTC/USD',
    name: 'above',
    version: 3,
    code: 'house',
    mode: 'shadow',
    markets: [{ venue: 'test', symbol: 'BTC/USD' }],
    barSeconds: 1,
    stake: '1000',
    maxSlippageBps: 20,
    parameters: { above: 50_000, below: 0 },
    ...change,
  };
}

type RigOptions = { readonly shelf?: StrategyShelf; readonly strategies?: readonly StrategyStanding[] };

function rigOf({ shelf = SHELF, strategies }: RigOptions = {}): KernelHarness {
  const rig = new KernelHarness({ detection: { minNetBps: 5_000 }, kernel: { shelf, strategies } });
  rig.fairBooks();
  rig.pass(200);
  return rig;
}

const at = (rig: KernelHarness, bid: string, ask: string, qty = '2'): void =>
  rig.book('BTC/USD', [[bid, qty]], [[ask, qty]]);

/** Until the bar under way has ended and its decision was carried out. */
function rise(rig: KernelHarness): void {
  at(rig, '51000', '51010');
  rig.pass(2_200);
}

describe('a strategy in shadow', () => {
  it('decides at a closed bar, is filled at the next tick by the book with its fee, and sends no order', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rise(rig);
    expect(rig.of('strategySet')).toHaveLength(1);
    const [decided] = rig.of('strategyDecided');
    expect(decided).toMatchObject({
      mode: 'shadow',
      from: [0],
      wanted: [1],
      prices: [51_005],
      reason: 'above',
    });
    const [filled] = rig.of('strategyFilled');
    // 1000 / 51005 in lots of 1e-8, bought at the ask, 5 bps of that.
    expect(filled).toMatchObject({ side: 'buy', qty: '0.01960592', notional: '1000.0979792', gain: '0' });
    expect(filled?.fee).toBe('0.5000489896');
    expect((filled?.atUs ?? 0) - (decided?.atUs ?? 0)).toBe(100_000);
    at(rig, '49900', '49910');
    rig.pass(1_200);
    const [, sold] = rig.of('strategyFilled');
    expect(sold).toMatchObject({ side: 'sell', qty: '0.01960592', notional: '978.335408' });
    // What came in less what was paid, both fees included.
    const gain = 978.335_408 - 0.489_167_704 - 1_000.097_979_2 - 0.500_048_989_6;
    expect(Number(sold?.gain)).toBeCloseTo(gain, 9);
    expect(rig.placed).toEqual([]);
    expect(rig.total('BTC')).toBe('0');
    const running = rig.kernel.strategies.get('above:test:BTC/USD');
    expect(running?.figures).toMatchObject({ fills: 2, wins: 0, losses: 1 });
    expect(running?.figures.realized.toFixed()).toBe(sold?.gain);
  });

  it('takes no more than the book offers within the slippage, and says what is missing', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rig.book(
      'BTC/USD',
      [['51000', '1']],
      [
        ['51010', '0.001'],
        ['52000', '5'],
      ],
    );
    rig.pass(2_800);
    // Five tries, and nothing is taken twice of an offer that stays as it is.
    expect(rig.of('strategyFilled').map(({ qty }) => qty)).toEqual(['0.001']);
    // What it was given up at is a part of the position that it wanted.
    expect(rig.kernel.strategies.get(STRATEGY)?.markets[0]?.position).toBeCloseTo(0.051, 3);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'no-depth' }]);
  });

  it('says that a stake is below one lot', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf({ stake: '0.0001' }) });
    rise(rig);
    expect(rig.of('strategyMissed')).toMatchObject([
      { code: 'below-minimum', detail: '0.000000001960592098 of at least 0.0001 BTC' },
    ]);
  });

  it('sells nothing that it does not hold', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf({ parameters: { above: 60_000, below: 55_000 } }) });
    rise(rig);
    expect(rig.of('strategyDecided')).toMatchObject([{ wanted: [-1] }]);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'cannot-short' }]);
    expect(rig.of('strategyFilled')).toEqual([]);
  });

  it('of two markets holds neither side where one would have to be sold short', () => {
    const rig = rigOf();
    const markets = ['BTC/USD', 'ETH/USD'].map((symbol) => ({ venue: 'test', symbol }));
    rig.command({
      type: 'setStrategy',
      setup: setupOf({ name: 'spread', markets, parameters: { short: 0 } }),
    });
    rig.pass(2_200);
    expect(rig.of('strategyDecided')).toMatchObject([{ wanted: [1, -1] }]);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'cannot-short', symbol: 'ETH/USD' }]);
    expect(rig.of('strategyFilled')).toEqual([]);
  });

  it('of two markets sells what it holds of one as the other would have to be sold short', () => {
    const rig = rigOf();
    const markets = ['BTC/USD', 'ETH/USD'].map((symbol) => ({ venue: 'test', symbol }));
    rig.command({
      type: 'setStrategy',
      setup: setupOf({ name: 'spread', markets, parameters: { short: 50_950 } }),
    });
    at(rig, '50900', '50910');
    rig.pass(2_200);
    expect(rig.of('strategyFilled')).toMatchObject([{ side: 'buy', symbol: 'BTC/USD' }]);
    at(rig, '51000', '51010');
    rig.pass(1_200);
    expect(rig.of('strategyFilled').slice(1)).toMatchObject([{ side: 'sell', symbol: 'BTC/USD' }]);
    expect(rig.kernel.strategies.get(STRATEGY)?.isFlat).toBe(true);
  });

  it('goes on selling what a thin book did not take, and says so once', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rise(rig);
    at(rig, '49900', '49910', '0.001');
    rig.pass(8_200);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'no-depth' }]);
    at(rig, '49900', '49910');
    rig.pass(1_200);
    expect(rig.kernel.strategies.get(STRATEGY)?.isFlat).toBe(true);
    expect(rig.of('strategyMissed')).toHaveLength(1);
  });

  it('that is off and on again begins with what is wanted then', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rise(rig);
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'off' }) });
    rig.pass(300);
    const running = rig.kernel.strategies.get(STRATEGY);
    expect([running?.isFlat, running?.host?.wanted]).toEqual([true, [0]]);
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rig.pass(2_200);
    expect(rig.of('strategyFilled').map(({ side }) => side)).toEqual(['buy', 'sell', 'buy']);
    // Switched on before all of it was sold, it sells no more.
    at(rig, '51000', '51010', '0.001');
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'off' }) });
    rig.pass(100);
    rig.command({ type: 'setStrategy', setup: setupOf() });
    at(rig, '51000', '51010');
    rig.pass(2_200);
    expect(running?.markets[0]?.position).toBe(1);
    expect(rig.of('strategyFilled').map(({ side }) => side)).toEqual(['buy', 'sell', 'buy', 'sell', 'buy']);
  });

  it('has no bar where the book was silent or lost, and decides nothing then', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rig.runner.submit({ kind: 'book-lost', instrumentId: 0, reason: 'test', atUs: rig.clock.nowUs() });
    rig.pass(5_000);
    expect(rig.kernel.strategies.get('above:test:BTC/USD')?.steps).toBe(0);
    rise(rig);
    expect(rig.of('strategyDecided')).toHaveLength(1);
    // Ticks that came late, as those of an engine that was held up: neither bar was seen whole.
    const steps = (): number => rig.kernel.strategies.get('above:test:BTC/USD')?.steps ?? 0;
    const before = steps();
    rig.clock.advanceTo(rig.clock.nowUs() + 2_700_000);
    rig.pass(200);
    expect(steps()).toBe(before);
    rig.pass(2_000);
    expect(steps()).toBeGreaterThan(before);
  });
});

describe('a strategy on paper', () => {
  it('trades through risk and the simulated venue, and what it holds is set aside', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'paper' }) });
    rise(rig);
    expect(rig.placed).toHaveLength(1);
    const [order] = rig.of('orderCreated');
    expect(order?.order.executionId).toBe('run-strategy-1');
    const [filled] = rig.of('strategyFilled');
    expect(filled).toMatchObject({ mode: 'paper', side: 'buy', orderId: order?.order.orderId });
    // It is no cover of what executions sold and did not buy back.
    expect(rig.kernel.strategies.heldOf('BTC').toString()).toBe(filled?.qty);
    expect(rig.kernel.risk.exposure.lacking('BTC').toString()).toBe('0');
    const { balances } = rig.kernel.portfolio;
    expect(rig.total('BTC')).toBe(filled?.qty);
    expect(balances.free('BTC').toFixed()).toBe('0');
    // Switched off: it sells what it holds, and nothing is left aside.
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'off' }) });
    rig.pass(1_000);
    expect(rig.total('BTC')).toBe('0');
    expect(balances.reserved('BTC').toFixed()).toBe('0');
    const running = rig.kernel.strategies.get('above:test:BTC/USD');
    expect([running?.isFlat, running?.isClosing, running?.figures.fills]).toEqual([true, false, 2]);
    expect(rig.of('executionStarted')).toEqual([]);
    expect(rig.of('sweepStarted')).toEqual([]);
  });

  it('is held to the limits and the kill switch as every order is, and says which refused', () => {
    const rig = rigOf();
    rig.command({ type: 'setLimits', limits: { maxOrderNotional: '500' } });
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'paper' }) });
    rise(rig);
    expect(rig.of('orderDenied')).toMatchObject([{ code: 'order-notional' }]);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'order-notional' }]);
    rig.command({ type: 'kill', reason: 'test' });
    at(rig, '49000', '49010');
    rig.pass(1_100);
    at(rig, '52000', '52010');
    rig.pass(1_100);
    expect(rig.of('strategyMissed').at(-1)).toMatchObject({ code: 'trading-blocked' });
    expect(rig.placed).toEqual([]);
  });
});

describe('what can no longer be sold of a strategy that is off', () => {
  const closing = (rest: string): KernelHarness => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rise(rig);
    const held = rig.kernel.strategies.get(STRATEGY)?.markets[0]?.holding.qty.toFixed() ?? '0';
    at(rig, '51000', '51010', decimal(held).minus(rest).toFixed());
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'off' }) });
    rig.pass(10_000);
    return rig;
  };

  it('is given up below the least order of the venue, at the loss of what it cost', () => {
    const rig = closing('0.00005');
    expect(rig.of('strategyMissed').map(({ code }) => code)).toEqual(['no-depth', 'left-behind']);
    const running = rig.kernel.strategies.get(STRATEGY);
    expect([running?.isFlat, running?.markets[0]?.holding.cost.toFixed()]).toEqual([true, '0']);
    const [bought, sold] = rig.of('strategyFilled');
    const paid = decimal(bought?.notional ?? '0').plus(bought?.fee ?? '0');
    const received = decimal(sold?.notional ?? '0').minus(sold?.fee ?? '0');
    expect(running?.figures.realized.toFixed()).toBe(received.minus(paid).toFixed());
    expect(rig.of('strategiesRecorded').at(-1)?.strategies).toMatchObject([{ holdings: [{ qty: '0' }] }]);
  });

  it('is given up where its market is delisted', () => {
    const rig = closing('0.01');
    expect(rig.kernel.strategies.get(STRATEGY)?.isFlat).toBe(false);
    rig.status('BTC/USD', 'delisted');
    rig.pass(1_200);
    expect(rig.of('strategyMissed').at(-1)).toMatchObject({ code: 'left-behind' });
    expect(rig.kernel.strategies.get(STRATEGY)?.isFlat).toBe(true);
  });
});

it('a bar has the trades of the tick after the end of the one before', () => {
  const rig = rigOf();
  const bars = new MarketBars(rig.instrument('BTC/USD'), rig.kernel.store.sync(0), 1_000_000);
  const trade = (ms: number): void =>
    bars.onTrade({ receivedUs: START_US + ms * 1_000, qty: 100_000_000, side: 'buy' } as TradePrint);
  const steps: number[] = [];
  for (let ms = 0; ms <= 3_100; ms += 100) {
    if (bars.onTick(START_US + ms * 1_000)) steps.push(bars.step.trades);
    if (ms === 1_000 || ms === 1_500) trade(ms + 50);
  }
  expect(steps).toEqual([2, 0]);
});

describe('a purchase on paper', () => {
  it('is not sent while a coin of it is in quarantine or off its peg; a sale is', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'paper' }) });
    const { doubtedCoins } = rig.kernel.portfolio;
    doubtedCoins.set('BTC', { coin: 'BTC', reason: 'two prices' } as never);
    rise(rig);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'coin-doubted', detail: 'BTC: two prices' }]);
    doubtedCoins.delete('BTC');
    at(rig, '49900', '49910');
    rig.pass(1_200);
    rise(rig);
    expect(rig.placed).toHaveLength(1);
    rig.command({ type: 'setDetection', detection: { pegBands: { BTC: '0.02' } } });
    rig.pass(40_000);
    at(rig, '49900', '49910');
    rig.pass(1_200);
    expect(rig.placed).toHaveLength(2);
    rise(rig);
    expect(rig.of('strategyMissed').at(-1)).toMatchObject({ code: 'coin-depegged' });
    expect(rig.placed).toHaveLength(2);
  });
});

describe('a sale on paper', () => {
  it('passes a pause, and is sent once the kill switch is off again', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'paper' }) });
    rise(rig);
    rig.command({ type: 'pause' });
    at(rig, '49900', '49910');
    rig.pass(1_200);
    expect(rig.total('BTC')).toBe('0');
    rig.command({ type: 'resume' });
    rise(rig);
    expect(rig.total('BTC')).not.toBe('0');
    rig.command({ type: 'kill', reason: 'test' });
    at(rig, '49900', '49910');
    rig.pass(6_000);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'trading-blocked' }]);
    expect(rig.total('BTC')).not.toBe('0');
    rig.command({ type: 'rearm' });
    rig.pass(1_200);
    expect(rig.total('BTC')).toBe('0');
  });

  it('is asked about ever less often while risk refuses it', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'paper' }) });
    rise(rig);
    rig.status('BTC/USD', 'cancel_only');
    at(rig, '49900', '49910');
    rig.pass(21_000);
    expect(rig.of('strategyMissed')).toMatchObject([{ code: 'instrument-closed' }]);
    // At once, and after 1, 2, 4 and 8 s.
    expect(rig.of('orderDenied')).toHaveLength(5);
    rig.status('BTC/USD', 'online');
    rig.pass(16_000);
    expect(rig.total('BTC')).toBe('0');
  });

  it('of a strategy that was stopped fills what is under way, and nothing is traded back', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'paper' }) });
    const stopInFlight = (): void => {
      const before = rig.placed.length;
      for (let ticks = 0; ticks < 30 && rig.placed.length === before; ticks++) rig.pass(100);
      expect(rig.kernel.strategies.get(STRATEGY)?.markets[0]?.orderId).toBeDefined();
      rig.command({ type: 'failStrategy', strategy: STRATEGY, detail: 'too long' });
      rig.pass(3_000);
    };
    at(rig, '51000', '51010');
    stopInFlight();
    expect(rig.of('strategyFilled')).toMatchObject([{ side: 'buy' }]);
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'off' }) });
    rig.pass(1_000);
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'paper' }) });
    rise(rig);
    at(rig, '49900', '49910');
    stopInFlight();
    expect(rig.of('strategyFilled').map(({ side }) => side)).toEqual(['buy', 'sell', 'buy', 'sell']);
    expect(rig.total('BTC')).toBe('0');
  });
});

describe('a strategy that fails', () => {
  it('is stopped alone: its fault is a fact, what it holds stays, and the session goes on', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    const other = { strategy: 'above:test:BTC/USD-2', parameters: { above: 90_000, below: 0 } };
    rig.command({ type: 'setStrategy', setup: setupOf({ ...other, barSeconds: 10 }) });
    rise(rig);
    at(rig, '66000', '66010');
    rig.pass(1_200);
    expect(rig.of('strategyFailed')).toMatchObject([
      { strategy: 'above:test:BTC/USD', code: 'threw', detail: 'no plan for this' },
    ]);
    const { strategies } = rig.kernel;
    const failed = strategies.get('above:test:BTC/USD');
    expect(failed?.markets[0]?.isFlat).toBe(false);
    const before = rig.of('strategyDecided').length;
    rise(rig);
    rig.pass(16_000);
    expect(rig.of('strategyDecided')).toHaveLength(before);
    // The other one goes on.
    expect(strategies.get('above:test:BTC/USD-2')?.steps).toBeGreaterThan(0);
    // Set again after it was switched off and sold, it begins anew.
    rig.command({ type: 'setStrategy', setup: setupOf() });
    expect(strategies.get('above:test:BTC/USD')).toBe(failed);
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'off' }) });
    rig.pass(300);
    rig.command({ type: 'setStrategy', setup: setupOf() });
    expect(strategies.get('above:test:BTC/USD')?.stopped).toBeNull();
  });

  it('is stopped by a command where it takes too long, so that a replay stops it at the same step', () => {
    let nowUs = 0;
    const overBudget: string[] = [];
    const rig = rigOf({
      shelf: {
        ...SHELF,
        // Each call takes 200 ms by this clock.
        meterUs: () => (nowUs += 100_000 * 2),
        overBudget: (strategy, detail) => overBudget.push(`${strategy}: ${detail}`),
      },
    });
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rise(rig);
    expect(overBudget[0]).toBe(
      'above:test:BTC/USD: a decision took 200000 µs of processor time, of at most 100000',
    );
    expect(rig.of('strategyFailed')).toEqual([]);
    rig.command({ type: 'failStrategy', strategy: 'above:test:BTC/USD', detail: 'too long' });
    expect(rig.of('strategyFailed')).toMatchObject([{ code: 'over-budget', detail: 'too long' }]);
  });

  it('is stopped where it waits and computes nothing, and not where a machine stands still once', () => {
    const overBudgetOf = (tookMs: (call: number) => number): readonly string[] => {
      let [call, nowUs] = [0, 0];
      const overBudget: string[] = [];
      const rig = rigOf({
        shelf: {
          ...SHELF,
          meterUs: () => 0,
          // Read before and after each call.
          clockUs: () => (nowUs += call++ % 2 === 0 ? 0 : tookMs((call - 2) / 2) * 1_000),
          overBudget: (_strategy, detail) => overBudget.push(detail),
        },
      });
      rig.command({ type: 'setStrategy', setup: setupOf() });
      rise(rig);
      rise(rig);
      return overBudget;
    };
    expect(overBudgetOf(() => 900)[0]).toMatch(
      /^\d decisions took \d\.\d s by the clock, and 50 may take 2\.5 s/,
    );
    expect(overBudgetOf((call) => (call === 0 ? 3_600_000 : 40))).toEqual([]);
  });

  it('is named where its code is gone or its market is no part of the session', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf({ code: 'another' }) });
    expect(rig.of('strategyFailed')).toMatchObject([{ code: 'missing' }]);
    const [last] = rig.of('strategiesRecorded').slice(-1);
    const [saved] = last?.strategies ?? [];
    const setup = setupOf({ markets: [{ venue: 'other', symbol: 'BTC/USD' }] });
    const next = rigOf({ strategies: [{ ...(saved as StrategyStanding), setup }] });
    expect(next.of('strategyFailed')).toMatchObject([{ code: 'missing' }]);
    const { strategies } = next.kernel;
    expect([strategies.count, strategies.absentOf(setup.strategy)?.setup]).toEqual([0, setup]);
    // What it holds is kept for a run that has its market, until it is taken away.
    const other = setupOf({ strategy: 'other' });
    next.command({ type: 'setStrategy', setup: other });
    expect(next.of('strategiesRecorded').at(-1)?.strategies).toMatchObject([{ setup: other }, { setup }]);
    next.command({ type: 'removeStrategy', strategy: setup.strategy });
    expect(next.of('strategiesRecorded').at(-1)?.strategies).toMatchObject([{ setup: other }]);
    expect(strategies.absentOf(setup.strategy)).toBeUndefined();
    // The same name with other decisions since.
    const older = rigOf({ strategies: [{ ...(saved as StrategyStanding), setup: setupOf({ version: 2 }) }] });
    expect(older.of('strategyFailed')).toMatchObject([{ code: 'changed' }]);
  });
});

describe('a restart', () => {
  it('goes on with what each held, its own state and its figures, and with the same decisions', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rise(rig);
    rig.runner.end();
    const recorded = rig.of('strategiesRecorded').at(-1)?.strategies ?? [];
    expect(recorded).toMatchObject([{ state: expect.stringContaining('"wanted":[1]'), fills: 1 }]);
    const next = rigOf({ strategies: recorded });
    const running = next.kernel.strategies.get('above:test:BTC/USD');
    const held = recorded[0]?.holdings[0]?.qty;
    expect(running?.markets[0]?.holding.qty.toFixed()).toBe(held);
    expect(running?.markets[0]?.position).toBe(1);
    at(next, '49900', '49910');
    next.pass(2_200);
    expect(next.of('strategyDecided')).toMatchObject([{ from: [1], wanted: [0] }]);
    expect(next.of('strategyFilled')).toMatchObject([{ side: 'sell', qty: held }]);
    expect(next.of('strategyFilled')[0]?.gain.startsWith('-')).toBe(true);
  });

  it('leaves the position of one whose state was too long to be recorded', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rise(rig);
    const [saved] = rig.of('strategiesRecorded').at(-1)?.strategies ?? [];
    const next = rigOf({ strategies: [{ ...(saved as StrategyStanding), state: null }] });
    expect(next.kernel.strategies.get(STRATEGY)?.host?.wanted).toEqual([1]);
    at(next, '49900', '49910');
    next.pass(2_200);
    expect(next.of('strategyFilled')).toMatchObject([{ side: 'sell' }]);
  });

  it('knows that one was stopped as it could not save its state', () => {
    const broken: StrategyModule = {
      manifest: { ...above.manifest, parameters: z.looseObject({}) },
      create: () => ({
        onBar: () => undefined,
        load: () => undefined,
        save: () => {
          throw new Error('no state');
        },
      }),
    };
    const rig = rigOf({ shelf: { find: () => broken } });
    rig.command({ type: 'setStrategy', setup: setupOf() });
    expect(rig.of('strategyFailed')).toMatchObject([{ code: 'threw', detail: 'no state' }]);
    const recorded = rig.of('strategiesRecorded').at(-1)?.strategies;
    expect(recorded).toMatchObject([{ state: null, stopped: { code: 'threw' } }]);
    expect(rig.kernel.strategies.get(STRATEGY)?.isOn).toBe(false);
  });

  it('costs a session without strategies nothing: no fact, no bar', () => {
    const rig = rigOf();
    rise(rig);
    rig.runner.end();
    expect(rig.events.filter(({ type }) => type.startsWith('strateg'))).toEqual([]);
  });
});
