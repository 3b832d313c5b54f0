/** The trader's volume of the last 30 days: an option of the command line, or a stored setting. */
import { type FeeSettings, feeSettings } from '../../contract/records.ts';
import type { Database } from '../../storage/database-types.ts';
import { getSetting, setSetting } from '../../storage/settings.ts';

const FEE_VOLUME_SETTING = 'fee-volume-usd';

/** @param option what the command line said; it goes before what is stored. */
export async function readFeeSettings(database: Database, option: number | undefined): Promise<FeeSettings> {
  if (option !== undefined) return { volumeUsd: option, setBy: 'option' };
  const stored = feeSettings.shape.volumeUsd.safeParse(await getSetting(database, FEE_VOLUME_SETTING));
  return stored.success ? { volumeUsd: stored.data, setBy: 'setting' } : { volumeUsd: 0, setBy: 'default' };
}

/** @param volumeUsd 0 to 10^12. */
export function keepFeeVolume(database: Database, volumeUsd: number): Promise<void> {
  return setSetting(database, FEE_VOLUME_SETTING, volumeUsd);
}
