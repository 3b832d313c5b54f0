/** Shadows that a weekly training sets and takes away, by the kernel's own strategies. */
import { expect, it } from 'vitest';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { smaCrossover } from '../strategies/house/sma-crossover.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { retire, runInShadow, type ShadowEngine } from './retraining.ts';

const long: StrategyModule = {
  manifest: { ...(smaCrossover as StrategyModule).manifest, version: 1, features: () => [] },
  create: () => ({
    onBar: (_, out) => out.want(0, 1, 'long'),
    save: () => '',
    load: () => undefined,
  }),
};
const SHA = 'a'.repeat(64);
const NAME = `model:up@${'a'.repeat(12)}`;
const STRATEGY = `${NAME}:test:BTC/USD`;

function setupOf(mode: StrategySetup['mode']): StrategySetup {
  return {
    strategy: STRATEGY,
    name: NAME,
    version: 1,
    code: SHA,
    mode,
    markets: [{ venue: 'test', symbol: 'BTC/USD' }],
    barSeconds: 1,
    stake: '100',
    maxSlippageBps: 20,
    parameters: {},
  };
}

function rigOf(kernel: ConstructorParameters<typeof KernelHarness>[0] = {}) {
  const rig = new KernelHarness({
    detection: { minNetBps: 5_000 },
    ...kernel,
    kernel: { shelf: { find: () => long }, ...kernel.kernel },
  });
  rig.fairBooks();
  rig.pass(200);
  const handlers: ShadowEngine['handlers'] = {
    setStrategy: () =>
      (rig.command({ type: 'setStrategy', setup: setupOf('shadow') }), { strategy: STRATEGY }) as never,
    setStrategyMode: ({ mode }) => rig.command({ type: 'setStrategy', setup: setupOf(mode) }) as never,
    removeStrategy: ({ strategy }) => rig.command({ type: 'removeStrategy', strategy }) as never,
  };
  const engine: ShadowEngine = { handlers, session: { parts: { kernel: rig.kernel } } };
  let claims = 0;
  const asked = {
    name: 'up',
    sha256: SHA,
    market: 'BTC/USD',
    own: [],
    isClaimed: false,
    claim: async () => void claims++,
  };
  return { rig, engine, asked, claims: () => claims };
}

it('a shadow is claimed before it is set, and one that runs already is a person’s unless it was claimed or is the last one', async () => {
  const { engine, asked, claims } = rigOf();
  expect(await runInShadow(engine, asked)).toEqual({ strategy: STRATEGY, isOwn: true });
  expect(claims()).toBe(1);
  expect(await runInShadow(engine, asked)).toEqual({ strategy: STRATEGY, isOwn: false });
  expect(await runInShadow(engine, { ...asked, isClaimed: true })).toMatchObject({ isOwn: true });
  expect(await runInShadow(engine, { ...asked, own: [STRATEGY] })).toMatchObject({ isOwn: true });
  expect(claims()).toBe(1);
  await expect(runInShadow({ ...engine, session: undefined }, asked)).rejects.toThrow(/no session/);
});

it('a shadow that holds something is switched off, and goes once that is sold', async () => {
  const { rig, engine, asked } = rigOf();
  await runInShadow(engine, asked);
  rig.fairBooks();
  rig.pass(2_200);
  expect(rig.of('strategyFilled')).toMatchObject([{ side: 'buy' }]);
  expect(await retire(engine, [STRATEGY])).toEqual([STRATEGY]);
  expect(rig.kernel.strategies.get(STRATEGY)?.setup.mode).toBe('off');
  rig.fairBooks();
  rig.pass(1_000);
  expect(await retire(engine, [STRATEGY])).toEqual([]);
  expect(rig.kernel.strategies.count).toBe(0);
  expect(await retire(engine, [STRATEGY])).toEqual([]);
  expect(await retire({ ...engine, session: undefined }, [STRATEGY])).toEqual([STRATEGY]);
});

it('a shadow whose market the session has not is taken away too, and one on paper is not', async () => {
  const { rig: before, engine: old, asked } = rigOf();
  await runInShadow(old, asked);
  const strategies = (before.of('strategiesRecorded').at(-1)?.strategies ?? []).map((one) => ({
    ...one,
    setup: { ...one.setup, markets: [{ venue: 'far', symbol: 'BTC/USD' }] },
  }));
  const { rig, engine } = rigOf({ kernel: { strategies } });
  expect(rig.kernel.strategies.absentOf(STRATEGY)).toBeDefined();
  expect(await retire(engine, [STRATEGY])).toEqual([]);
  expect(rig.kernel.strategies.absentOf(STRATEGY)).toBeUndefined();
  rig.command({ type: 'setStrategy', setup: setupOf('paper') });
  expect(await retire(engine, [STRATEGY])).toEqual([]);
  expect(rig.kernel.strategies.get(STRATEGY)?.isOn).toBe(true);
});
