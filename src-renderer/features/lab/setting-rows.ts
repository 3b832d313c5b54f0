/** Settings of runs as rows: every value by its dotted name, and what differs between two. */

export type SettingRow = { readonly name: string; readonly text: string };
export type SettingDifference = { readonly name: string; readonly a: string; readonly b: string };

/** What stands where a run does not have a setting. */
export const NOT_SET = 'not set';

/** `{detection: {minNetBps: 1}}` → `detection.minNetBps: 1`, in the order of the names. */
export function settingRows(settings: unknown): readonly SettingRow[] {
  const rows: SettingRow[] = [];
  flatten('', settings, rows);
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function flatten(name: string, value: unknown, rows: SettingRow[]): void {
  if (typeof value !== 'object' || value === null) {
    rows.push({
      name,
      text:
        typeof value === 'string'
          ? value
          : (JSON.stringify(value ?? null) ?? NOT_SET).replace(/^null$/, NOT_SET),
    });
    return;
  }
  const entries = Array.isArray(value)
    ? value.map((each, at): [string, unknown] => [String(at + 1), each])
    : Object.entries(value);
  if (entries.length === 0) rows.push({ name, text: 'none' });
  for (const [key, each] of entries) flatten(name === '' ? key : `${name}.${key}`, each, rows);
}

/** Settings that two runs do not have in common. */
export function settingDifferences(a: unknown, b: unknown): readonly SettingDifference[] {
  const [left, right] = [textsOf(a), textsOf(b)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .toSorted()
    .map((name) => ({ name, a: left.get(name) ?? NOT_SET, b: right.get(name) ?? NOT_SET }))
    .filter((row) => row.a !== row.b);
}

function textsOf(settings: unknown): ReadonlyMap<string, string> {
  return new Map(settingRows(settings).map(({ name, text }) => [name, text]));
}
