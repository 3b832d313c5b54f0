/**
 * A long short-term memory (S. Hochreiter and J. Schmidhuber, 1997; with forget gate, Gers et al., 2000) with one logistic output after its last step. Gates
 * are kept in the order input, forget, cell, output (that of Keras); recurrent activation is the logistic function, not the hard one of tfjs.
 */
import { UserError } from '../domain/errors.ts';
import { logistic, softplus, tanh } from '../lib/elementary.ts';
import { SeededRandom } from '../lib/random.ts';
import { Adam } from './network.ts';

export type LstmWeights = {
  readonly inputs: number;
  readonly units: number;
  /** Gate by gate, unit by unit: 4H × I. */
  readonly kernel: readonly number[];
  /** 4H × H. */
  readonly recurrent: readonly number[];
  readonly bias: readonly number[];
  readonly out: readonly number[];
  readonly outBias: number;
};

const GATES = 4;
export const MAX_UNITS = 256;
const MAX_STEPS = 1_000;

export class Lstm {
  readonly inputs: number;
  readonly units: number;
  readonly kernel: Float64Array;
  readonly recurrent: Float64Array;
  readonly bias: Float64Array;
  readonly out: Float64Array;
  readonly outBias = new Float64Array(1);

  /** @throws UserError beyond its bounds. */
  constructor(inputs: number, units: number, seed: number) {
    if (
      !(
        Number.isInteger(inputs) &&
        Number.isInteger(units) &&
        inputs > 0 &&
        units > 0 &&
        units <= MAX_UNITS &&
        inputs <= 4_096
      )
    ) {
      throw refuse(`has ${inputs} inputs and ${units} units`);
    }
    this.inputs = inputs;
    this.units = units;
    const random = new SeededRandom(seed);
    const spread = (length: number, ins: number, outs: number): Float64Array => {
      const reach = Math.sqrt(6 / (ins + outs));
      return Float64Array.from({ length }, () => (2 * random.next() - 1) * reach);
    };
    this.kernel = spread(GATES * units * inputs, inputs, units);
    this.recurrent = spread(GATES * units * units, units, units);
    // The forget gate begins open.
    this.bias = Float64Array.from({ length: GATES * units }, (_, at) =>
      Math.floor(at / units) === 1 ? 1 : 0,
    );
    this.out = spread(units, units, 1);
  }

  static from(stored: LstmWeights): Lstm {
    const lstm = new Lstm(stored.inputs, stored.units, 0);
    for (const name of ['kernel', 'recurrent', 'bias', 'out'] as const) {
      if (stored[name].length !== lstm[name].length)
        throw refuse(`has ${stored[name].length} weights in ${name}, not ${lstm[name].length}`);
      if (!stored[name].every(Number.isFinite)) throw refuse(`has a weight in ${name} that is no number`);
      lstm[name].set(stored[name]);
    }
    lstm.outBias[0] = stored.outBias;
    return lstm;
  }

  get state(): LstmWeights {
    const { inputs, units, kernel, recurrent, bias, out } = this;
    return {
      inputs,
      units,
      kernel: [...kernel],
      recurrent: [...recurrent],
      bias: [...bias],
      out: [...out],
      outBias: this.outBias[0] as number,
    };
  }

  get parameters(): Float64Array[] {
    return [this.kernel, this.recurrent, this.bias, this.out, this.outBias];
  }

  /** Hidden states after each step, one row a step. @param rows steps × inputs. */
  hidden(rows: ArrayLike<number>): Float64Array {
    const run = this.#run(rows);
    return run.hidden.slice(this.units);
  }

  /** Logit after the last step. */
  logit(rows: ArrayLike<number>): number {
    const { hidden, steps } = this.#run(rows);
    return this.#dense(hidden, steps * this.units);
  }

