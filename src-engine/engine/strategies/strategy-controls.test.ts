/** What an operator may do with strategies, and what is refused with which words. */
import { beforeEach, describe, expect, it } from 'vitest';
import { operations } from '../../contract/operations.ts';
import { strategiesView as viewSchema, strategyRow } from '../../contract/strategy-records.ts';
import { HOUSE_STRATEGIES } from '../../strategies/house/house-strategies.ts';
import type { StrategyModule } from '../../strategies/strategy-port.ts';
import { KernelHarness } from '../../testing/kernel-harness.ts';
import type { EngineControls } from '../controls.ts';
import { getPortfolio, setPortfolio } from './portfolio-controls.ts';
import { listStrategies, removeStrategy, setStrategy, setStrategyMode } from './strategy-controls.ts';
import { HOUSE_CODE, type StrategyLibrary } from './strategy-library.ts';
import { strategiesView } from './strategy-view.ts';

const CALLER = { role: 'operator', via: 'test' } as const;

const house = (name: string): StrategyModule | undefined =>
  HOUSE_STRATEGIES.find(({ manifest }) => manifest.name === name);

const library: StrategyLibrary = {
  list: () =>
    Promise.resolve([
      ...HOUSE_STRATEGIES.map((module) => ({
        name: module.manifest.name,
        place: 'house' as const,
        file: undefined,
        module,
        fault: undefined,
      })),
      { name: 'mine', place: 'own', file: 'mine/strategy.ts', module: undefined, fault: undefined },
    ]),
  load: (name) =>
    Promise.resolve({
      name,
      place: 'house',
      file: undefined,
      module: house(name) as StrategyModule,
      fault: undefined,
      code: HOUSE_CODE,
    }),
  find: house,
};

let rig: KernelHarness;
let engine: EngineControls;

beforeEach(() => {
  rig = new KernelHarness({ kernel: { shelf: { find: house } } });
  rig.fairBooks();
  rig.pass(200);
  engine = {
    requireSession: () => ({ parts: { kernel: rig.kernel, library } }),
    command: (command: Parameters<KernelHarness['command']>[0]) => Promise.resolve(rig.command(command)),
  } as unknown as EngineControls;
});

const set = (change: object) =>
  setStrategy(
    engine,
    operations.setStrategy.input.parse({
      name: 'sma-crossover',
      markets: ['BTC/USD@test'],
      barSeconds: 1,
      parameters: { fast: 1, slow: 2 },
      ...change,
    }),
    CALLER,
  );

describe('an operator', () => {
  it('sets a strategy in shadow, sees it decide, switches it off and takes it away', async () => {
    const row = await set({});
    expect(strategyRow.parse(row)).toMatchObject({
      strategy: 'sma-crossover:test:BTC/USD',
      mode: 'shadow',
      state: 'waiting',
      parameters: { fast: 1, slow: 2, short: false },
      quote: 'USD',
    });
    rig.pass(2_000);
    rig.book('BTC/USD', [['51000', '2']], [['51010', '2']]);
    rig.pass(2_000);
    const { strategies } = viewSchema.parse(strategiesView(rig.kernel));
    expect(strategies).toMatchObject([
      { state: 'running', decisions: 1, fills: 1, lastDecision: { reason: 'fast-above-slow' } },
    ]);
    // Bought at the ask, sold at the bid, two fees: worth less than it cost.
    expect(Number(strategies[0]?.net)).toBeLessThan(0);
    const { strategy } = row;
    await expect(removeStrategy(engine, { strategy }, CALLER)).rejects.toThrow(/is in mode shadow/);
    expect((await setStrategyMode(engine, { strategy, mode: 'off' }, CALLER)).state).toBe('closing');
    await expect(removeStrategy(engine, { strategy }, CALLER)).rejects.toThrow(/still holds a position/);
    rig.pass(300);
    expect((await removeStrategy(engine, { strategy }, CALLER)).strategies).toEqual([]);
  });

  it('sees those of the house with parameters, and of his own only the name until it is loaded', async () => {
    const { known } = await listStrategies(engine);
    const [first] = known;
    expect(first?.parameters).toContainEqual({ name: 'fast', usual: 10, range: 'from 1 to 500' });
    expect(known.at(-1)).toMatchObject({ name: 'mine', isLoaded: false, version: null, parameters: [] });
  });

  it.each([
    [{ mode: 'canary' }, /mode: "canary" is not to be had: this session trades no account/],
    [{ mode: 'full' }, /mode: "full" is not to be had: this session trades no account/],
    [{ markets: ['BTC/EUR'] }, /markets: "BTC\/EUR" is no market of this session.*BTC\/USD@test/],
    [{ markets: ['BTC/USD', 'ETH/USD'] }, /are 2, and sma-crossover looks at 1/],
    [{ name: 'pairs', parameters: {}, markets: ['BTC/USD', 'BTC/USD'] }, /are the same market twice/],
    [{ name: 'pairs', parameters: {}, markets: ['BTC/USD', 'ETH/BTC'] }, /quoted in two currencies/],
    [{ stake: '0' }, /stake: "0" is not above zero/],
    [{ parameters: { fast: 0 } }, /parameters\.fast: "0"/],
    [{ parameters: { speed: 5 } }, /parameters\.speed: "5" is not a parameter of sma-crossover/],
  ])('is refused %j', async (change, words) => {
    await expect(set(change)).rejects.toThrow(words);
    expect(rig.kernel.strategies.count).toBe(0);
  });

  it('has paper only where orders are simulated', async () => {
    const live = new KernelHarness({ kernel: { mode: 'live', shelf: { find: house } } });
    engine = { ...engine, requireSession: () => ({ parts: { kernel: live.kernel, library } }) } as never;
    await expect(set({ mode: 'paper' })).rejects.toThrow(/needs simulated orders/);
    expect(strategiesView(live.kernel).hasPaper).toBe(false);
  });

  it('must sell first before a setting changes, and begins new figures then', async () => {
    const { strategy } = await set({});
    rig.pass(2_000);
    rig.book('BTC/USD', [['51000', '2']], [['51010', '2']]);
    rig.pass(2_000);
    await expect(set({ stake: '200' })).rejects.toThrow(/still holds a position/);
    await setStrategyMode(engine, { strategy, mode: 'off' }, CALLER);
    rig.pass(300);
    expect(await set({ stake: '200' })).toMatchObject({ stake: '200', fills: 0, realized: '0' });
    await expect(setStrategyMode(engine, { strategy: 'other', mode: 'off' }, CALLER)).rejects.toThrow(
      /"other" is no strategy of this session.*sma-crossover:test:BTC\/USD/,
    );
  });
});

