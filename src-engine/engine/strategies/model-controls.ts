/** What an operator may ask of models, and do with them. */
import type { ModelRow, ModelsView, RunningModel } from '../../contract/model-records.ts';
import type { OperationOutput, ParsedInput } from '../../contract/operations.ts';
import { UserError } from '../../domain/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { EngineControls } from '../controls.ts';
import type { ModelLibrary, WatchedStrategy } from './model-library.ts';
import { strategyRow } from './strategy-view.ts';

export async function listModels(engine: EngineControls): Promise<ModelsView> {
  const { kernel, models } = engine.requireSession().parts;
  return { models: await models.list(), running: runningModels(kernel, models) };
}

export async function getModelVersion(engine: EngineControls): Promise<OperationOutput<'getModelVersion'>> {
  return { models: [...(await engine.requireSession().parts.models.aliases())] };
}

export function promoteModel(
  engine: EngineControls,
  { name, version, confirm, ...given }: ParsedInput<'promoteModel'>,
): Promise<ModelRow> {
  if (confirm === name)
    return andScorer(engine, engine.requireSession().parts.models.promote(name, version, given));
  throw new UserError({
    code: 'not-confirmed',
    field: 'confirm',
    value: confirm,
    message: `is not the name of the model, ${name}`,
    remedy: 'Write the name of the model once more.',
  });
}

export function rollBackModel(
  engine: EngineControls,
  { name, why }: ParsedInput<'rollBackModel'>,
): Promise<ModelRow> {
  return andScorer(engine, engine.requireSession().parts.models.rollBack(name, why));
}

/** What was promoted or rolled back may be the scorer of the session: it holds before the answer. */
async function andScorer(engine: EngineControls, step: Promise<ModelRow>): Promise<ModelRow> {
  const row = await step;
  await engine.session?.scorer.refresh();
  return row;
}

/** The strategies of the session that are models. */
export function runningModels(kernel: Kernel, models: Pick<ModelLibrary, 'outside'>): RunningModel[] {
  return [...kernel.strategies.all()].flatMap((running) => {
    const { watch } = (running.host?.strategy ?? {}) as WatchedStrategy;
    if (watch === undefined) return [];
    const { strategy, name, mode, quote, net, sinceUs } = strategyRow(kernel, running);
    const sha256 = running.setup.code;
    const outside = models.outside(sha256);
    return [{ strategy, name, sha256, mode, quote, net, sinceUs, outside, ...watch.state() }];
  });
}