  /** Adds the gradients of the logistic loss of one sequence to `into`, times `share`. @returns the loss. */
  accumulate(rows: ArrayLike<number>, outcome: number, share: number, into: readonly Float64Array[]): number {
    const { units, inputs } = this;
    const run = this.#run(rows);
    const { hidden, cells, gates, steps } = run;
    const logit = this.#dense(hidden, steps * units);
    const [kernel, recurrent, bias, out, outBias] = into as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const slope = (logistic(logit) - outcome) * share;
    const hiddenSlope = new Float64Array(units);
    for (let unit = 0; unit < units; unit++) {
      add(out, unit, slope * (hidden[steps * units + unit] as number));
      hiddenSlope[unit] = slope * (this.out[unit] as number);
    }
    add(outBias, 0, slope);
    const cellSlope = new Float64Array(units);
    const gateSlope = new Float64Array(GATES * units);
    for (let step = steps - 1; step >= 0; step--) {
      const from = step * GATES * units;
      for (let unit = 0; unit < units; unit++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[from + gate * units + unit] as number) as [
          number,
          number,
          number,
          number,
        ];
        const squashed = tanh(cells[(step + 1) * units + unit] as number);
        const d = (cellSlope[unit] as number) + (hiddenSlope[unit] as number) * o * (1 - squashed * squashed);
        gateSlope[unit] = d * g * i * (1 - i);
        gateSlope[units + unit] = d * (cells[step * units + unit] as number) * f * (1 - f);
        gateSlope[2 * units + unit] = d * i * (1 - g * g);
        gateSlope[3 * units + unit] = (hiddenSlope[unit] as number) * squashed * o * (1 - o);
        cellSlope[unit] = d * f;
      }
      hiddenSlope.fill(0);
      for (let gate = 0; gate < GATES * units; gate++) {
        const value = gateSlope[gate] as number;
        add(bias, gate, value);
        for (let at = 0; at < inputs; at++)
          add(kernel, gate * inputs + at, value * (rows[step * inputs + at] as number));
        for (let unit = 0; unit < units; unit++) {
          add(recurrent, gate * units + unit, value * (hidden[step * units + unit] as number));
          add(hiddenSlope, unit, value * (this.recurrent[gate * units + unit] as number));
        }
      }
    }
    return softplus(outcome === 1 ? -logit : logit);
  }

  #dense(hidden: Float64Array, from: number): number {
    let sum = this.outBias[0] as number;
    for (let unit = 0; unit < this.units; unit++)
      sum += (hidden[from + unit] as number) * (this.out[unit] as number);
    return sum;
  }

  /** States from before the first step on. */
  #run(rows: ArrayLike<number>) {
    const { units, inputs } = this;
    const steps = rows.length / inputs;
    if (!Number.isInteger(steps) || steps < 1 || steps > MAX_STEPS)
      throw refuse(`has ${rows.length} values for steps of ${inputs}`);
    const hidden = new Float64Array((steps + 1) * units);
    const cells = new Float64Array((steps + 1) * units);
    const gates = new Float64Array(steps * GATES * units);
    for (let step = 0; step < steps; step++) {
      const from = step * GATES * units;
      for (let gate = 0; gate < GATES * units; gate++) {
        let sum = this.bias[gate] as number;
        for (let at = 0; at < inputs; at++)
          sum += (this.kernel[gate * inputs + at] as number) * (rows[step * inputs + at] as number);
        for (let unit = 0; unit < units; unit++)
          sum += (this.recurrent[gate * units + unit] as number) * (hidden[step * units + unit] as number);
        gates[from + gate] = Math.floor(gate / units) === 2 ? tanh(sum) : logistic(sum);
      }
      for (let unit = 0; unit < units; unit++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[from + gate * units + unit] as number) as [
          number,
          number,
          number,
          number,
        ];
        const cell = f * (cells[step * units + unit] as number) + i * g;
        cells[(step + 1) * units + unit] = cell;
        hidden[(step + 1) * units + unit] = o * tanh(cell);
      }
    }
    return { hidden, cells, gates, steps };
  }
}

export type LstmTraining = {
  readonly lstm: Lstm;
  readonly epochs: readonly { readonly loss: number; readonly validationLoss: number }[];
};

/** Epochs over seeded orders; the weights of the epoch with the least loss on the validation sequences are kept. */
export function trainLstm(
  sequences: readonly Float64Array[],
  outcomes: ArrayLike<number>,
  validation: { readonly sequences: readonly Float64Array[]; readonly outcomes: ArrayLike<number> },
  {
    inputs,
    units,
    epochs,
    batch,
    rate,
    seed,
    patience,
    onEpoch,
  }: {
    inputs: number;
    units: number;
    epochs: number;
    batch: number;
    rate: number;
    seed: number;
    patience: number;
    /** After each epoch, with its logits of the validation sequences. */
    onEpoch?: (
      losses: { readonly loss: number; readonly validationLoss: number },
      logits: readonly number[],
    ) => void;
  },
): LstmTraining {
  const lstm = new Lstm(inputs, units, seed);
  const adam = new Adam(lstm.parameters, rate);
  const gradients = lstm.parameters.map(({ length }) => new Float64Array(length));
  const random = new SeededRandom(seed, 1);
  const order = Int32Array.from({ length: sequences.length }, (_, at) => at);
  const records: { loss: number; validationLoss: number }[] = [];
  let best = lstm.state;
  let least = Number.POSITIVE_INFINITY;
  let since = 0;
  for (let epoch = 0; epoch < epochs && since < patience; epoch++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = random.integer(0, at);
      const moved = order[at] as number;
      order[at] = order[other] as number;
      order[other] = moved;
    }
    let loss = 0;
    for (let from = 0; from < order.length; from += batch) {
      const to = Math.min(order.length, from + batch);
      for (let at = from; at < to; at++) {
        const row = order[at] as number;
        loss +=
          lstm.accumulate(
            sequences[row] as Float64Array,
            outcomes[row] as number,
            1 / (to - from),
            gradients,
          ) / order.length;
      }
      adam.step(lstm.parameters, gradients);
    }
    let validationLoss = 0;
    const logits: number[] = [];
    validation.sequences.forEach((rows, at) => {
      const logit = lstm.logit(rows);
      logits.push(logit);
      validationLoss +=
        softplus(validation.outcomes[at] === 1 ? -logit : logit) / validation.sequences.length;
    });
    records.push({ loss, validationLoss });
    onEpoch?.({ loss, validationLoss }, logits);
    if (validationLoss < least) {
      least = validationLoss;
      best = lstm.state;
      since = 0;
    } else since++;
  }
  return { lstm: Lstm.from(best), epochs: records };
}

function add(into: Float64Array, at: number, value: number): void {
  into[at] = (into[at] as number) + value;
}

function refuse(message: string): UserError {
  return new UserError({
    code: 'bad-model',
    field: 'LSTM',
    message,
    remedy: 'Give rows of its inputs, one a step.',
  });
}