describe('a portfolio', () => {
  const targets = (change: object) =>
    setPortfolio(engine, operations.setPortfolio.input.parse(change), CALLER);

  it('is one of a session; what is left out stays as it was set', async () => {
    expect(getPortfolio(engine)).toEqual({ portfolio: null, keptFor: null });
    const first = await targets({
      coins: [
        { market: 'BTC/USD@test', weight: 40, band: 3 },
        { market: 'ETH/USD', weight: 30 },
      ],
      mode: 'paper',
      capital: '5000',
      barSeconds: 1,
      signals: false,
    });
    expect(strategyRow.parse(first)).toMatchObject({
      strategy: 'portfolio',
      mode: 'paper',
      stake: '5000',
      parameters: { weights: '40,30', bands: '3,5', cash: 2, signals: false },
      portfolio: { atUs: 0, value: '5000', cash: '5000', coins: [] },
    });
    const second = await targets({
      coins: [
        { market: 'BTC/USD', weight: 20.5 },
        { market: 'ETH/USD@test', weight: 0 },
      ],
    });
    expect(second).toMatchObject({
      mode: 'paper',
      stake: '5000',
      barSeconds: 1,
      parameters: { weights: '20.5,0', bands: '3,5', signals: false },
    });
    expect(getPortfolio(engine).portfolio?.strategy).toBe('portfolio');
    expect(viewSchema.parse(strategiesView(rig.kernel)).strategies).toHaveLength(1);
  });

  it('is worth what it holds now, whatever its last bar saw, and is not valued by a book that is lost', async () => {
    const coins = [{ market: 'BTC/USD', weight: 40 }];
    const of = () => getPortfolio(engine).portfolio?.portfolio;
    await targets({ coins, mode: 'shadow', capital: '5000', barSeconds: 1, horizonDays: 3_000 });
    const second = (price: number) => {
      rig.book('BTC/USD', [[String(price), '2']], [[String(price + 10), '2']]);
      rig.pass(1_000);
    };
    for (let bar = 0; bar < 30; bar++) second(50_000 + (bar % 2) * 100);
    // Of before the next bar.
    rig.book('BTC/USD', [['60000', '2']], [['60010', '2']]);
    const now = of();
    const [coin] = now?.coins ?? [];
    const held = Number(coin?.held);
    expect(held).toBeGreaterThan(0.03);
    expect(Number(coin?.value)).toBeCloseTo(held * 60_005, 6);
    expect(Number(now?.value)).toBeCloseTo(Number(now?.cash) + held * 60_005, 6);
    expect((now?.cashShare ?? 0) + (coin?.actual ?? 0)).toBeCloseTo(1, 9);
    // Other targets change neither, though no bar was judged by them.
    const row = await targets({ coins: [{ market: 'BTC/USD', weight: 50 }] });
    expect(strategyRow.parse(row).portfolio).toMatchObject({ atUs: 0, value: now?.value, cash: now?.cash });
    rig.book('BTC/USD', [], [['60010', '2']]);
    expect(of()).toMatchObject({ value: null, cashShare: null, cash: now?.cash });
    // Switched off and set again it goes on in the mode that it had.
    await setStrategyMode(engine, { strategy: 'portfolio', mode: 'off' }, CALLER);
    expect(await targets({ coins: [{ market: 'BTC/USD', weight: 45 }] })).toMatchObject({ mode: 'shadow' });
    await expect(targets({ coins, mode: 'paper' })).rejects.toMatchObject({
      problem: {
        code: 'strategy-in-use',
        remedy: expect.stringMatching(/^Set it in mode shadow/) as unknown,
      },
    });
  });

  it.each([
    [{ coins: [{ market: 'BTC/USD', weight: 99 }] }, 'bad-targets'],
    [
      {
        coins: [
          { market: 'ETH/BTC', weight: 1 },
          { market: 'BTC/USD', weight: 1 },
        ],
      },
      'bad-markets',
    ],
    [
      {
        coins: [
          { market: 'BTC/USD', weight: 1 },
          { market: 'BTC/USD@test', weight: 1 },
        ],
      },
      'bad-markets',
    ],
    [{ coins: [{ market: 'SOL/USD', weight: 1 }] }, 'unknown-market'],
    [{ coins: [{ market: 'BTC/USD', weight: 1 }], capital: '0' }, 'bad-stake'],
    [{ coins: [{ market: 'BTC/USD', weight: 1 }], mode: 'canary' }, 'mode-not-offered'],
  ])('%j is refused: %s', async (change, code) => {
    await expect(targets(change)).rejects.toMatchObject({ problem: { code } });
    expect(getPortfolio(engine)).toEqual({ portfolio: null, keptFor: null });
  });
});
