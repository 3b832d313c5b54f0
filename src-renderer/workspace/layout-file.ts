/** Layouts as a file: all of them, with the columns and filters of their tables, from one window to another. Pure. */
import { type KeptTables, readTables } from '../lib/table-views.ts';
import { isLayout, MAX_LAYOUTS, nameProblem } from './layout-store.ts';
import { DEFAULT_LAYOUTS, type StoredLayout } from './layouts.ts';

const KIND = 'parallax-layouts';
const VERSION = 1;
/** A file of thirty layouts has some 300 kB. */
export const MAX_FILE = 2_000_000;

export type LayoutFile = {
  readonly layouts: Readonly<Record<string, StoredLayout>>;
  readonly tables: KeptTables;
  /** Layouts that were left out, and why. */
  readonly problems: readonly string[];
};

export function layoutFileText({ layouts, tables }: Omit<LayoutFile, 'problems'>): string {
  return `${JSON.stringify({ kind: KIND, version: VERSION, layouts, tables }, null, 1)}\n`;
}

/** What a file holds, or why it is none. A layout that this version does not know is left out, and named. */
export function readLayoutFile(text: string): LayoutFile | { readonly problem: string } {
  if (text.length > MAX_FILE) return { problem: `The file has more than ${MAX_FILE / 1e6} MB.` };
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return { problem: 'The file is not JSON: export layouts in the other window first.' };
  }
  const { kind, version, layouts, tables } = (
    typeof read === 'object' && read !== null ? read : {}
  ) as Record<string, unknown>;
  if (kind !== KIND) return { problem: 'The file holds no layouts: export them in the other window first.' };
  if (version !== VERSION)
    return {
      problem: `The file is of version ${(JSON.stringify(version) ?? 'none').slice(0, 20)}, this window reads ${VERSION}.`,
    };
  const found: Record<string, StoredLayout> = {};
  const problems: string[] = [];
  const all = Object.entries(typeof layouts === 'object' && layouts !== null ? layouts : {});
  for (const [name, layout] of all.slice(0, MAX_LAYOUTS)) {
    const isNamed = Object.hasOwn(DEFAULT_LAYOUTS, name) || nameProblem(name) === '';
    if (isNamed && isLayout(layout)) found[name] = layout;
    else problems.push(`“${name.slice(0, 40)}” is damaged or of another version`);
  }
  if (all.length > MAX_LAYOUTS) problems.push(`${all.length - MAX_LAYOUTS} more than ${MAX_LAYOUTS} layouts`);
  return { layouts: found, tables: readTables(tables), problems };
}
