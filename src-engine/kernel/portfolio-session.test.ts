/** A portfolio in a session: through risk to its targets on paper, other targets with what it holds, and the same in a replay. */
import { describe, expect, it } from 'vitest';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { Portfolio, portfolio } from '../strategies/rebalancing/portfolio-strategy.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

/** Says that the market rises, each bar. */
const says: StrategyModule = {
  manifest: {
    ...portfolio.manifest,
    name: 'says',
    markets: 1,
    mostMarkets: undefined as never,
    may: 'signal',
  },
  create: () => ({
    onBar: ({ stepUs }, out) =>
      out.signal({ market: 0, side: 'up', probability: 0.8, edgeBps: 20, horizonUs: 5 * stepUs }),
    save: () => '',
    load: () => undefined,
  }),
};
const SHELF = {
  find: (name: string) => [portfolio, says].find(({ manifest }) => manifest.name === name) as StrategyModule,
};

function setupOf(change: Partial<StrategySetup> = {}): StrategySetup {
  return {
    strategy: 'portfolio',
    name: 'portfolio',
    version: 1,
    code: 'house',
    mode: 'paper',
    markets: ['BTC/USD', 'ETH/USD'].map((symbol) => ({ venue: 'test', symbol })),
    barSeconds: 1,
    stake: '1000',
    maxSlippageBps: 50,
    parameters: {
      weights: '40,30',
      bands: '5',
      cash: 2,
      horizonDays: 3_000,
      toEdge: false,
      signals: true,
      kelly: 0.25,
      maxTilt: 10,
    },
    ...change,
  };
}

function rigOf(): KernelHarness {
  const rig = new KernelHarness({ detection: { minNetBps: 5_000 }, kernel: { shelf: SHELF } });
  rig.fairBooks();
  rig.pass(200);
  return rig;
}

/** So many seconds of a market that moves, so that variances are known. */
function seconds(rig: KernelHarness, count: number, btc = 50_000): void {
  for (let second = 0; second < count; second++) {
    const price = btc + (second % 2) * 100;
    rig.book('BTC/USD', [[String(price), '2']], [[String(price + 10), '2']]);
    rig.book('ETH/USD', [[String(2_500 + (second % 3)), '20']], [[String(2_501 + (second % 3)), '20']]);
    rig.pass(1_000);
  }
}

const running = (rig: KernelHarness) => {
  const found = rig.kernel.strategies.get('portfolio');
  if (found === undefined) throw new Error('no portfolio');
  return found;
};
const report = (rig: KernelHarness) => {
  const { host } = running(rig);
  if (!(host?.strategy instanceof Portfolio)) throw new Error('no portfolio');
  return host.strategy.report();
};

