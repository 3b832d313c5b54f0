/** What a replay decides by: the limits and the detection of the profile, as they are now, and an amount of its own. */
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { DEFAULT_CAPITAL } from '../../../src-engine/domain/default-capital.ts';
import type { DetectionSettings, RiskLimits } from '../../../src-engine/domain/limits.ts';

export type ProfileSettings = {
  readonly homeAsset: string;
  readonly limits: RiskLimits;
  readonly detection: DetectionSettings;
};

export function replaySettings({
  homeAsset,
  limits,
  detection: { maxLegs, ...detection },
}: ProfileSettings): NonNullable<OperationInput<'startReplay'>['settings']> {
  return { capital: { [homeAsset]: DEFAULT_CAPITAL }, limits, detection, legs: maxLegs };
}
