/** What the database knows of a profile that a kernel of it must begin with. */
import {
  detectionSettings,
  executionSettings,
  limits as limitsSchema,
  type ProfileName,
} from '../contract/records.ts';
import type { Asset } from '../domain/ids.ts';
import { checkLimits } from '../domain/limit-rules.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS, type RiskLimits } from '../domain/limits.ts';
import type { ChosenProfile } from '../engine/controls.ts';
import { DETECTION_SETTING, EXECUTION_SETTING } from '../engine/handlers.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { OpeningAccount } from '../portfolio/portfolio.ts';
import type { Database } from '../storage/database-types.ts';
import { latestBalances, latestEquity } from '../storage/queries/account.ts';
import { isKilled, leftByCycles, listRuns, unfinishedFills } from '../storage/queries/recovery.ts';
import { latestLimits, latestRisk, limitsVersion } from '../storage/queries/risk.ts';
import { getSetting } from '../storage/settings.ts';

/** What a simulated account starts with when the trader names nothing else. */
export const DEFAULT_CAPITAL: Readonly<Record<Asset, string>> = { USD: '25000' };

/** Under which name the history of a live profile's simulated twin is kept. */
export const ghostProfile = (profile: ProfileName): string => `${profile}-ghost`;

/** The asset that profits are counted in: as in the profile's last run, else the first of its capital. */
export async function homeAssetOf(database: Database, chosen: ChosenProfile): Promise<Asset> {
  const [last] = await listRuns(database, chosen.profile, 1);
  return last?.homeAsset ?? Object.keys(chosen.capital ?? DEFAULT_CAPITAL)[0] ?? 'USD';
}

/** The account as the last run left it; a fresh one has the capital. */
export async function openingAccount(database: Database, chosen: ChosenProfile): Promise<OpeningAccount> {
  const balances = await latestBalances(database, chosen.profile);
  if (balances.length === 0) {
    const capital = Object.entries(chosen.capital ?? DEFAULT_CAPITAL);
    return { balances: capital.map(([asset, total]) => ({ asset, total })), realizedPnl: '0', fees: '0' };
  }
  const equity = await latestEquity(database, chosen.profile);
  return { balances, realizedPnl: equity?.realizedPnl ?? '0', fees: equity?.fees ?? '0' };
}

export type StoredSettings = Pick<
  KernelConfig,
  'limits' | 'execution' | 'detection' | 'limitsVersion' | 'areLimitsSet'
>;

/** Limits and settings as they were last set. @param maxLegs instead of the stored one. */
export async function storedSettings(
  database: Database,
  profile: ProfileName,
  maxLegs: 3 | 4 | undefined,
): Promise<StoredSettings> {
  const detection = await storedSetting(database, DETECTION_SETTING, detectionSettings, DEFAULT_DETECTION);
  return {
    limits: await storedLimits(database, profile),
    execution: await storedSetting(database, EXECUTION_SETTING, executionSettings, DEFAULT_EXECUTION),
    detection: maxLegs === undefined ? detection : { ...detection, maxLegs },
    limitsVersion: await limitsVersion(database, profile),
    areLimitsSet: (await latestLimits(database, profile, 'limits')) !== undefined,
  };
}

export type Recovered = Pick<
  KernelConfig,
  'leftovers' | 'unfinishedFills' | 'abandonedFills' | 'killed' | 'risk'
>;

/** What the runs before left unfinished. @param killed the kill switch was thrown while nothing ran. */
export async function recovered(
  database: Database,
  profile: ProfileName,
  killed: boolean,
): Promise<Recovered> {
  const unfinished = await unfinishedFills(database, profile);
  return {
    leftovers: await leftByCycles(database, profile),
    unfinishedFills: unfinished.lastRun,
    abandonedFills: unfinished.earlier,
    killed: killed || (await isKilled(database, profile)),
    risk: await latestRisk(database, profile),
  };
}

/** Limits as they were last set; those that another version knew and that make no sense any longer give way. */
async function storedLimits(database: Database, profile: string): Promise<RiskLimits> {
  const stored = (await latestLimits(database, profile, 'limits')) ?? {};
  const parsed = limitsSchema.safeParse({ ...DEFAULT_LIMITS, ...stored });
  if (!parsed.success) return DEFAULT_LIMITS;
  try {
    checkLimits(parsed.data);
    return parsed.data;
  } catch {
    return DEFAULT_LIMITS;
  }
}

/** A setting of an earlier run; one that does not fit any longer gives way to the default. */
async function storedSetting<T>(
  database: Database,
  key: string,
  schema: { safeParse(value: unknown): { readonly success: boolean; readonly data?: T | undefined } },
  fallback: T,
): Promise<T> {
  const parsed = schema.safeParse(await getSetting(database, key));
  return parsed.success && parsed.data !== undefined ? parsed.data : fallback;
}
