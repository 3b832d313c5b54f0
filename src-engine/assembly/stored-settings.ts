/** Limits and settings as they were last set: read field by field, so that one that does not fit loosens no other. */
import type { ProfileName } from '../contract/records.ts';
import { UserError } from '../domain/errors.ts';
import { checkLimits, readStored } from '../domain/limit-rules.ts';
import type { LimitRows } from '../domain/limit-row.ts';
import { LIMIT_SETS } from '../domain/limit-table.ts';
import {
  DEFAULT_DETECTION,
  DEFAULT_EXECUTION,
  DEFAULT_LIMITS,
  type DetectionSettings,
  type RiskLimits,
} from '../domain/limits.ts';
import { DETECTION_SETTING, EXECUTION_SETTING } from '../engine/handlers.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { Database } from '../storage/database-types.ts';
import { latestLimits, limitsVersion } from '../storage/queries/risk.ts';
import { getSetting } from '../storage/settings.ts';

export type StoredSettings = Pick<
  KernelConfig,
  'limits' | 'execution' | 'detection' | 'limitsVersion' | 'areLimitsSet'
>;

type Note = (text: string, level: 'warn') => void;

/** @param usual detection where nothing is stored. @param maxLegs instead of the stored one. @param note receives each stored value that the default replaces. */
export async function storedSettings(
  database: Database,
  profile: ProfileName,
  usual: Partial<DetectionSettings>,
  maxLegs: 3 | 4 | undefined,
  note: Note,
): Promise<StoredSettings> {
  const stored = async (key: string, rows: LimitRows): Promise<object> => {
    const { values, faults } = readStored(rows, await getSetting(database, key));
    for (const fault of faults) note(`a stored setting is not taken: ${fault.message}`, 'warn');
    return values;
  };
  const detection = {
    ...DEFAULT_DETECTION,
    ...usual,
    ...(await stored(DETECTION_SETTING, LIMIT_SETS.detection)),
    ...(maxLegs === undefined ? {} : { maxLegs }),
  };
  return {
    ...(await storedLimits(database, profile, note)),
    execution: { ...DEFAULT_EXECUTION, ...(await stored(EXECUTION_SETTING, LIMIT_SETS.execution)) },
    detection,
    limitsVersion: await limitsVersion(database, profile),
  };
}

/** Where any of the stored limits makes no sense any longer, none counts as set: an account is not armed before they are set again. */
async function storedLimits(
  database: Database,
  profile: string,
  note: Note,
): Promise<{ readonly limits: RiskLimits; readonly areLimitsSet: boolean }> {
  const stored = await latestLimits(database, profile, 'limits');
  if (stored === undefined) return { limits: DEFAULT_LIMITS, areLimitsSet: false };
  const { values, faults } = readStored(LIMIT_SETS.limits, stored);
  for (const fault of faults)
    note(`a stored limit is not taken, its default holds: ${fault.message}`, 'warn');
  const limits: RiskLimits = { ...DEFAULT_LIMITS, ...values };
  try {
    checkLimits(limits);
    return { limits, areLimitsSet: faults.length === 0 };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    note(`the stored limits are not taken, the defaults hold: ${error.message}`, 'warn');
    return { limits: DEFAULT_LIMITS, areLimitsSet: false };
  }
}
