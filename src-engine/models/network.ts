/**
 * A small network of dense layers with ReLU between them, trained by Adam (D. Kingma and J. Ba, 2015). In doubles and in a fixed order of sums, so
 * that the same seed and rows give the same weights.
 */
import { SeededRandom } from '../lib/random.ts';

export type NetworkWeights = {
  readonly sizes: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly (readonly number[])[];
};

export class Network {
  readonly sizes: readonly number[];
  readonly #weights: Float64Array[];
  readonly #biases: Float64Array[];
  readonly #layers: Float64Array[];
  readonly #slopes: Float64Array[];

  /** @param sizes inputs, hidden layers, outputs. */
  constructor(sizes: readonly number[], seed: number) {
    const random = new SeededRandom(seed);
    this.sizes = sizes;
    this.#weights = sizes.slice(1).map((out, at) => {
      const inputs = sizes[at] as number;
      // He's spread, uniform: no logarithm of Math is in it.
      const reach = Math.sqrt(6 / inputs);
      return Float64Array.from({ length: out * inputs }, () => (2 * random.next() - 1) * reach);
    });
    this.#biases = sizes.slice(1).map((out) => new Float64Array(out));
    this.#layers = sizes.map((size) => new Float64Array(size));
    this.#slopes = sizes.map((size) => new Float64Array(size));
  }

  get parameters(): Float64Array[] {
    return [...this.#weights, ...this.#biases];
  }

  copyFrom(other: Network): void {
    other.parameters.forEach((values, at) => (this.parameters[at] as Float64Array).set(values));
  }

  get state(): NetworkWeights {
    return {
      sizes: this.sizes,
      weights: this.#weights.map((each) => [...each]),
      biases: this.#biases.map((each) => [...each]),
    };
  }

  static from({ sizes, weights, biases }: NetworkWeights): Network {
    const network = new Network(sizes, 0);
    weights.forEach((each, at) => (network.#weights[at] as Float64Array).set(each));
    biases.forEach((each, at) => (network.#biases[at] as Float64Array).set(each));
    return network;
  }

  /** The outputs: valid until the next call. */
  forward(inputs: ArrayLike<number>): Float64Array {
    const layers = this.#layers;
    (layers[0] as Float64Array).set(inputs);
    for (let layer = 0; layer + 1 < layers.length; layer++) {
      const [from, to] = [layers[layer] as Float64Array, layers[layer + 1] as Float64Array];
      const [weights, biases] = [this.#weights[layer] as Float64Array, this.#biases[layer] as Float64Array];
      const isLast = layer + 2 === layers.length;
      for (let out = 0; out < to.length; out++) {
        let sum = biases[out] as number;
        const row = out * from.length;
        for (let at = 0; at < from.length; at++) sum += (weights[row + at] as number) * (from[at] as number);
        to[out] = isLast || sum > 0 ? sum : 0;
      }
    }
    return layers.at(-1) as Float64Array;
  }

  /** Adds the gradients of the last `forward` to `into`, which is as `parameters`. @param slopes of the loss by each output. */
  backward(slopes: ArrayLike<number>, into: readonly Float64Array[]): void {
    const layers = this.#layers;
    (this.#slopes.at(-1) as Float64Array).set(slopes);
    for (let layer = layers.length - 2; layer >= 0; layer--) {
      const [from, slope] = [layers[layer] as Float64Array, this.#slopes[layer + 1] as Float64Array];
      const [weights, before] = [this.#weights[layer] as Float64Array, this.#slopes[layer] as Float64Array];
      const [weightSlopes, biasSlopes] = [
        into[layer] as Float64Array,
        into[this.#weights.length + layer] as Float64Array,
      ];
      before.fill(0);
      for (let out = 0; out < slope.length; out++) {
        const value = slope[out] as number;
        if (value === 0) continue;
        biasSlopes[out] = (biasSlopes[out] as number) + value;
        const row = out * from.length;
        for (let at = 0; at < from.length; at++) {
          weightSlopes[row + at] = (weightSlopes[row + at] as number) + value * (from[at] as number);
          before[at] = (before[at] as number) + value * (weights[row + at] as number);
        }
      }
      // ReLU: nothing passes where nothing came out. The inputs themselves have none.
      if (layer > 0) for (let at = 0; at < from.length; at++) if ((from[at] as number) <= 0) before[at] = 0;
    }
  }
}

/** Adam's step over arrays of parameters. */
export class Adam {
  readonly #rate: number;
  readonly #first: Float64Array[];
  readonly #second: Float64Array[];
  #first1 = 1;
  #second1 = 1;

  constructor(parameters: readonly Float64Array[], rate: number) {
    this.#rate = rate;
    this.#first = parameters.map(({ length }) => new Float64Array(length));
    this.#second = parameters.map(({ length }) => new Float64Array(length));
  }

  /** Gradients are zeroed for the next batch. */
  step(parameters: readonly Float64Array[], gradients: readonly Float64Array[], epsilon = 1e-7): void {
    this.#first1 *= 0.9;
    this.#second1 *= 0.999;
    const rate = (this.#rate * Math.sqrt(1 - this.#second1)) / (1 - this.#first1);
    for (let part = 0; part < parameters.length; part++) {
      const [values, slopes] = [parameters[part] as Float64Array, gradients[part] as Float64Array];
      const [first, second] = [this.#first[part] as Float64Array, this.#second[part] as Float64Array];
      for (let at = 0; at < values.length; at++) {
        const slope = slopes[at] as number;
        first[at] = 0.9 * (first[at] as number) + 0.1 * slope;
        second[at] = 0.999 * (second[at] as number) + 0.001 * slope * slope;
        values[at] =
          (values[at] as number) -
          (rate * (first[at] as number)) / (Math.sqrt(second[at] as number) + epsilon);
      }
      slopes.fill(0);
    }
  }
}
