import { expect, it } from 'vitest';
import { DEFAULT_EXECUTION } from '../../domain/limits.ts';
import { decimal } from '../../domain/decimal.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { demandQuotable } from './risk-controls.ts';

const MARKETS = 'BTC/USD@west>east';

it.each([
  [
    'accounts whose quotes no dead-man switch ends',
    { mustReconcile: true, simulatedMarket: true, withoutDeadMan: ['west'] },
    MARKETS,
    '',
    true,
  ],
  [
    'accounts where the venue of the hedges alone has none',
    { mustReconcile: true, simulatedMarket: true, withoutDeadMan: ['east'] },
    MARKETS,
    '',
    false,
  ],
  ['simulated orders', { withoutDeadMan: ['west'] }, MARKETS, '', false],
  ['accounts that turn it off', { mustReconcile: true, withoutDeadMan: ['west'] }, '', MARKETS, false],
  [
    'accounts that keep what was set before',
    { mustReconcile: true, withoutDeadMan: ['west'] },
    MARKETS,
    MARKETS,
    false,
  ],
] as const)('quoted markets of %s', (_who, config, wanted, before, isRefused) => {
  const kernel = {
    config,
    execution: { ...DEFAULT_EXECUTION, makerMarkets: before, makerAtAccounts: true },
    store: { instruments: [] },
  } as unknown as Kernel;
  const ask = (): void => demandQuotable(kernel, { makerMarkets: wanted });
  if (isRefused)
    expect(ask).toThrow(/makerMarkets.*BTC\/USD@west>east.*at west, which has no dead-man switch/s);
  else expect(ask).not.toThrow();
});

it('quoted markets are judged as the settings will be: those that were set before once quotes at accounts are turned on', () => {
  const kernel = {
    config: { mustReconcile: true, simulatedMarket: true, withoutDeadMan: ['west'] },
    execution: { ...DEFAULT_EXECUTION, makerMarkets: MARKETS, makerAtAccounts: false },
    store: { instruments: [] },
  } as unknown as Kernel;
  expect(() => demandQuotable(kernel, { makerMarkets: `${MARKETS}, ETH/USD@west>east` })).not.toThrow();
  expect(() => demandQuotable(kernel, { makerAtAccounts: true })).toThrow(/at west, which has no dead-man/);
  expect(() => demandQuotable(kernel, { makerAtAccounts: true, makerMarkets: '' })).not.toThrow();
});

it.each([
  ['a real account', { mustReconcile: true, simulatedMarket: false }, false, true],
  ['a rehearsal', { mustReconcile: true, simulatedMarket: true }, false, false],
  ['paper', { simulatedMarket: false }, false, false],
  ['a real account that has it from before', { mustReconcile: true, simulatedMarket: false }, true, false],
] as const)('quotes at accounts, turned on for %s', (_who, config, before, isRefused) => {
  const kernel = {
    config,
    execution: { ...DEFAULT_EXECUTION, makerAtAccounts: before },
    store: { instruments: [] },
  } as unknown as Kernel;
  const ask = (): void => demandQuotable(kernel, { makerAtAccounts: true });
  if (isRefused) expect(ask).toThrow(/makerAtAccounts.*real accounts yet: .*whether the rate limit bears/s);
  else expect(ask).not.toThrow();
  const name = (): void => demandQuotable(kernel, { makerMarkets: MARKETS });
  if (config.simulatedMarket || !('mustReconcile' in config)) expect(name).not.toThrow();
  else expect(name).toThrow(/makerMarkets.*real accounts yet/s);
});

it.each(['BTC/USD@pools>west', 'BTC/USD@west>east, BTC/USD@west>pools'])(
  'quoted markets with a venue whose orders cost gas: %s',
  (makerMarkets) => {
    const kernel = {
      config: {},
      execution: { ...DEFAULT_EXECUTION, makerMarkets: '' },
      store: { instruments: [{ venue: 'pools', orderCost: decimal('5') }, { venue: 'west' }] },
    } as unknown as Kernel;
    expect(() => demandQuotable(kernel, { makerMarkets })).toThrow(/makerMarkets.*at pools: .*costs gas/s);
    expect(() => demandQuotable(kernel, { makerMarkets: 'BTC/USD@west>east' })).not.toThrow();
  },
);
