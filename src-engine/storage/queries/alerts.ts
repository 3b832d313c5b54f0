/** Alerts of a profile as the database keeps them, and the rules that make them. */
import { type Alert, alert, MAX_ALERTS, type StoredRule, storedRule } from '../../contract/alert-records.ts';
import type { Database } from '../database-types.ts';
import { getSetting, setSetting } from '../settings.ts';
import { storageError } from '../storage-errors.ts';

/** Newest first, at most MAX_ALERTS. What is not of this version's shape is left out. */
export async function loadAlerts({ db, location }: Database, profile: string): Promise<Alert[]> {
  try {
    const rows = await db
      .selectFrom('alerts')
      .select('json')
      .where('profile', '=', profile)
      .orderBy('alertId', 'desc')
      .limit(MAX_ALERTS)
      .execute();
    return rows.flatMap(({ json }) => alert.safeParse(JSON.parse(json)).data ?? []);
  } catch (error) {
    throw storageError(location, error);
  }
}

/** Adds or replaces alerts, and forgets those with a number below `oldestId`, in one transaction. */
export async function saveAlerts(
  database: Database,
  profile: string,
  alerts: readonly Alert[],
  oldestId: number,
): Promise<void> {
  const { db } = database;
  const writes = alerts.map((each) => {
    const json = JSON.stringify(each);
    return db
      .insertInto('alerts')
      .values({ profile, alertId: each.alertId, json })
      .onConflict((conflict) => conflict.columns(['profile', 'alertId']).doUpdateSet({ json }))
      .compile();
  });
  const forget = db.deleteFrom('alerts').where('profile', '=', profile).where('alertId', '<', oldestId);
  await database.writeAll([...writes, forget.compile()]);
}

const rulesKey = (profile: string): string => `alert-rules:${profile}`;

/** Rules that are not of this version's shape are left out. */
export async function loadAlertRules(database: Database, profile: string): Promise<StoredRule[]> {
  const stored = await getSetting(database, rulesKey(profile));
  return Array.isArray(stored)
    ? stored.flatMap((each: unknown) => storedRule.safeParse(each).data ?? [])
    : [];
}

export function saveAlertRules(
  database: Database,
  profile: string,
  rules: readonly StoredRule[],
): Promise<void> {
  return setSetting(database, rulesKey(profile), rules);
}
