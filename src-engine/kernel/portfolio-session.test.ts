/** A portfolio in a session: through risk to its targets on paper, other targets with what it holds, and the same in a replay. */
import { describe, expect, it } from 'vitest';
import type { StrategySetup, StrategyStanding } from '../domain/strategy-schemas.ts';
import { Portfolio, portfolio } from '../strategies/rebalancing/portfolio-strategy.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { portfolioSetup } from '../testing/portfolio-setup.ts';

/** Says that the market rises, each bar. */
const says: StrategyModule = {
  manifest: {
    ...portfolio.manifest,
    name: 'says',
    markets: 1,
    mostMarkets: undefined as never,
    account: undefined as never,
    fits: undefined as never,
    may: 'signal',
  },
  create: () => ({
    onBar: ({ stepUs }, out) =>
      out.signal({ market: 0, side: 'up', probability: 0.8, edgeBps: 20, horizonUs: 5 * stepUs }),
    save: () => '',
    load: () => undefined,
  }),
};
/** For one bar. */
const brief: StrategyModule = {
  manifest: { ...says.manifest, name: 'brief' },
  create: () => ({
    onBar: ({ stepUs }, out) =>
      out.signal({ market: 0, side: 'up', probability: 0.8, edgeBps: 20, horizonUs: stepUs }),
    save: () => '',
    load: () => undefined,
  }),
};
const SHELF = {
  find: (name: string) =>
    [portfolio, says, brief].find(({ manifest }) => manifest.name === name) as StrategyModule,
};

const setupOf = (change: Partial<StrategySetup> = {}): StrategySetup => portfolioSetup('test', change);

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
    expect(strategies.obstacle(only)).toEqual({
      message: 'it still holds ETH/USD',
      remedy: 'Give ETH/USD a weight of 0 first, and wait until it is sold.',
    });
    expect(strategies.obstacle(setupOf({ mode: 'shadow' }))?.message).toMatch(/bought in mode paper/);
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

  it('sells nothing within its band once it is on again, or has other targets, while it was being sold', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    seconds(rig, 30);
    const held = running(rig).markets.map(({ holding }) => holding.qty.toFixed());
    const off = setupOf({ mode: 'off' });
    rig.command({ type: 'setStrategy', setup: off });
    rig.command({ type: 'setStrategy', setup: setupOf() });
    seconds(rig, 3);
    rig.command({ type: 'setStrategy', setup: off });
    const other = setupOf({ parameters: { ...setupOf().parameters, weights: '41,29' } });
    rig.command({ type: 'setStrategy', setup: other });
    seconds(rig, 3);
    expect(report(rig).coins.map(({ why }) => why)).toEqual(['within-band', 'within-band']);
    expect(rig.of('strategyFilled').filter(({ side }) => side === 'sell')).toEqual([]);
    expect(running(rig).markets.map(({ holding }) => holding.qty.toFixed())).toEqual(held);
    // Off for long enough it sells all of it.
    rig.command({ type: 'setStrategy', setup: { ...other, mode: 'off' } });
    seconds(rig, 1);
    expect(running(rig).isFlat).toBe(true);
  });

  it('in a pause neither buys nor sells, and forgets what an earlier bar would have sold; switched off it sells', () => {
    const rig = rigOf();
    rig.command({ type: 'setStrategy', setup: setupOf() });
    seconds(rig, 30);
    rig.command({ type: 'pause' });
    seconds(rig, 1, 70_000);
    seconds(rig, 3);
    expect(rig.of('strategyMissed')).toMatchObject([{ symbol: 'BTC/USD', code: 'trading-blocked' }]);
    rig.command({ type: 'resume' });
    seconds(rig, 3);
    const sold = () => rig.of('strategyFilled').filter(({ side }) => side === 'sell').length;
    expect(report(rig).coins[0]?.why).toBe('within-band');
    expect(sold()).toBe(0);
    rig.command({ type: 'pause' });
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'off' }) });
    seconds(rig, 1);
    expect(sold()).toBe(2);
  });

  it('buys no more than its cash pays for at the price of the order', () => {
    const rig = rigOf();
    const all = { ...setupOf().parameters, weights: '100', cash: 0 };
    const markets = [{ venue: 'test', symbol: 'BTC/USD' }];
    rig.command({ type: 'setStrategy', setup: setupOf({ mode: 'shadow', markets, parameters: all }) });
    seconds(rig, 40);
    expect(rig.of('strategyFilled')).toMatchObject([{ side: 'buy' }]);
    expect(running(rig).cash.gte(0)).toBe(true);
    expect(running(rig).cash.lt(10)).toBe(true);
    expect(rig.of('strategyMissed')).toEqual([]);
  });

  it('of its name is kept where it waits for its markets: none is set over it, and none is made over another', () => {
    const before = rigOf();
    before.command({ type: 'setStrategy', setup: setupOf() });
    seconds(before, 30);
    const [saved] = before.of('strategiesRecorded').at(-1)?.strategies ?? [];
    if (saved === undefined) throw new Error('nothing was recorded');
    const elsewhere = { ...saved, setup: setupOf({ markets: [{ venue: 'far', symbol: 'BTC/USD' }] }) };
    const next = (strategies: readonly StrategyStanding[]): KernelHarness =>
      new KernelHarness({
        capital: { USD: '10000', BTC: '1', ETH: '1' },
        kernel: { shelf: SHELF, strategies },
      });
    const rig = next([elsewhere]);
    expect(rig.kernel.strategies.obstacle(setupOf())).toEqual({
      message: 'one of that name, with what it holds, is kept for a session that has BTC/USD@far',
      remedy: 'Start such a session, or remove it.',
    });
    rig.command({ type: 'setStrategy', setup: setupOf() });
    expect(rig.kernel.strategies.count).toBe(0);
    const both = next([saved, { ...saved, setup: setupOf({ stake: '7' }) }]);
    expect(running(both).setup.stake).toBe('1000');
    expect(both.of('strategyFailed')).toMatchObject([
      {
        strategy: 'portfolio',
        detail: 'another one of its name goes on; what it holds is kept for the next',
      },
    ]);
    // The one that runs is taken away alone.
    both.fairBooks();
    both.command({ type: 'setStrategy', setup: setupOf({ mode: 'off' }) });
    both.pass(1_000);
    both.command({ type: 'removeStrategy', strategy: 'portfolio' });
    const left = both.of('strategiesRecorded').at(-1)?.strategies ?? [];
    expect(left.map(({ setup }) => setup.stake)).toEqual(['7']);
  });

  it.each([['first'], ['last']])('hears what is said of a bar at that bar, set %s', (place) => {
    const rig = rigOf();
    const short = setupOf({
      strategy: 'brief:test:BTC/USD',
      name: 'brief',
      mode: 'shadow',
      markets: [{ venue: 'test', symbol: 'BTC/USD' }],
      parameters: {},
    });
    const setups = place === 'first' ? [setupOf(), short] : [short, setupOf()];
    for (const setup of setups) rig.command({ type: 'setStrategy', setup });
    seconds(rig, 12);
    expect(report(rig).coins[0]?.recommendation).toMatchObject({ source: 'brief:test:BTC/USD' });
    expect(report(rig).coins[0]?.recommendation?.judged).toBeGreaterThan(5);
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
