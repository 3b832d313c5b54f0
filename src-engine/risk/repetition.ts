/** Cycles that are stopped: by an operator, or tried again and again without profit, as a model that is wrong does not know it. */
import type { RiskLimits } from '../domain/limits.ts';
import type { StrategyStop } from '../domain/risk.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';

export class Repetitions {
  /** Times of the tries since the last profit, oldest first; never more than stop a cycle. */
  readonly #tries = new Map<string, TimeUs[]>();
  readonly #stops = new Map<string, StrategyStop>();

  constructor(stops: readonly StrategyStop[]) {
    for (const stop of stops) this.#stops.set(stop.strategy, stop);
  }

  get stops(): readonly StrategyStop[] {
    return [...this.#stops.values()];
  }

  /** No cycle is stopped. */
  get isEmpty(): boolean {
    return this.#stops.size === 0;
  }

  stopOf(strategy: string): StrategyStop | undefined {
    return this.#stops.get(strategy);
  }

  /** A try of the cycle ended. Answers the stop when this was one too many. */
  ended(strategy: string, isProfit: boolean, nowUs: TimeUs, limits: RiskLimits): StrategyStop | undefined {
    if (isProfit) {
      this.#tries.delete(strategy);
      return undefined;
    }
    const tries = this.#tries.get(strategy) ?? [];
    this.#tries.set(strategy, tries);
    tries.push(nowUs);
    const windowUs = limits.repeatWindowS * US_PER_SECOND;
    while (tries.length > limits.maxRepeats || nowUs - (tries[0] ?? nowUs) > windowUs) tries.shift();
    if (tries.length < limits.maxRepeats || this.#stops.has(strategy)) return undefined;
    const reason = `${tries.length} tries in ${limits.repeatWindowS} s without a profit`;
    const stop = { strategy, reason, sinceUs: nowUs };
    this.#stops.set(strategy, stop);
    return stop;
  }

  /** An operator stops the cycle. False when it was stopped already. */
  stop(stop: StrategyStop): boolean {
    if (this.#stops.has(stop.strategy)) return false;
    this.#stops.set(stop.strategy, stop);
    return true;
  }

  /** An operator enables the cycle again. True when it was stopped. */
  enable(strategy: string): boolean {
    this.#tries.delete(strategy);
    return this.#stops.delete(strategy);
  }
}
