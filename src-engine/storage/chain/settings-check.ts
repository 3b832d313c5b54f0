/**
 * Settings follow from no fact: hashes of their rows are kept outside of the database, beside the ends of the chains, so that a
 * row which another program altered, removed or added is found.
 */
import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { ChainFinding, ChainHeads, SettingState } from './heads.ts';

type SettingRow = Schema['settings'];

export const settingHash = (json: string): string => hash('sha256', json);

/** All rows of the table, by name. */
export function settingRows(db: Kysely<Schema>): Promise<SettingRow[]> {
  return db.selectFrom('settings').selectAll().orderBy('key').execute();
}

/** What does not fit; nothing where the data folder has not noted the settings yet, as an older version did not. */
export function checkSettings(
  heads: ChainHeads,
  rows: readonly SettingRow[],
  profile: string,
): ChainFinding[] {
  const known = heads.settings;
  if (known === undefined) return [];
  const stored = new Map(rows.map(({ key, json }) => [key, settingHash(json)]));
  const names = [...new Set([...known.keys(), ...stored.keys()])].toSorted();
  return names.flatMap((key): ChainFinding[] => {
    const may = known.get(key)?.hashes ?? [null];
    const is = stored.get(key) ?? null;
    if (may.includes(is)) return [];
    const what =
      is === null ? 'was removed' : may.every((each) => each === null) ? 'was added' : 'was altered';
    const detail = `the setting "${key}" ${what}, and not by an engine on this data folder`;
    return [{ profile, chain: 'events', kind: 'setting', id: 0, detail }];
  });
}

/** What is to be noted so that the rows hold as they stand. */
export function settingsAsTheyStand(heads: ChainHeads, rows: readonly SettingRow[]): SettingState[] {
  const stored = new Map(rows.map(({ key, json }) => [key, settingHash(json)]));
  const names = new Set([...(heads.settings?.keys() ?? []), ...stored.keys()]);
  return ['', ...names].map((setting) => ({ setting, hashes: [stored.get(setting) ?? null] }));
}
