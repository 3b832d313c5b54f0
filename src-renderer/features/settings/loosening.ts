/** Which changes of settings let more through than before: these are shown with both values, and asked about. */
import type { Field } from './fields.ts';

export type LooserChange = {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly from: string;
  readonly to: string;
};

/** @param homeAsset in place of the unit `home`. */
export function looserChanges<K extends string>(
  fields: readonly Field<K>[],
  before: Readonly<Record<K, string | number>>,
  after: Readonly<Partial<Record<K, string | number>>>,
  homeAsset: string,
): readonly LooserChange[] {
  return fields.flatMap(({ key, label, unit, looser }) => {
    const [from, to] = [before[key], after[key]];
    if (to === undefined) return [];
    const isLooser = looser === 'higher' ? Number(to) > Number(from) : Number(to) < Number(from);
    if (!isLooser) return [];
    return [{ key, label, unit: unit === 'home' ? homeAsset : unit, from: String(from), to: String(to) }];
  });
}
