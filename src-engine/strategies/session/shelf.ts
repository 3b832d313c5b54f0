/** What the strategies of a session are found by, and how they reach what is outside of the kernel. */
import type { PredictionRequest } from '../../domain/prediction.ts';
import type { StrategyModule } from '../strategy-port.ts';

/** What can be run. */
export type StrategyShelf = {
  /** The strategy of this name and code, or undefined. */
  readonly find: (name: string, code: string) => StrategyModule | undefined;
  /** Processor time of this thread in µs, for the meter: absent in a replay, where nothing is metered. */
  readonly meterUs?: (() => number) | undefined;
  /** The time that passes, in µs, for what its calls wait: absent in a replay. */
  readonly clockUs?: (() => number) | undefined;
  /** Hears that a strategy took too long; it comes back as a command, so that a replay stops it at the same step. */
  readonly overBudget?: ((strategy: string, detail: string) => void) | undefined;
  /** Hears what a strategy asks a model outside; the answer comes back as a command. Absent in a replay, which has the answers of the session. */
  readonly ask?: ((request: PredictionRequest) => void) | undefined;
};
