/** The level at which intents are kept: an option of the command line, or a stored setting. */
import { type DurabilitySettings, durabilitySettings } from '../contract/records.ts';
import { DEFAULT_DURABILITY, type Durability } from '../domain/durability.ts';
import type { Database } from '../storage/database-types.ts';
import { getSetting, setSetting } from '../storage/settings.ts';

const DURABILITY_SETTING = 'durability';

/** @param option what the command line said; it goes before what is stored. */
export async function readDurability(
  database: Database,
  option: Durability | undefined,
): Promise<DurabilitySettings> {
  if (option !== undefined) return { level: option, setBy: 'option' };
  const stored = durabilitySettings.shape.level.safeParse(await getSetting(database, DURABILITY_SETTING));
  return stored.success
    ? { level: stored.data, setBy: 'setting' }
    : { level: DEFAULT_DURABILITY, setBy: 'default' };
}

export function keepDurability(database: Database, level: Durability): Promise<void> {
  return setSetting(database, DURABILITY_SETTING, level);
}
