/** What is asked of the scorer of opportunities: how its gate stands, and its training. */
import type { Caller, OperationOutput } from '../../contract/operations.ts';
import type { ScorerEffects, ScorerGate } from '../../contract/scorer-operations.ts';
import type { CaptureModel } from '../../domain/capture-model.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { EngineControls } from '../controls.ts';
import type { ScorerTraining } from './model-library.ts';

export async function getScorerGate(engine: EngineControls, caller: Caller): Promise<ScorerGate> {
  const session = engine.requireSession();
  const effects = JSON.parse((await engine.read('scorerEffect', {}, caller)).takeText()) as ScorerEffects;
  const { kernel, clock, models, profile } = session.parts;
  const trial = await models.scorerTrial(profile);
  return { ...gateOf(kernel, session.scorer, clock.nowUs()), ...effects, trial };
}

export async function trainScorer(
  engine: EngineControls,
  caller: Caller,
): Promise<OperationOutput<'trainScorer'>> {
  const session = engine.requireSession();
  const { profile, models } = session.parts;
  const read = await engine.read('scorerTraining', {}, caller);
  const trained = JSON.parse(read.takeText()) as ScorerTraining;
  const registered = await models.registerScorer(profile, trained);
  await session.scorer.refresh();
  return { ...registered, threshold: trained.threshold, report: trained.report };
}

/** @param why the kernel has no model, and no challenger that is registered. */
export function gateOf(
  { desk: { capture }, detection }: Kernel,
  { why, whyNoChallenger }: { readonly why: string; readonly whyNoChallenger: string },
  nowUs: TimeUs,
): Omit<ScorerGate, keyof ScorerEffects | 'trial'> {
  const { model, challenger, fault, challengerFault, counts } = capture;
  const silence = capture.silence(nowUs);
  const state = !detection.scoreOpportunities
    ? 'off'
    : model === undefined || silence !== ''
      ? 'no-scorer'
      : capture.acts
        ? 'gate'
        : 'shadow';
  const reasons: Readonly<Record<ScorerGate['state'], string>> = {
    off: 'the setting “Score opportunities” is off',
    'no-scorer': silence || fault || why,
    shadow: !detection.scorerGate
      ? 'the setting “Gate by the scorer” is off'
      : 'the scorer is not champion of its name',
    gate: '',
  };
  return {
    state,
    why: reasons[state],
    model: askedOf(model),
    challenger: askedOf(challenger),
    whyNoChallenger: challengerFault || whyNoChallenger,
    ...counts,
  };
}

function askedOf(model: CaptureModel | undefined): ScorerGate['model'] {
  if (model === undefined) return null;
  const { name, sha256, mayGate, threshold, fittedToUs } = model;
  return { name, sha256, isChampion: mayGate, threshold, fittedToUs };
}
