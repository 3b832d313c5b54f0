/**
 * Policies of three actions (flat, long, short) by Q-learning, in a table or in a network. They learn on replayed bars, with the next bar's return less costs as
 * the reward, and are judged on later ones without exploring. The end of an episode is a cut, not an end: it bootstraps.
 */
import { recordOf } from '../backtest/strategy/verdict.ts';
import { SeededRandom } from '../lib/random.ts';
import { formatTimeUs } from '../domain/time.ts';
import { UserError } from '../domain/errors.ts';
import type { FeatureSet } from '../features/feature-set.ts';
import { DeepQ } from '../models/deep-q.ts';
import { deciles } from '../models/drift.ts';
import { TabularQ } from '../models/q-learning.ts';
import { rolls, type Stretch } from '../models/walk-forward.ts';
import { type Dataset, moveBps } from './dataset.ts';
import { HIGHER_COSTS, nextMove, sharpeOf } from './earnings.ts';
import { rowOf, spreadOf } from './fit.ts';
import type { Tried } from '../backtest/strategy/tried-data.ts';
import { type Judgement, type SplitRecord, verdictOf } from './judgement.ts';
import { actionValues, type ModelFile, networkRow, type QPredictor, stateOf } from './model-file.ts';
import { modelHead, smokeOf } from './train.ts';
import type { TrainingSpec } from './training-spec.ts';
import { type Epoch, type TrainingWatch, UNWATCHED } from './watch-training.ts';

/** By action. */
const POSITIONS = [0, 1, -1] as const;
/** A table of more features has more states than a market has bars. */
const MOST_TABLE_FEATURES = 4;
/** Rewards are counted in this many bps, so that they are near one. */
const REWARD_BPS = 20;
/** Fewer changes of position decide nothing. */
const LEAST_CHANGES = 30;

export type PolicyJudgement = SplitRecord & {
  readonly rolls: readonly {
    readonly fitRows: number;
    readonly judgeRows: number;
    readonly judgeFrom: string;
    readonly judgeTo: string;
    readonly netBps: number;
  }[];
  readonly rows: number;
  readonly changes: number;
  readonly grossBps: number;
  readonly netBps: number;
  /** What of the net positions below 0 earned. */
  readonly shortNetBps: number;
  /** Of the judged rows, bought once and sold once. */
  readonly buyAndHoldBps: number;
  /** The same positions at costs half as high again, and each one bar later. */
  readonly higherCostsNetBps: number;
  readonly lateNetBps: number;
  /** Of what the changes of position earned before costs, in standard errors: the mean position is taken off, so that a market's drift is no skill. */
  readonly t: number;
  /** Of one bar net of costs; null without a spread. */
  readonly sharpe: number | null;
  readonly sharpeRecord: Judgement['sharpeRecord'];
};

