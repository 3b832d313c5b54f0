/**
 * Settings follow from no fact: hashes of their rows are kept outside of the database, beside the ends of the chains, so that a
 * row which another program altered, removed or added is found.
 */
import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { ChainFinding, ChainHeads, SettingState } from './heads.ts';

type SettingRow = Schema['settings'];
type KnownSettings = ReadonlyMap<string, SettingState>;
type StoredHashes = ReadonlyMap<string, string>;

/** A setting is written once a minute at most often; this many writes within as many readings are not met. */
const MAX_ROUNDS = 5;

export const settingHash = (json: string): string => hash('sha256', json);

/** All rows of the table, by name. */
export function settingRows(db: Kysely<Schema>): Promise<SettingRow[]> {
  return db.selectFrom('settings').selectAll().orderBy('key').execute();
}

/**
 * What does not fit; nothing where the data folder has not noted the settings yet, as an older version did not. An engine may
 * write settings meanwhile: what a row may hold is noted before it is written and after, so that a row which was read between
 * two notes is held against both, and read again where more was noted than that.
 */
export async function checkSettings(
  heads: Pick<ChainHeads, 'reread' | 'settings'>,
  readRows: () => Promise<readonly SettingRow[]>,
  profile: string,
): Promise<ChainFinding[]> {
  for (let round = 1; ; round++) {
    heads.reread();
    const before = heads.settings;
    const rows = await readRows();
    heads.reread();
    const after = heads.settings;
    if (before === undefined || after === undefined) return [];
    const stored = new Map(rows.map(({ key, json }) => [key, settingHash(json)]));
    const names = [...new Set([...after.keys(), ...stored.keys()])].toSorted();
    const odd = names.filter((key) => !mayHold(after, key, stored) && !mayHold(before, key, stored));
    const isMoving = odd.some((key) => !isDeepStrictEqual(before.get(key), after.get(key)));
    if (!isMoving || round === MAX_ROUNDS) return findings(odd, after, stored, profile);
  }
}

function mayHold(known: KnownSettings, key: string, stored: StoredHashes): boolean {
  return (known.get(key)?.hashes ?? [null]).includes(stored.get(key) ?? null);
}

function findings(
  odd: readonly string[],
  known: KnownSettings,
  stored: StoredHashes,
  profile: string,
): ChainFinding[] {
  return odd.map((key): ChainFinding => {
    const may = known.get(key)?.hashes ?? [null];
    const is = stored.get(key) ?? null;
    const what =
      is === null ? 'was removed' : may.every((each) => each === null) ? 'was added' : 'was altered';
    const detail = `the setting "${key}" ${what}, and not by an engine on this data folder`;
    return { profile, chain: 'events', kind: 'setting', id: 0, detail };
  });
}

/** What is to be noted so that the rows hold as they stand. */
export function settingsAsTheyStand(heads: ChainHeads, rows: readonly SettingRow[]): SettingState[] {
  const stored = new Map(rows.map(({ key, json }) => [key, settingHash(json)]));
  const names = new Set([...(heads.settings?.keys() ?? []), ...stored.keys()]);
  return ['', ...names].map((setting) => ({ setting, hashes: [stored.get(setting) ?? null] }));
}
