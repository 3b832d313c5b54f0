/** Q-learning, deep Q, LSTM and hidden Markov models against published answers, and against derivatives by hand. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { filtered, smoothed, viterbi } from '../statistics/hidden-markov.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { DeepQ, huber, huberSlope, targetOf } from './deep-q.ts';
import { Lstm, trainLstm } from './lstm.ts';
import { Network } from './network.ts';
import { TabularQ } from './q-learning.ts';

describe('Q-learning', () => {
  it.runIf(HAS_SHARED_DATA)('gives the updates by hand, step by step', () => {
    type Case = {
      steps: { s: number; a: number; r: number; s2: number; done: boolean }[];
      expected_Q_after_each: number[][];
    };
    const { cases } = JSON.parse(
      readFileSync(sharedFile('known-answers/models/q-learning.json'), 'utf8'),
    ) as { cases: unknown[] };
    const { steps, expected_Q_after_each: expected } = cases[2] as Case;
    const q = new TabularQ(3, 2);
    steps.forEach(({ s, a, r, s2, done }, at) => {
      q.update(s, a, r, s2, done, 0.5, 0.9);
      expected[at]?.forEach((value, place) => expect(q.values[place]).toBeCloseTo(value, 12));
    });
  });

  it('finds the way over the frozen lake (4 × 4, not slippery): worth 0.9^5 at the start, six steps long', () => {
    const lake = 'SFFFFHFHFFFHHFFG';
    const move = (state: number, action: number): number => {
      const [row, column] = [Math.floor(state / 4), state % 4];
      const [down, right] = [
        [0, -1],
        [1, 0],
        [0, 1],
        [-1, 0],
      ][action] as [number, number];
      return Math.max(0, Math.min(3, row + down)) * 4 + Math.max(0, Math.min(3, column + right));
    };
    const q = new TabularQ(16, 4);
    const random = new SeededRandom(1);
    for (let episode = 0; episode < 6_000; episode++) {
      let state = 0;
      for (let step = 0; step < 100 && !'HG'.includes(lake[state] as string); step++) {
        const action = random.integer(0, 3);
        const next = move(state, action);
        q.update(
          state,
          action,
          lake[next] === 'G' ? 1 : 0,
          next,
          'HG'.includes(lake[next] as string),
          0.5,
          0.9,
        );
        state = next;
      }
    }
    expect(q.best(0)).toBeCloseTo(0.59049, 7);
    let [state, steps] = [0, 0];
    while (lake[state] !== 'G' && steps < 20) {
      state = move(state, q.greedy(state));
      steps++;
    }
    expect(steps).toBe(6);
  });

  it('gives the optimal values of Sutton and Barto’s gridworld (figure 3.5)', () => {
    const q = new TabularQ(25, 4);
    for (let sweep = 0; sweep < 200; sweep++) {
      for (let state = 0; state < 25; state++) {
        for (let action = 0; action < 4; action++) {
          const [row, column] = [Math.floor(state / 5), state % 5];
          const [down, right] = [
            [0, -1],
            [1, 0],
            [0, 1],
            [-1, 0],
          ][action] as [number, number];
          const [nextRow, nextColumn] = [row + down, column + right];
          const isOff = nextRow < 0 || nextRow > 4 || nextColumn < 0 || nextColumn > 4;
          const [reward, next] =
            state === 1
              ? [10, 21]
              : state === 3
                ? [5, 13]
                : isOff
                  ? [-1, state]
                  : [0, nextRow * 5 + nextColumn];
          q.update(state, action, reward, next, false, 1, 0.9);
        }
      }
    }
    [21.977485, 24.419428, 21.977485, 19.419428, 17.477485].forEach((value, state) =>
      expect(q.best(state)).toBeCloseTo(value, 5),
    );
    expect(q.best(24)).toBeCloseTo(11.679737, 5);
    expect(() => q.update(25, 0, 0, 0, false, 1, 1)).toThrow(/no action 0 in state 25/);
    expect(() => q.update(0, 0, Number.NaN, 0, false, 1, 1)).toThrow(/the reward NaN/);
  });
});

describe('deep Q', () => {
  it('has the targets and losses by hand', () => {
    expect([
      targetOf(1, [2, 3], false, 0.9),
      targetOf(0, [5, 1], true, 0.9),
      targetOf(-1, [4, 4], false, 0.9),
    ]).toEqual([3.7, 0, 2.6]);
    expect([0.5, -2, 1].map((error) => huber(error))).toEqual([0.125, 1.5, 0.5]);
    expect([0.5, -2, 1].map((error) => huberSlope(error))).toEqual([0.5, -1, 1]);
  });

  it('learns what actions are worth, the same with the same seed', () => {
    const learn = (): readonly number[] => {
      const learner = new DeepQ({
        inputs: 2,
        hidden: [8],
        actions: 2,
        gamma: 0,
        rate: 0.01,
        batch: 16,
        capacity: 500,
        follow: 20,
        seed: 1,
      });
      for (let at = 0; at < 1_500; at++) {
        const state = Float64Array.of(((at * 7) % 10) / 10 - 0.45, ((at * 3) % 10) / 10 - 0.45);
        learner.remember({
          state,
          action: at % 2,
          reward: state[at % 2] as number,
          next: state,
          isTerminal: true,
        });
        learner.learn();
      }
      return [...learner.network.forward([0.4, -0.3])];
    };
    const values = learn();
    expect(values[0]).toBeCloseTo(0.4, 2);
    expect(values[1]).toBeCloseTo(-0.3, 2);
    expect(learn()).toEqual(values);
  });

  it('a network has the slopes that small differences show', () => {
    const network = new Network([3, 4, 2], 3);
    const gradients = network.parameters.map(({ length }) => new Float64Array(length));
    const inputs = [0.3, -0.5, 0.9];
    const loss = (): number => {
      const [a = 0, b = 0] = network.forward(inputs);
      return a * a - 3 * b;
    };
    loss();
    network.backward([2 * (network.forward(inputs)[0] as number), -3], gradients);
    compareSlopes(network.parameters, gradients, loss);
  });
});

function compareSlopes(
  parameters: readonly Float64Array[],
  gradients: readonly Float64Array[],
  loss: () => number,
): void {
  parameters.forEach((values, part) =>
    values.forEach((value, at) => {
      values[at] = value + 1e-6;
      const above = loss();
      values[at] = value - 1e-6;
      const below = loss();
      values[at] = value;
      expect((above - below) / 2e-6).toBeCloseTo(gradients[part]?.[at] as number, 6);
    }),
  );
}

describe('LSTM', () => {
  it('has the forward pass of ONNX’s own test (test_lstm_defaults)', () => {
    const lstm = Lstm.from({
      inputs: 2,
      units: 3,
      kernel: Array.from({ length: 24 }, () => 0.1),
      recurrent: Array.from({ length: 36 }, () => 0.1),
      bias: Array.from({ length: 12 }, () => 0),
      out: [0, 0, 0],
      outBias: 0,
    });
    // One step each of a batch of three.
    for (const [row, value] of [
      [[1, 2], 0.09524119],
      [[3, 4], 0.25606444],
      [[5, 6], 0.40323774],
    ] as const) {
      expect([...lstm.hidden(row)].map((each) => Math.abs(each - value) < 1e-6)).toEqual([true, true, true]);
    }
  });

  it('has the slopes that small differences show, through time', () => {
    const lstm = new Lstm(2, 3, 5);
    const rows = Float64Array.of(0.3, -0.2, 0.5, 0.1, -0.7, 0.9);
    const gradients = lstm.parameters.map(({ length }) => new Float64Array(length));
    lstm.accumulate(rows, 1, 1, gradients);
    const room = lstm.parameters.map(({ length }) => new Float64Array(length));
    compareSlopes(lstm.parameters, gradients, () => lstm.accumulate(rows, 1, 1, room));
  });

  it('learns which sign came first, keeps the epoch with the least validation loss, and repeats', () => {
    const random = new SeededRandom(2);
    const make = (count: number) => {
      const sequences = Array.from({ length: count }, () =>
        Float64Array.from({ length: 5 }, () => random.normal()),
      );
      return { sequences, outcomes: sequences.map((rows) => ((rows[0] as number) > 0 ? 1 : 0)) };
    };
    const [train, validation] = [make(200), make(60)];
    const options = { inputs: 1, units: 6, epochs: 12, batch: 20, rate: 0.03, seed: 1, patience: 12 };
    const first = trainLstm(train.sequences, train.outcomes, validation, options);
    expect(Math.min(...first.epochs.map(({ validationLoss }) => validationLoss))).toBeLessThan(0.35);
    expect(trainLstm(train.sequences, train.outcomes, validation, options).lstm.state).toEqual(
      first.lstm.state,
    );
    expect(() => first.lstm.logit([])).toThrow(/has 0 values for steps of 1/);
  });
});

describe('hidden Markov models', () => {
  const umbrella = {
    transition: [
      [0.7, 0.3],
      [0.3, 0.7],
    ],
    start: [0.5, 0.5],
  };
  const seen = [
    [0.9, 0.2],
    [0.9, 0.2],
  ];

  it('filter and smooth the umbrella world (Russell and Norvig)', () => {
    const [first, second] = filtered(umbrella, seen);
    expect(first?.[0]).toBeCloseTo(0.8181818181818181, 9);
    expect(second?.[0]).toBeCloseTo(0.883357041251778, 9);
    expect(smoothed(umbrella, seen)[0]?.[0]).toBeCloseTo(0.883357041251778, 9);
  });

  it('find the most likely path of health and fever', () => {
    const chain = {
      transition: [
        [0.7, 0.3],
        [0.4, 0.6],
      ],
      start: [0.6, 0.4],
    };
    const { path, probability } = viterbi(chain, [
      [0.5, 0.1],
      [0.4, 0.3],
      [0.1, 0.6],
    ]);
    expect(path).toEqual([0, 0, 1]);
    expect(probability).toBeCloseTo(0.01512, 12);
  });

  it('the filter does not look ahead, and what no state can make changes nothing by itself', () => {
    const more = [...seen, [0.1, 0.8]];
    expect(filtered(umbrella, more).slice(0, 2)).toEqual(filtered(umbrella, seen));
    expect(filtered(umbrella, [[0, 0]])[0]).toEqual([0.5, 0.5]);
    expect(() => filtered({ ...umbrella, start: [0.5, 0.6] }, seen)).toThrow(
      /has probabilities that are none/,
    );
  });
});
