/** The strategies of the house by name. */
import type { StrategyModule } from '../strategy-port.ts';
import { ensemble, ensembleLeader } from '../ensemble/ensemble.ts';
import { portfolio } from '../rebalancing/portfolio-strategy.ts';
import { bookPressure } from './book-pressure.ts';
import { meanReversion } from './mean-reversion.ts';
import { momentum } from './momentum.ts';
import { pairs } from './pairs.ts';
import { smaCrossover } from './sma-crossover.ts';

export const HOUSE_STRATEGIES: readonly StrategyModule[] = [
  smaCrossover,
  momentum,
  meanReversion,
  pairs,
  bookPressure,
  ensemble,
  ensembleLeader,
  portfolio,
] as readonly StrategyModule[];
