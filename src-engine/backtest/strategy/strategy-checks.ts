/**
 * Whether a strategy can be trusted with what it is given: the same run twice, no decision that rests on later steps (prefix and poison), a
 * restart that goes on with the same decisions, and its result one bar later.
 */
import { emptyStep, type MarketStep } from '../../features/market-step.ts';
import { findLeak, type Leak } from '../../features/lookahead.ts';
import { StrategyHost } from '../../strategies/strategy-host.ts';
import type { StrategyModule, StrategyParameters } from '../../strategies/strategy-port.ts';
import type { PairedSteps } from './paired-steps.ts';
import { runStrategy } from './run-strategy.ts';

export type CheckOptions = {
  readonly module: StrategyModule;
  readonly parameters: StrategyParameters;
  readonly steps: PairedSteps;
  readonly costBps: number;
  readonly seed: number;
  readonly cuts: number;
  /** Of a strategy of any number; absent: as many as its manifest says. */
  readonly markets?: number;
};

export type StrategyChecks = {
  readonly ok: boolean;
  readonly decisions: number;
  readonly repeats: boolean;
  readonly lookahead: Leak | null;
  /** The first step at which a strategy that was restarted in the middle decided otherwise. */
  readonly restart: number | null;
  readonly stopped: string | null;
  readonly netBps: number;
  readonly laggedNetBps: number;
};

/** Most steps that are checked: each cut runs all of them three times. */
const MOST_STEPS = 20_000;

export function checkStrategy(options: CheckOptions): StrategyChecks {
  const { module, parameters, seed, steps: all, cuts } = options;
  const count = Math.min(all.count, MOST_STEPS);
  const steps: PairedSteps = { ...all, count };
  const first = runStrategy({ ...options, steps });
  const second = runStrategy({ ...options, steps });
  const lagged = runStrategy({ ...options, steps, delay: 2 });
  const markets = options.markets ?? module.manifest.markets;
  let read: PairedSteps['read'] = steps.read;
  const decide = (limit: number, restartAt?: number): Float64Array[] => {
    const make = (): StrategyHost =>
      new StrategyHost({ module, parameters, markets, stepUs: steps.stepUs, seed });
    let host = make();
    const now = Array.from({ length: markets }, emptyStep);
    let held: number[] = Array.from({ length: markets }, () => 0);
    const decisions: Float64Array[] = [];
    for (let index = 0; index < limit; index++) {
      if (index === restartAt) {
        const state = host.save();
        host = make();
        for (let past = 0; past < index; past++) {
          read(past, now);
          host.warm(now);
        }
        if (state !== undefined) host.load(state);
      }
      read(index, now);
      host.step(now, held);
      held = [...host.wanted];
      // Signals are decisions too; a strategy that stopped later had not by then.
      decisions.push(Float64Array.of(...held, host.signalCount, host.stopped === undefined ? 0 : 1));
    }
    return decisions;
  };
  const whole = decide(count);
  const leak = findLeak(
    (reader, limit) => {
      read = (index, now) => {
        steps.read(index, now);
        // Each market is read through the same poison.
        for (let market = 0; market < markets; market++)
          reader(index * markets + market, now[market] as MarketStep);
      };
      const decisions = decide(Math.ceil(limit / markets));
      read = steps.read;
      return decisions.flatMap((each) => Array.from({ length: markets }, () => each));
    },
    (place, step) => {
      const now = Array.from({ length: markets }, emptyStep);
      steps.read(Math.floor(place / markets), now);
      Object.assign(step, now[place % markets]);
    },
    count * markets,
    cuts,
    seed,
  );
  const middle = Math.floor(count / 2);
  const resumed = decide(count, middle);
  // The count of signals begins anew with a host.
  const differs = (at: number): boolean => {
    const [left, right] = [whole[at] as Float64Array, resumed[at] as Float64Array];
    return left.some((value, place) => place !== markets && !Object.is(value, right[place]));
  };
  const restart = whole.findIndex((_, at) => differs(at));
  const repeats = first.digest === second.digest;
  return {
    ok: repeats && leak === undefined && restart < 0 && first.stopped === undefined,
    decisions: count,
    repeats,
    lookahead:
      leak === undefined
        ? null
        : { ...leak, cut: Math.floor(leak.cut / markets), step: Math.floor(leak.step / markets) },
    restart: restart < 0 ? null : restart,
    stopped: first.stopped === undefined ? null : `${first.stopped.code}: ${first.stopped.detail}`,
    netBps: first.netBps,
    laggedNetBps: lagged.netBps,
  };
}
