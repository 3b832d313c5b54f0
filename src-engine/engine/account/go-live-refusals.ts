/** Why a step of the go-live pipeline is refused, with what to do about it. */
import type { GoLiveGate, GoLiveStep } from '../../contract/go-live-operations.ts';
import { UserError } from '../../domain/errors.ts';
import type { GoLiveStage } from '../../domain/go-live.ts';
import type { VenueName } from '../../domain/ids.ts';
import { BACK, NEXT } from './go-live-pipelines.ts';

export function notAsFar(venue: VenueName, stage: GoLiveStage, to: 'canary' | 'full'): UserError {
  return new UserError({
    code: 'go-live-gates',
    field: 'venue',
    value: venue,
    message: `is at stage ${stage} of its go-live pipeline`,
    remedy: `Go on with: golive --venue ${venue} --step ${to}, or leave the pipeline with --step end.`,
  });
}

/** @param gates with one at least that does not hold. */
export function gatesOpen(gates: readonly GoLiveGate[]): UserError | undefined {
  const open = gates.filter(({ ok }) => !ok);
  const [first] = open;
  if (first === undefined) return undefined;
  return new UserError({
    code: 'go-live-gates',
    field: first.id,
    value: first.detail,
    message: `does not hold yet: ${first.label}`,
    remedy: `${open.length} of ${gates.length} gates are open; golive shows them.`,
  });
}

export function calledBack(venue: VenueName, reason: string): UserError {
  return new UserError({
    code: 'go-live-called-back',
    field: 'venue',
    value: venue,
    message: `was called back while it was to be armed: ${reason}`,
    remedy: 'Look at the cause, then see golive for what holds now.',
  });
}

export function budgetUsed(venue: VenueName, lost: string, budget: string, homeAsset: string): UserError {
  return new UserError({
    code: 'go-live-budget',
    field: 'venue',
    value: venue,
    message: `lost ${lost} ${homeAsset} as a canary, which may lose ${budget} in this stage`,
    remedy: `Find the reason, then begin anew from staging: golive --venue ${venue} --step rollback`,
  });
}

export function wrongStep(venue: VenueName, stage: GoLiveStage, step: GoLiveStep): UserError {
  const next = NEXT[stage];
  const more = stage === 'none' ? [] : [...(BACK[stage] === undefined ? [] : ['rollback']), 'end'];
  const steps = [...(next === null ? [] : [next === 'staging' ? 'begin' : next]), ...more];
  return new UserError({
    code: 'go-live-stage',
    field: 'step',
    value: step,
    message: `does not follow on stage ${stage} of ${venue}`,
    remedy: `Use one of ${steps.join(', ')}.`,
  });
}
