import { expect, it } from 'vitest';
import { DEFAULT_EXECUTION } from '../../domain/limits.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { demandQuotable } from './risk-controls.ts';

const MARKETS = 'BTC/USD@west>east';

it.each([
  ['an account', { mustReconcile: true }, MARKETS, '', true],
  ['the twin of an account', { twinOf: 'live-1' }, MARKETS, '', true],
  ['simulated orders', {}, MARKETS, '', false],
  ['an account that turns it off', { mustReconcile: true }, '', MARKETS, false],
  ['an account that keeps what was set before', { mustReconcile: true }, MARKETS, MARKETS, false],
] as const)('quoted markets of %s', (_who, config, wanted, before, isRefused) => {
  const kernel = { config, execution: { ...DEFAULT_EXECUTION, makerMarkets: before } } as Kernel;
  const ask = (): void => demandQuotable(kernel, { makerMarkets: wanted });
  if (isRefused) expect(ask).toThrow(/makerMarkets.*BTC\/USD@west>east.*cannot be quoted by accounts/s);
  else expect(ask).not.toThrow();
});
