/**
 * Tabular reinforcement learning (R. Sutton and A. Barto, "Reinforcement learning", 2nd ed., 2018): Q-learning from single steps, and what a known
 * process is worth. A terminal step bootstraps nothing; one that a time limit cut off still does.
 */
import { UserError } from '../domain/errors.ts';

export class TabularQ {
  readonly states: number;
  readonly actions: number;
  /** By state, then action. */
  readonly values: Float64Array;

  constructor(states: number, actions: number) {
    if (
      !(
        Number.isInteger(states) &&
        Number.isInteger(actions) &&
        states > 0 &&
        actions > 0 &&
        states * actions <= 10_000_000
      )
    ) {
      throw refuse(`has ${states} states of ${actions} actions`);
    }
    this.states = states;
    this.actions = actions;
    this.values = new Float64Array(states * actions);
  }

  /** Q ← Q + α (r + γ max Q' − Q). @param isTerminal the next state is worth nothing. */
  update(
    state: number,
    action: number,
    reward: number,
    next: number,
    isTerminal: boolean,
    alpha: number,
    gamma: number,
  ): void {
    if (!Number.isFinite(reward)) throw refuse(`has the reward ${reward}`);
    const at = this.#place(state, action);
    const target = reward + (isTerminal ? 0 : gamma * this.best(next));
    this.values[at] = (this.values[at] as number) + alpha * (target - (this.values[at] as number));
  }

  best(state: number): number {
    return this.values[this.#place(state, this.greedy(state))] as number;
  }

  /** The first of the best. */
  greedy(state: number): number {
    let best = 0;
    for (let action = 1; action < this.actions; action++) {
      if (
        (this.values[this.#place(state, action)] as number) >
        (this.values[this.#place(state, best)] as number)
      )
        best = action;
    }
    return best;
  }

  #place(state: number, action: number): number {
    if (
      Number.isInteger(state) &&
      Number.isInteger(action) &&
      state >= 0 &&
      state < this.states &&
      action >= 0 &&
      action < this.actions
    ) {
      return state * this.actions + action;
    }
    throw refuse(`has no action ${action} in state ${state}`);
  }
}

function refuse(message: string): UserError {
  return new UserError({
    code: 'bad-training-data',
    field: 'Q-learning',
    message,
    remedy: 'Correct the states and actions.',
  });
}