describe('a portfolio on paper', () => {
  it('buys its targets through risk once a benefit is known, and sets aside what it holds', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    seconds(rig, 5);
    expect(report(rig).coins.map(({ why }) => why)).toEqual(['variance-unknown', 'variance-unknown']);
    expect(rig.placed).toEqual([]);
    seconds(rig, 25);
    expect(rig.of('orderCreated')).toHaveLength(2);
    expect(rig.of('strategyFilled').map(({ symbol, side }) => `${side} ${symbol}`)).toEqual([
      'buy BTC/USD',
      'buy ETH/USD',
    ]);
    const { coins, value } = report(rig);
    expect(coins.map(({ why }) => why)).toEqual(['within-band', 'within-band']);
    expect(coins.map(({ actual }) => Math.round(actual * 100))).toEqual([40, 30]);
    expect(value).toBeCloseTo(1, 2);
    // Nothing else of the account may spend it.
    const [btc] = running(rig).markets;
    expect(rig.kernel.portfolio.balances.free('BTC').toFixed()).toBe('0');
    expect(btc?.holding.qty.gt(0)).toBe(true);
    // What it decided is a fact, with cost and benefit.
    expect(rig.of('strategyDecided').at(-1)?.reason).toMatch(/^buys .*: benefit .* bps, cost .* bps$/);
  });

  it('brings a coin back that has risen out of its band', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    seconds(rig, 30);
    seconds(rig, 4, 70_000);
    const sold = rig.of('strategyFilled').filter(({ side }) => side === 'sell');
    expect(sold).toMatchObject([{ symbol: 'BTC/USD', mode: 'paper' }]);
    expect(report(rig).coins[0]?.actual).toBeCloseTo(0.4, 2);
  });

  it('takes other targets with what it holds, and refuses to forget a coin that it holds', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    seconds(rig, 30);
    const before = running(rig);
    const held = before.markets.map(({ holding }) => holding.qty.toFixed());
    const { strategies } = rig.kernel;
    const only = setupOf({ markets: [{ venue: 'test', symbol: 'BTC/USD' }], parameters: { weights: 40 } });
    expect(strategies.obstacle(only)).toBe('it still holds ETH/USD: give it a weight of 0 first');
    expect(strategies.obstacle(setupOf({ mode: 'shadow' }))).toMatch(/another mode/);
    const other = setupOf({ parameters: { ...setupOf().parameters, weights: '60,0' } });
    expect(strategies.obstacle(other)).toBeUndefined();
    rig.command({ type: 'setStrategy', setup: other });
    expect(running(rig)).not.toBe(before);
    expect(running(rig).markets.map(({ holding }) => holding.qty.toFixed())).toEqual(held);
    expect(running(rig).figures.fees.toFixed()).toBe(before.figures.fees.toFixed());
    seconds(rig, 4);
    // Variances were learnt before: it trades at once.
    expect(report(rig).coins.map(({ actual }) => Math.round(actual * 100))).toEqual([60, 0]);
    expect(running(rig).markets[1]?.isFlat).toBe(true);
    expect(rig.kernel.portfolio.balances.free('ETH').toFixed()).toBe('0');
  });

  it('hears what another strategy says of a coin, and believes nothing before it has come true', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    const said = setupOf({
      strategy: 'says:test:BTC/USD',
      name: 'says',
      mode: 'shadow',
      markets: [{ venue: 'test', symbol: 'BTC/USD' }],
      parameters: {},
    });
    rig.command({ type: 'setStrategy', setup: said });
    seconds(rig, 12);
    expect(report(rig).coins[0]?.recommendation).toMatchObject({
      source: 'says:test:BTC/USD',
      side: 'up',
      tilt: 0,
    });
    expect(report(rig).coins[0]?.recommendation?.judged).toBeGreaterThan(0);
    expect(report(rig).coins[0]?.recommendation?.believed).toBeNaN();
    expect(report(rig).coins[1]?.recommendation).toBeNull();
  });

  it('orders nothing while trading is killed, and tries ever less often', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    rig.command({ type: 'kill', reason: 'test' });
    seconds(rig, 60);
    expect(rig.placed).toEqual([]);
    const missed = rig.of('strategyMissed').filter(({ symbol }) => symbol === 'BTC/USD').length;
    expect(missed).toBeGreaterThan(1);
    expect(missed).toBeLessThan(7);
    expect(report(rig).coins[0]?.why).toBe('waits');
  });

  it('does the same in another run over the same inputs, and goes on after a restart', () => {
    const run = (): KernelHarness => {
      const rig = rigOf();
      rig.command({ type: 'setStrategy', setup: setupOf() });
      seconds(rig, 30);
      seconds(rig, 4, 70_000);
      return rig;
    };
    const [first, second] = [run(), run()];
    expect(JSON.stringify(second.events)).toBe(JSON.stringify(first.events));
    const recorded = first.of('strategiesRecorded').at(-1)?.strategies ?? [];
    const rig = new KernelHarness({
      detection: { minNetBps: 5_000 },
      capital: { USD: '10000', BTC: '1', ETH: '1' },
      kernel: { shelf: SHELF, strategies: recorded },
    });
    rig.fairBooks();
    expect(running(rig).markets.map(({ holding }) => holding.qty.toFixed())).toEqual(
      running(first).markets.map(({ holding }) => holding.qty.toFixed()),
    );
    seconds(rig, 3, 70_000);
    expect(report(rig).bars).toBeGreaterThan(30);
    expect(report(rig).coins.map(({ why }) => why)).not.toContain('variance-unknown');
  });
});
