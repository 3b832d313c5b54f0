/**
 * An ensemble whose agent `model` is a model of the registry, in place of the one that learns as it goes. Its answer is a score as any agent's: what it is worth in this market is measured, and it
 * counts nothing without skill. It is pinned by its hash, as a strategy that is a model is.
 */
import { UserError } from '../domain/errors.ts';
import { FeatureSet } from '../features/feature-set.ts';
import { type Agent, HOUSE_AGENTS, SIGNALS } from '../strategies/ensemble/agents.ts';
import { ensembleOf } from '../strategies/ensemble/ensemble.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { type ModelFile, scoreOf } from './model-file.ts';

/** Kinds that answer to one row: what needs those before it, or says a position itself, has no score after each bar. */
export const VOTING_KINDS: readonly string[] = ['logistic', 'trees'];

/** @param name of the strategy. @throws UserError for a model that cannot vote. */
export function modelEnsemble(name: string, model: ModelFile): StrategyModule {
  const { features, featureSetId, horizonBars, predictor } = model;
  const refuse = (message: string): UserError =>
    new UserError({
      code: 'bad-model',
      field: 'name',
      value: name,
      message,
      remedy: 'Name a logistic model or boosted trees that were trained here: "train --help" says how.',
    });
  if (features === null || horizonBars === null)
    throw refuse(
      'does not name its features and its horizon: a model made elsewhere says what columns it has only',
    );
  if (new FeatureSet(features).id !== featureSetId)
    throw refuse('was made with features of another version: its set has another id now');
  if (predictor.kind !== 'logistic' && predictor.kind !== 'trees')
    throw refuse(`is of the kind ${predictor.kind}, which gives no score for a single row`);
  if (predictor.kind === 'trees' && predictor.groups !== 1) throw refuse('answers with several classes');
  const signals: readonly string[] = SIGNALS;
  const more = features.filter((feature) => !signals.includes(feature));
  const columns = features.map((feature) => [...signals, ...more].indexOf(feature));
  const values = new Float64Array(columns.length);
  const agent: Agent = {
    name: 'model',
    answer: ({ row, atUs }) => {
      for (let at = 0; at < columns.length; at++) values[at] = row[columns[at] as number] ?? Number.NaN;
      // Trees know what to do with a value that is missing; of a line the sum is none.
      return { score: scoreOf(predictor, values), atUs };
    },
  };
  const agents = HOUSE_AGENTS.map((each) => (each.name === 'model' ? agent : each));
  return ensembleOf(1, agents, { name, more });
}
