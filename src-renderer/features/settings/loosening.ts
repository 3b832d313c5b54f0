/** What settings change to, and which of it lets more through than before: that is shown with both values, and asked about. */
import type { Field } from './fields.ts';
import { DURABILITIES, DURABILITY_WORDS, type Durability } from '../../../src-engine/domain/durability.ts';

export type SettingChange = {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly from: string;
  readonly to: string;
  /** It lets more through than before. */
  readonly isLooser: boolean;
};

/** @param homeAsset in place of the unit `home`. */
export function changesBetween<K extends string>(
  fields: readonly Field<K>[],
  before: Readonly<Record<K, string | number>>,
  after: Readonly<Partial<Record<K, string | number>>>,
  homeAsset: string,
): readonly SettingChange[] {
  return fields.flatMap(({ key, label, unit, looser, kind }) => {
    const [from, to] = [before[key], after[key]];
    const isText = kind === 'text';
    if (to === undefined || (isText ? to === from : Number(to) === Number(from))) return [];
    const isHigher = isText ? to !== '' : Number(to) > Number(from);
    const isLooser = looser === 'higher' ? isHigher : !isHigher;
    const shown = { label, unit: unit === 'home' ? homeAsset : unit, from: String(from), to: String(to) };
    return [{ key, ...shown, isLooser }];
  });
}

/** As `changesBetween`, without what holds more back. */
export function looserChanges<K extends string>(
  ...args: Parameters<typeof changesBetween<K>>
): readonly SettingChange[] {
  return changesBetween(...args).filter(({ isLooser }) => isLooser);
}

/** Quantities by asset: a higher one is looser, and so is one that is left out, which nothing bounds then. */
export function looserQuantities(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>> | undefined,
  field: 'maxOrderQty' | 'pegBands' = 'maxOrderQty',
): readonly SettingChange[] {
  if (after === undefined) return [];
  return Object.entries(before).flatMap(([asset, from]) => {
    const to = after[asset];
    if (to !== undefined && Number(to) <= Number(from)) return [];
    const [label, unit] =
      field === 'pegBands' ? [`Band of ${asset}`, '%'] : [`Max. quantity of ${asset}`, asset];
    return [{ key: `${field}.${asset}`, label, unit, from, to: to ?? 'no limit', isLooser: true }];
  });
}

/** Intents that survive less are asked about as looser limits are. */
export function looserDurability(from: Durability, to: Durability): SettingChange[] {
  const isLooser = DURABILITIES.indexOf(to) < DURABILITIES.indexOf(from);
  return isLooser
    ? [
        {
          key: 'durability',
          label: 'Durability of orders',
          unit: `(${DURABILITY_WORDS[to]})`,
          from,
          to,
          isLooser,
        },
      ]
    : [];
}
