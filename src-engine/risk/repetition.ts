/** Cycles that are stopped: by an operator, or tried again and again without profit, as a model that is wrong does not know it. */
import type { RiskLimits } from '../domain/limits.ts';
import type { StrategyStop } from '../domain/risk.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { strategyKey } from '../domain/venue-asset.ts';

export class Repetitions {
  // Both by the key of the strategy: the next session may name the same cycle from another of its assets.
  /** Times of the tries since the last profit, oldest first; never more than stop a cycle. */
  readonly #tries = new Map<string, TimeUs[]>();
  readonly #stops = new Map<string, StrategyStop>();

  constructor(stops: readonly StrategyStop[]) {
    for (const stop of stops) this.stop(stop);
  }

  get stops(): readonly StrategyStop[] {
    return [...this.#stops.values()];
  }

  /** No cycle is stopped. */
  get isEmpty(): boolean {
    return this.#stops.size === 0;
  }

  stopOf(strategy: string): StrategyStop | undefined {
    return this.#stops.get(strategyKey(strategy));
  }

  /** A try of the cycle ended. Answers the stop when this was one too many. */
  ended(strategy: string, isProfit: boolean, nowUs: TimeUs, limits: RiskLimits): StrategyStop | undefined {
    const key = strategyKey(strategy);
    if (isProfit) {
      this.#tries.delete(key);
      return undefined;
    }
    const tries = this.#tries.get(key) ?? [];
    this.#tries.set(key, tries);
    tries.push(nowUs);
    const windowUs = limits.repeatWindowS * US_PER_SECOND;
    while (tries.length > limits.maxRepeats || nowUs - (tries[0] ?? nowUs) > windowUs) tries.shift();
    if (tries.length < limits.maxRepeats || this.#stops.has(key)) return undefined;
    const reason = `${tries.length} tries in ${limits.repeatWindowS} s without a profit`;
    const stop = { strategy, reason, sinceUs: nowUs };
    this.#stops.set(key, stop);
    return stop;
  }

  /** An operator stops the cycle. False when it was stopped already. */
  stop(stop: StrategyStop): boolean {
    const key = strategyKey(stop.strategy);
    if (this.#stops.has(key)) return false;
    this.#stops.set(key, stop);
    return true;
  }

  /** An operator enables the cycle again. Answers its stop; undefined: it was not stopped. */
  enable(strategy: string): StrategyStop | undefined {
    const key = strategyKey(strategy);
    const stop = this.#stops.get(key);
    this.#tries.delete(key);
    this.#stops.delete(key);
    return stop;
  }
}
