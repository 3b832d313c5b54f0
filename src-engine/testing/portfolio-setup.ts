/** The setup of a portfolio on BTC and ETH in USD, for tests. */
import type { VenueName } from '../domain/ids.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { portfolio } from '../strategies/rebalancing/portfolio-strategy.ts';

export function portfolioSetup(venue: VenueName, change: Partial<StrategySetup> = {}): StrategySetup {
  return {
    strategy: 'portfolio',
    name: 'portfolio',
    version: portfolio.manifest.version,
    code: 'house',
    mode: 'paper',
    markets: ['BTC/USD', 'ETH/USD'].map((symbol) => ({ venue, symbol })),
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
