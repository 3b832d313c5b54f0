/** A strategy on made markets, for its own test and for `strategy check` without a file. */
import { US_PER_SECOND } from '../../domain/time.ts';
import { moduleOf, parametersOf } from '../../strategies/check-manifest.ts';
import type { StrategyModule } from '../../strategies/strategy-port.ts';
import { madeMarket, type Planted } from './made-market.ts';
import { type PairedSteps, pairSteps } from './paired-steps.ts';
import { type StrategyRun, runStrategy } from './run-strategy.ts';
import { checkStrategy, type StrategyChecks } from './strategy-checks.ts';

export type TrialOptions = {
  readonly seed?: number;
  readonly bars?: number;
  /** What is planted in the made market: nothing is a random walk, on which nothing earns. */
  readonly planted?: Planted;
  readonly costBps?: number;
  /** As `--param NAME=VALUE` has them. */
  readonly parameters?: Readonly<Record<string, string>>;
};

/** @param found what the strategy's file exports. @throws UserError where it is no strategy. */
export function tryStrategy(
  found: unknown,
  options: TrialOptions = {},
): { readonly run: StrategyRun; readonly checks: StrategyChecks } {
  const module = moduleOf(found, 'strategy');
  const parameters = parametersOf(module.manifest, options.parameters ?? {});
  const { seed = 1, bars = 1_000, planted = {}, costBps = 10 } = options;
  const steps = madeSteps(module, seed, bars, planted);
  const common = { module, parameters, steps, costBps, seed };
  return { run: runStrategy(common), checks: checkStrategy({ ...common, cuts: 5 }) };
}

export function madeSteps(
  { manifest }: StrategyModule,
  seed: number,
  bars: number,
  planted: Planted = {},
): PairedSteps {
  return pairSteps(
    Array.from({ length: manifest.markets }, (_, stream) =>
      madeMarket(seed, bars, planted, 60 * US_PER_SECOND, stream),
    ),
  );
}
