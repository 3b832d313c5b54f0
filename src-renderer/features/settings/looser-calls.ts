/** What a call of the palette loosens: it is asked about there as the forms of the settings ask. */
import type { OperationName } from '../../../src-engine/contract/operations.ts';
import type { Durability } from '../../../src-engine/domain/durability.ts';
import type { DetectionSettings, ExecutionSettings } from '../../../src-engine/domain/limits.ts';
import { LIMIT_PRESETS, type RiskLimits } from '../../../src-engine/domain/limits.ts';
import type { Replica } from '../../engine/replica.ts';
import { DETECTION_FIELDS, EXECUTION_FIELDS, LIMIT_FIELDS } from './fields.ts';
import { looserChanges, looserDurability, looserQuantities, type SettingChange } from './loosening.ts';

type Known = Pick<Replica, 'limits' | 'detection' | 'homeAsset'>;

/** What a window does not follow, as of now. */
type Asked = {
  readonly execution: () => Promise<ExecutionSettings>;
  readonly durability: () => Promise<{ readonly level: Durability }>;
};

export async function looserByCall(
  op: OperationName,
  input: unknown,
  known: Known,
  ask: Asked,
): Promise<readonly SettingChange[]> {
  const { limits, detection, homeAsset } = known;
  if (op === 'updateLimits' || op === 'applyLimitPreset') {
    const after = op === 'updateLimits' ? (input as Partial<RiskLimits>) : presetOf(input);
    return [
      ...looserChanges(LIMIT_FIELDS, limits, after, homeAsset),
      ...looserQuantities(limits.maxOrderQty, after.maxOrderQty),
    ];
  }
  if (op === 'updateDetection') {
    const after = input as Partial<DetectionSettings>;
    return [
      ...looserChanges(DETECTION_FIELDS, detection, after as object, homeAsset),
      ...looserQuantities(detection.pegBands, after.pegBands, 'pegBands'),
    ];
  }
  if (op === 'updateExecution')
    return looserChanges(EXECUTION_FIELDS, await ask.execution(), input as object, homeAsset);
  if (op === 'updateDurability')
    return looserDurability((await ask.durability()).level, (input as { readonly level: Durability }).level);
  return [];
}

function presetOf(input: unknown): Partial<RiskLimits> {
  const { preset } = input as { readonly preset: keyof typeof LIMIT_PRESETS };
  return LIMIT_PRESETS[preset];
}
