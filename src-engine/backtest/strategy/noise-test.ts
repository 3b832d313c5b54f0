/**
 * How often a strategy earns on markets in which nothing can be earned. Its mean net result over many seeds must not be above zero beyond noise,
 * and the share of runs that its own verdict calls an edge must stay at what the verdict promises.
 */
import { US_PER_SECOND } from '../../domain/time.ts';
import { normalCdf } from '../../lib/normal.ts';
import type { StrategyModule, StrategyParameters } from '../../strategies/strategy-port.ts';
import { momentsOf, standardDeviation } from '../metrics/moments.ts';
import { madeMarket } from './made-market.ts';
import { pairSteps } from './paired-steps.ts';
import { runStrategy } from './run-strategy.ts';
import { NOTHING_TRIED } from './tried-data.ts';
import { luckOf, verdictOf } from './verdict.ts';

export type NoiseResult = {
  readonly strategy: string;
  readonly seeds: number;
  readonly traded: number;
  /** Before costs: where there is no edge, this is noise around 0. */
  readonly meanGrossBps: number;
  readonly meanNetBps: number;
  /** Of the mean before costs, in standard errors. */
  readonly t: number;
  /** Probability of so large a t, if nothing is earned. */
  readonly p: number;
  readonly calledEdge: number;
  readonly ok: boolean;
};

/** At this level, over all strategies and seeds of one test, Bonferroni's share of it each. */
const LEVEL = 0.001;
/** The verdict promises 5 % at most; of few runs as many are noise. */
const MOST_CALLED = (seeds: number): number => Math.ceil(seeds * 0.05 + 2 * Math.sqrt(seeds * 0.05 * 0.95));

export function testOnNoise(
  module: StrategyModule,
  parameters: StrategyParameters,
  {
    seeds,
    bars,
    costBps,
    firstSeed = 1,
  }: { seeds: number; bars: number; costBps: number; firstSeed?: number },
): NoiseResult {
  const gross: number[] = [];
  const net: number[] = [];
  let [traded, calledEdge] = [0, 0];
  for (let at = 0; at < seeds; at++) {
    const markets = Array.from({ length: module.manifest.markets }, (_, stream) =>
      madeMarket(firstSeed + at, bars, {}, 60 * US_PER_SECOND, stream),
    );
    const steps = pairSteps(markets);
    const options = { module, parameters, steps, costBps, seed: firstSeed + at };
    const run = runStrategy(options);
    gross.push(run.grossBps);
    net.push(run.netBps);
    if (run.trades.length > 0) traded++;
    const luck = luckOf(run.returnsBps, NOTHING_TRIED);
    // Neither the lag nor buy and hold makes an edge of what is not called one.
    if (run.netBps > 0 && verdictOf(run, run, luck, 0).verdict === 'edge') calledEdge++;
  }
  const moments = momentsOf(gross);
  const deviation = standardDeviation(moments) ?? 0;
  const t = deviation === 0 ? 0 : moments.mean / (deviation / Math.sqrt(seeds));
  const p = 1 - normalCdf(t);
  return {
    strategy: module.manifest.name,
    seeds,
    traded,
    meanGrossBps: moments.mean,
    meanNetBps: net.reduce((sum, each) => sum + each, 0) / seeds,
    t,
    p,
    calledEdge,
    ok: p > LEVEL && calledEdge <= MOST_CALLED(seeds),
  };
}
