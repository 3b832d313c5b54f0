/**
 * Deep Q-learning (V. Mnih et al., "Human-level control through deep reinforcement learning", Nature 518, 2015): a replay buffer, a target network that
 * follows at intervals, Huber's loss.
 */
import { SeededRandom } from '../lib/random.ts';
import { Adam, Network } from './network.ts';

/** r + γ max Q', and r alone after a terminal step. */
export function targetOf(
  reward: number,
  nextValues: ArrayLike<number>,
  isTerminal: boolean,
  gamma: number,
): number {
  if (isTerminal) return reward;
  let best = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < nextValues.length; at++) best = Math.max(best, nextValues[at] as number);
  return reward + gamma * best;
}

/** Squared near zero, straight beyond `delta`. */
export function huber(error: number, delta = 1): number {
  const size = Math.abs(error);
  return size <= delta ? (error * error) / 2 : delta * (size - delta / 2);
}

export function huberSlope(error: number, delta = 1): number {
  return Math.max(-delta, Math.min(delta, error));
}

export type Transition = {
  readonly state: Float64Array;
  readonly action: number;
  readonly reward: number;
  readonly next: Float64Array;
  readonly isTerminal: boolean;
};

export type DeepQOptions = {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly actions: number;
  readonly gamma: number;
  readonly rate: number;
  readonly batch: number;
  readonly capacity: number;
  /** Steps of learning between two copies to the target network. */
  readonly follow: number;
  readonly seed: number;
};

export class DeepQ {
  readonly network: Network;
  readonly #target: Network;
  readonly #options: DeepQOptions;
  readonly #buffer: Transition[] = [];
  readonly #random: SeededRandom;
  readonly #adam: Adam;
  readonly #gradients: Float64Array[];
  #next = 0;
  #steps = 0;

  constructor(options: DeepQOptions) {
    const sizes = [options.inputs, ...options.hidden, options.actions];
    this.#options = options;
    this.network = new Network(sizes, options.seed);
    this.#target = new Network(sizes, options.seed);
    this.#target.copyFrom(this.network);
    this.#random = new SeededRandom(options.seed, 1);
    this.#adam = new Adam(this.network.parameters, options.rate);
    this.#gradients = this.network.parameters.map(({ length }) => new Float64Array(length));
  }

  /** With probability epsilon any action, else the best. */
  act(state: ArrayLike<number>, epsilon: number): number {
    if (epsilon > 0 && this.#random.next() < epsilon)
      return this.#random.integer(0, this.#options.actions - 1);
    const values = this.network.forward(state);
    let best = 0;
    for (let action = 1; action < values.length; action++)
      if ((values[action] as number) > (values[best] as number)) best = action;
    return best;
  }

  remember(transition: Transition): void {
    this.#buffer[this.#next] = transition;
    this.#next = (this.#next + 1) % this.#options.capacity;
  }

  /** One batch out of the buffer. @returns its mean loss; undefined while there are too few. */
  learn(): number | undefined {
    const { batch, gamma, follow } = this.#options;
    if (this.#buffer.length < batch) return undefined;
    let loss = 0;
    const slopes = new Float64Array(this.#options.actions);
    for (let at = 0; at < batch; at++) {
      const { state, action, reward, next, isTerminal } = this.#buffer[
        this.#random.integer(0, this.#buffer.length - 1)
      ] as Transition;
      const target = targetOf(reward, this.#target.forward(next), isTerminal, gamma);
      const error = (this.network.forward(state)[action] as number) - target;
      loss += huber(error) / batch;
      slopes.fill(0);
      slopes[action] = huberSlope(error) / batch;
      this.network.backward(slopes, this.#gradients);
    }
    this.#adam.step(this.network.parameters, this.#gradients);
    if (++this.#steps % follow === 0) this.#target.copyFrom(this.network);
    return loss;
  }
}
