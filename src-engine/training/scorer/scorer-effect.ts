/** What became of executions that a scorer had been asked of before they were begun: it was fitted on earlier ones, so that this is no look back. */
import type { ScorerEffect } from '../../contract/scorer-operations.ts';
import { isCaptured } from '../../detection/capture-features.ts';
import type { ExecutionRecord } from '../../domain/event.ts';
import { meanInterval } from '../../statistics/mean-interval.ts';
import type { Capture } from '../../domain/opportunity.ts';

/** Fewer lives of controls say nothing of what was refused. */
const LEAST_CONTROLS = 10;

export type Scored = {
  /** A life of an opportunity; it may be taken several times. */
  readonly opportunityId: string;
  readonly capture: Capture;
  readonly execution: Pick<ExecutionRecord, 'outcome' | 'profitHome'>;
};

/**
 * @param all by their starts, of one scorer; those that risk denied after all count among the controls alone, as a refused one may have been denied as well.
 * @param refused opportunities that the gate of that scorer did not take in the same time.
 */
export function effectOf(all: readonly Scored[], refused: number): Omit<ScorerEffect, 'homeAsset'> {
  const scored = all.filter(({ execution }) => execution.outcome !== 'denied');
  const profitsOf = (verdict: Capture['verdict']): number[] =>
    scored.flatMap(({ capture, execution }) =>
      capture.verdict === verdict ? [Number(execution.profitHome)] : [],
    );
  const group = (verdict: Capture['verdict']) => ({
    count: profitsOf(verdict).length,
    captured: scored.filter((each) => each.capture.verdict === verdict && isCaptured(each.execution)).length,
    profitHome: profitsOf(verdict).reduce((sum, profit) => sum + profit, 0),
  });
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    above: group('above'),
    shadow: group('shadow'),
    control: group('control'),
    refused,
    refusedHome: refusedHome(controlLives(all), refused),
    said: mean(scored.map(({ capture }) => capture.p)),
    came: mean(scored.map((each) => (isCaptured(each.execution) ? 1 : 0))),
  };
}

/** What each life brought that a gate took as a control. What was refused are lives: a life that completed nine times is one control, and not nine. */
function controlLives(all: readonly Scored[]): number[] {
  return [...Map.groupBy(all, ({ opportunityId }) => opportunityId).values()]
    .filter(([first]) => first?.capture.verdict === 'control')
    .map((life) => life.reduce((sum, { execution }) => sum + Number(execution.profitHome), 0));
}

/** Controls are taken by their turn and not by what they promise: on average the refused ones would have earned the same. */
function refusedHome(controls: readonly number[], refused: number): ScorerEffect['refusedHome'] {
  if (controls.length < LEAST_CONTROLS) return null;
  const each = meanInterval(controls);
  return each === undefined
    ? null
    : { value: each.value * refused, low: each.low * refused, high: each.high * refused };
}

/** Of those that the newest challenger was asked of beside a champion, as its own verdicts: it decided nothing, so that none was refused by it. */
export function challengedOf(all: readonly Scored[]): readonly Scored[] {
  const newest = all.findLast(({ capture }) => capture.challenger !== undefined)?.capture.challenger?.model;
  return all.flatMap(({ capture: { challenger }, ...rest }) =>
    challenger === undefined || challenger.model !== newest
      ? []
      : [
          {
            ...rest,
            capture: {
              ...challenger,
              verdict: challenger.p < challenger.threshold ? 'shadow' : 'above',
            } as const,
          },
        ],
  );
}