/** @throws UserError where the rows do not suffice, or a table would be too large. */
export function trainPolicy(
  spec: TrainingSpec,
  set: FeatureSet,
  data: Dataset,
  barSeconds: number,
  watch: TrainingWatch = UNWATCHED,
): {
  readonly model: ModelFile;
  readonly judgement: PolicyJudgement;
  readonly epochs: readonly Epoch[];
} {
  if (spec.kind === 'q' && set.names.length > MOST_TABLE_FEATURES) {
    throw new UserError({
      code: 'bad-spec',
      field: 'features',
      value: String(set.names.length),
      message: `are more than the ${MOST_TABLE_FEATURES} that a table can have`,
      remedy: 'Take fewer, or the kind dqn.',
    });
  }
  const embargoBars = spec.embargoBars ?? spec.horizonBars;
  const plan = rolls(data.labelEnds, spec.folds, embargoBars);
  const held: HeldRow[] = [];
  const returns: number[] = [];
  let [gross, net, short, changes, late] = [0, 0, 0, 0, 0];
  const { episodes } = spec.policy;
  const at = (fitNumber: number, epoch: number, latest?: Epoch): void =>
    watch.onStep({ fit: fitNumber, fits: plan.length + 1, epoch, epochs: episodes, latest });
  const results = plan.map((roll, number) => {
    // Nothing is calibrated: what comes before the judged rows is learnt from.
    const learnt = { from: 0, to: roll.calibrate.to };
    const predictor = watch.once(`roll ${number}`, () =>
      learn(spec, data, learnt, (episode) => at(number + 1, episode)),
    );
    at(number + 1, episodes);
    const result = follow(predictor, data, roll.judge, spec.costBps);
    held.push(...result.held);
    returns.push(...result.returns);
    gross += result.grossBps;
    net += result.netBps;
    short += result.shortNetBps;
    late += result.lateNetBps;
    changes += result.changes;
    return {
      fitRows: learnt.to,
      judgeRows: roll.judge.to - roll.judge.from,
      judgeFrom: formatTimeUs(data.endUs[roll.judge.from] as number),
      judgeTo: formatTimeUs(data.endUs[roll.judge.to - 1] as number),
      netBps: result.netBps,
    };
  });
  const judge = plan.at(-1)?.judge ?? { from: data.rows, to: data.rows };
  const epochs: Epoch[] = [];
  const predictor = learn(spec, data, { from: 0, to: judge.from }, (episode, latest) => {
    // Shown, and decides nothing: the last episode is the model, whatever it earned here.
    const followed = follow(latest(), data, judge, spec.costBps);
    const sharpe = sharpeOf(Float64Array.from(followed.returns));
    epochs.push({ epoch: episode, loss: null, validationLoss: null, sharpe });
    // Rows that are judged: not shown before the verdict.
    at(plan.length + 1, episode);
  });
  const { sharpe, record } = recordOf(Float64Array.from(returns));
  return {
    model: {
      ...modelHead(spec, set, data, barSeconds),
      predictor,
      calibrator: null,
      smoke: smokeOf({ predictor, calibrator: null }, data, [0]),
    },
    epochs,
    judgement: {
      rolls: results,
      rows: held.length,
      changes,
      grossBps: gross,
      netBps: net,
      shortNetBps: short,
      buyAndHoldBps: held.reduce((sum, { moveBps: move }) => sum + move, 0) - 2 * spec.costBps,
      higherCostsNetBps: gross - HIGHER_COSTS * (gross - net),
      lateNetBps: late,
      t: timingT(held),
      sharpe,
      sharpeRecord: record,
      embargoBars,
      labelBars: 1,
    },
  };
}

export type HeldRow = { readonly position: number; readonly moveBps: number };

/** Whether the position was larger when the price rose, in standard errors. One that never changes times nothing. */
export function timingT(held: readonly HeldRow[]): number {
  const count = held.length;
  const meanPosition = held.reduce((sum, { position }) => sum + position, 0) / count;
  const gains = held.map(({ position, moveBps: move }) => (position - meanPosition) * move);
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / count;
  const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, count - 1) / count);
  return error > 0 ? mean / error : 0;
}

export type JudgedPolicy = PolicyJudgement &
  Pick<Judgement, 'p' | 'trials' | 'trialsElsewhere' | 'deflatedSharpe' | 'verdict' | 'text'>;

export function judgePolicy(judgement: PolicyJudgement, tried: Tried): JudgedPolicy {
  const how = `in ${judgement.changes} changes of position`;
  return { ...judgement, ...verdictOf(judgement, tried, how, judgement.changes >= LEAST_CHANGES) };
}

