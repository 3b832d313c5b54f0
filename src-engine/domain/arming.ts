/** Whether a run that trades an account at a venue may begin anything: off until an operator arms it, and small at first. */
import type { DecimalText } from './decimal.ts';

/** `canary`: armed with a hundredth of the risk, until it has shown itself and an operator asks for all of it. */
export type ArmingState = 'disarmed' | 'canary' | 'armed';

/** Part of the limits on size, and of the loss at which trading halts, that a canary may use. */
export const CANARY_SHARE = 0.01;

/** Cycles that a canary must have completed before it may be armed in full. */
export const CANARY_CYCLES = 5;

/** What a canary has done since it was armed. Amounts in the home currency. */
export type CanaryRecord = {
  readonly completed: number;
  readonly neededCycles: number;
  /** Sum of the results of all of its cycles, fees included. */
  readonly result: DecimalText;
  /** Loss at which it is disarmed. */
  readonly budget: DecimalText;
};
