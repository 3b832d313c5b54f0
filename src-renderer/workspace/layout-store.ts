/**
 * Layouts as this window keeps them: the default ones as they were changed, and those that the trader named. What was
 * stored by another version, or damaged, is left out and reported; it never keeps the window from opening.
 */
import { DEFAULT_LAYOUTS, type StoredLayout, type StoredPanel } from './layouts.ts';
import { isPanelKind } from './panels.tsx';

const KEY = 'parallax.layouts';
const VERSION = 1;
export const MAX_LAYOUTS = 30;
const MAX_TEXT = 1_000_000;
export const MAX_NAME = 30;
/** More windows than a desk has screens are a mistake, or a layout that was made to flood it. */
export const MAX_POPOUTS = 12;

export type StoredLayouts = {
  readonly current: string;
  readonly layouts: Readonly<Record<string, StoredLayout>>;
};

export type Loaded = StoredLayouts & {
  /** Names of layouts that could not be used, and why the whole could not; empty: all is well. */
  readonly problems: readonly string[];
};

type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

const FIRST = Object.keys(DEFAULT_LAYOUTS)[0] ?? 'Monitor';
const NOTHING: StoredLayouts = { current: FIRST, layouts: {} };

export function loadLayouts(shelf: Shelf | undefined): Loaded {
  let text: string | null;
  try {
    text = shelf?.getItem(KEY) ?? null;
  } catch {
    return { ...NOTHING, problems: [] };
  }
  if (text === null) return { ...NOTHING, problems: [] };
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return { ...NOTHING, problems: ['what was stored is damaged'] };
  }
  if (!isRecord(read) || read['version'] !== VERSION || !isRecord(read['layouts'])) {
    return { ...NOTHING, problems: ['what was stored is of another version'] };
  }
  const layouts: Record<string, StoredLayout> = {};
  const problems: string[] = [];
  for (const [name, layout] of Object.entries(read['layouts']).slice(0, MAX_LAYOUTS)) {
    if (isLayout(layout) && !(name in Object.prototype)) layouts[name] = layout;
    else problems.push(`“${name}” is damaged`);
  }
  const wanted = read['current'];
  const isKnown =
    typeof wanted === 'string' && (Object.hasOwn(layouts, wanted) || Object.hasOwn(DEFAULT_LAYOUTS, wanted));
  return { current: isKnown ? wanted : FIRST, layouts, problems };
}

/** False when the storage is full or refused: the window continues without storing. */
export function storeLayouts(shelf: Shelf | undefined, { current, layouts }: StoredLayouts): boolean {
  const text = JSON.stringify({ version: VERSION, current, layouts });
  if (text.length > MAX_TEXT || Object.keys(layouts).length > MAX_LAYOUTS) return false;
  try {
    shelf?.setItem(KEY, text);
    return shelf !== undefined;
  } catch {
    return false;
  }
}

/** Whether every panel of it is one that this version has. The docking library judges the rest when it takes it. */
export function isLayout(value: unknown): value is StoredLayout {
  if (!isRecord(value) || !isRecord(value['grid']) || !isRecord(value['panels'])) return false;
  const panels = Object.entries(value['panels']);
  const popouts = value['popoutGroups'] ?? [];
  if (!Array.isArray(popouts) || popouts.length > MAX_POPOUTS || !popouts.every(isRecord)) return false;
  return panels.length > 0 && panels.length <= 100 && panels.every(([id, panel]) => isPanel(id, panel));
}

function isPanel(id: string, value: unknown): value is StoredPanel {
  return (
    isRecord(value) && value['id'] === id && isRecord(value['params']) && isPanelKind(value['params']['kind'])
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why a layout may not be called that; empty: it may. */
export function nameProblem(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') return 'A layout needs a name.';
  if (trimmed.length > MAX_NAME) return `A name has at most ${MAX_NAME} characters.`;
  // Every object has one of that name.
  if (trimmed in Object.prototype) return `“${trimmed}” cannot be a name: choose another one.`;
  return Object.hasOwn(DEFAULT_LAYOUTS, trimmed)
    ? `“${trimmed}” is a built-in layout: choose another name.`
    : '';
}