/** @param onEpisode with what gives the policy as it is then. */
function learn(
  spec: TrainingSpec,
  data: Dataset,
  { from, to }: Stretch,
  onEpisode: (episode: number, latest: () => QPredictor) => void,
): QPredictor {
  const { episodes, gamma, alpha, hidden, rate } = spec.policy;
  const { columns } = data;
  const rows = data.values.subarray(from * columns, to * columns);
  const reward = (row: number, action: number, before: number): number => {
    const position = POSITIONS[action] as number;
    return (position * moveBps(data, row) - Math.abs(position - before) * spec.costBps) / REWARD_BPS;
  };
  const epsilonOf = (episode: number): number => Math.max(0.05, 1 - episode / Math.max(1, episodes - 1));
  if (spec.kind === 'q') {
    const random = new SeededRandom(spec.seed);
    const cuts = Array.from({ length: columns }, (_, column) =>
      deciles(
        Float64Array.from({ length: to - from }, (__, at) => rows[at * columns + column] as number),
        5,
      ),
    );
    const table = new TabularQ(
      cuts.reduce((product, own) => product * (own.length + 1), 3),
      3,
    );
    const latest = (): QPredictor => ({ kind: 'q', cuts, values: [...table.values] });
    for (let episode = 0; episode < episodes; episode++) {
      let position = 0;
      for (let row = from; row + 1 < to; row++) {
        const state = stateOf(cuts, rowOf(data, row), position);
        const action = random.next() < epsilonOf(episode) ? random.integer(0, 2) : table.greedy(state);
        const earned = reward(row, action, position);
        position = POSITIONS[action] as number;
        table.update(
          state,
          action,
          earned,
          stateOf(cuts, rowOf(data, row + 1), position),
          false,
          alpha,
          gamma,
        );
      }
      onEpisode(episode + 1, latest);
    }
    return latest();
  }
  const { means, deviations } = spreadOf(rows, columns);
  const learner = new DeepQ({
    inputs: columns + 3,
    hidden,
    actions: 3,
    gamma,
    rate,
    batch: 16,
    capacity: 5_000,
    follow: 200,
    seed: spec.seed,
  });
  const latest = (): QPredictor => {
    const { sizes, weights, biases } = learner.network.state;
    return {
      kind: 'dqn',
      means,
      deviations,
      network: {
        sizes: [...sizes],
        weights: weights.map((each) => [...each]),
        biases: biases.map((each) => [...each]),
      },
    };
  };
  for (let episode = 0; episode < episodes; episode++) {
    let position = 0;
    let state = networkRow({ means, deviations }, rowOf(data, from), position);
    for (let row = from; row + 1 < to; row++) {
      const action = learner.act(state, epsilonOf(episode));
      const earned = reward(row, action, position);
      position = POSITIONS[action] as number;
      const next = networkRow({ means, deviations }, rowOf(data, row + 1), position);
      learner.remember({ state, action, reward: earned, next, isTerminal: false });
      learner.learn();
      state = next;
    }
    onEpisode(episode + 1, latest);
  }
  return latest();
}

/** Without exploring. */
export function follow(predictor: QPredictor, data: Dataset, { from, to }: Stretch, costBps: number) {
  let [position, grossBps, costs, changes, shortNetBps, lateGrossBps] = [0, 0, 0, 0, 0, 0];
  const held: HeldRow[] = [];
  const returns: number[] = [];
  for (let row = from; row < to; row++) {
    const values = actionValues(predictor, [...rowOf(data, row), position]);
    const wanted = POSITIONS[values.indexOf(Math.max(...values))] as number;
    const cost = Math.abs(wanted - position) * costBps;
    costs += cost;
    shortNetBps -= Math.abs(Math.min(wanted, 0) - Math.min(position, 0)) * costBps;
    if (wanted !== position) changes++;
    position = wanted;
    const move = moveBps(data, row);
    held.push({ position, moveBps: move });
    returns.push(position * move - cost);
    grossBps += position * move;
    lateGrossBps += position === 0 ? 0 : position * nextMove(data, row);
    if (position < 0) shortNetBps += position * move;
  }
  costs += Math.abs(position) * costBps;
  if (position < 0) shortNetBps += position * costBps;
  const netBps = grossBps - costs;
  return { held, returns, grossBps, netBps, shortNetBps, changes, lateNetBps: lateGrossBps - costs };
}
