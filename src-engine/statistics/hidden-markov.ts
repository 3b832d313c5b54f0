/**
 * Hidden Markov models: the filter (what is known at the time), the smoother and Viterbi's path (what is known afterwards). Only the filter may be
 * used for a decision: the others look ahead. (L. Rabiner, "A tutorial on hidden Markov models", 1989.)
 */
import { UserError } from '../domain/errors.ts';
import { exp, log } from '../lib/elementary.ts';

export type Chain = {
  readonly transition: readonly (readonly number[])[];
  readonly start: readonly number[];
};

/** One step of the filter: predicted by the chain, weighed by how likely each state makes what is seen. Into `state`. */
export function filterStep(
  transition: readonly (readonly number[])[],
  state: Float64Array,
  likelihoods: ArrayLike<number>,
  room: Float64Array,
): void {
  let sum = 0;
  for (let to = 0; to < state.length; to++) {
    let prior = 0;
    for (let from = 0; from < state.length; from++)
      prior += (state[from] as number) * (transition[from]?.[to] as number);
    room[to] = prior * (likelihoods[to] as number);
    sum += room[to] as number;
  }
  // What no state can make says nothing: the chain alone holds.
  for (let to = 0; to < state.length; to++)
    state[to] = sum > 0 ? (room[to] as number) / sum : (state[to] as number);
}

/** Probabilities of the states after each observation. @param isPrior the start is that before the first transition. */
export function filtered(
  { transition, start }: Chain,
  likelihoods: readonly (readonly number[])[],
  isPrior = true,
): number[][] {
  demand({ transition, start }, likelihoods);
  const state = Float64Array.from(start);
  const room = new Float64Array(start.length);
  const stay = start.map((_, row) => start.map((__, column) => (row === column ? 1 : 0)));
  return likelihoods.map((each, at) => {
    filterStep(at === 0 && !isPrior ? stay : transition, state, each, room);
    return [...state];
  });
}

/** Probabilities of the states with all observations known. */
export function smoothed(
  chain: Chain,
  likelihoods: readonly (readonly number[])[],
  isPrior = true,
): number[][] {
  const forward = filtered(chain, likelihoods, isPrior);
  let backward = chain.start.map(() => 1);
  const result: number[][] = [];
  for (let at = likelihoods.length - 1; at >= 0; at--) {
    const here = backward;
    const weighed = (forward[at] as number[]).map((value, state) => value * (here[state] as number));
    const sum = weighed.reduce((total, value) => total + value, 0);
    result.unshift(weighed.map((value) => value / sum));
    const next = chain.transition.map((row) =>
      row.reduce(
        (total, value, to) => total + value * (likelihoods[at]?.[to] as number) * (here[to] as number),
        0,
      ),
    );
    const scale = next.reduce((total, value) => total + value, 0);
    backward = next.map((value) => value / scale);
  }
  return result;
}

/** The most likely path, and its probability together with the observations. @param start of the first state itself. */
export function viterbi(
  { transition, start }: Chain,
  likelihoods: readonly (readonly number[])[],
): { readonly path: readonly number[]; readonly probability: number } {
  demand({ transition, start }, likelihoods);
  let scores = start.map((value, state) => log(value) + log(likelihoods[0]?.[state] as number));
  const from: number[][] = [];
  for (const each of likelihoods.slice(1)) {
    const origins: number[] = [];
    const before = scores;
    scores = start.map((_, to) => {
      let best = 0;
      for (let state = 1; state < start.length; state++) {
        const [a, b] = [state, best].map(
          (one) => (before[one] as number) + log(transition[one]?.[to] as number),
        ) as [number, number];
        if (a > b) best = state;
      }
      origins.push(best);
      return (before[best] as number) + log(transition[best]?.[to] as number) + log(each[to] as number);
    });
    from.push(origins);
  }
  let state = scores.indexOf(Math.max(...scores));
  const path = [state];
  const probability = exp(scores[state] as number);
  for (const origins of from.toReversed()) {
    state = origins[state] as number;
    path.unshift(state);
  }
  return { path, probability };
}

function demand({ transition, start }: Chain, likelihoods: readonly (readonly number[])[]): void {
  const isLaw = (values: readonly number[]): boolean =>
    values.length === start.length &&
    values.every((value) => value >= 0) &&
    Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-9;
  const fits =
    isLaw(start) &&
    transition.length === start.length &&
    transition.every(isLaw) &&
    likelihoods.length > 0 &&
    likelihoods.every((each) => each.length === start.length && each.every((value) => value >= 0));
  if (fits) return;
  throw new UserError({
    code: 'bad-model',
    field: 'hidden Markov model',
    message: 'has probabilities that are none, or of other states',
    remedy: 'Rows of transitions and the start must sum to 1.',
  });
}
