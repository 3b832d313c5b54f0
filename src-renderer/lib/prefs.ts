/** What the trader has set for this window; kept in local storage, which may be refused. */
import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import { NOTICE_KINDS } from '../../src-engine/contract/notices.ts';
import { type Separators, setSeparators } from './decimal-text.ts';
import { type Sound, SOUNDS } from './sounds.ts';
import type { Zone } from './time-text.ts';

const KEY = 'parallax.prefs';

export const THEMES = ['dark', 'light', 'system'] as const;
/** What is on the screen: that of the machine where the theme follows it. */
export type Look = 'dark' | 'light';
export const DENSITIES = ['compact', 'comfortable'] as const;
export const PALETTES = ['green-red', 'blue-orange'] as const;
/** How figures are written. */
export const NUMBERS = ['machine', 'point', 'comma', 'space', 'apostrophe'] as const;
/** Percent of the usual size. */
export const SIZES = [90, 100, 110, 125, 150] as const;
export const ALERT_NOTES = ['none', 'critical', 'warning', 'info'] as const;

/** What can have a sound: what is notified, and each execution that ends. */
export const SOUND_EVENTS = [...NOTICE_KINDS, 'profit', 'loss'] as const;
export type SoundEvent = (typeof SOUND_EVENTS)[number];
type SoundChoice = Readonly<Record<SoundEvent, Sound>>;

const USUAL_SOUNDS: SoundChoice = {
  killed: 'alarm',
  silent: 'alarm',
  halted: 'alarm',
  'feed-lost': 'two tones',
  disarmed: 'two tones',
  armed: 'two tones',
  alert: 'two tones',
  profit: 'none',
  loss: 'none',
};

type Values = {
  readonly zone: Zone;
  readonly theme: (typeof THEMES)[number];
  readonly density: (typeof DENSITIES)[number];
  readonly palette: (typeof PALETTES)[number];
  readonly size: (typeof SIZES)[number];
  readonly numbers: (typeof NUMBERS)[number];
  /** Notifications: desktop messages and sounds of kills, halts and lost engines. */
  readonly desktopNotes: boolean;
  readonly sounds: boolean;
  readonly soundOf: SoundChoice;
  /** Keys that the trader chose, as the shortcuts read them. */
  readonly keys: Readonly<Record<string, string>>;
  /** The lowest severity of alerts that notify the desktop; `none`: they stay in the window. */
  readonly alertNotes: (typeof ALERT_NOTES)[number];
};

type Prefs = Values & {
  readonly toggleZone: () => void;
  readonly change: (values: Partial<Values>) => void;
};

const DEFAULTS: Values = {
  zone: 'utc',
  theme: 'dark',
  density: 'compact',
  palette: 'green-red',
  size: 100,
  numbers: 'machine',
  // A browser asks its user first; on the desktop they are there until they are muted.
  desktopNotes: typeof window !== 'undefined' && window.parallaxHost !== undefined,
  sounds: false,
  soundOf: USUAL_SOUNDS,
  keys: {},
  alertNotes: 'warning',
};

/** Height of a table's row, in px, as the tokens have it. */
export const ROW_HEIGHTS: Readonly<Record<Values['density'], number>> = { compact: 22, comfortable: 28 };

const machine =
  typeof window === 'undefined' ? undefined : window.matchMedia?.('(prefers-color-scheme: light)');

export function lookOf(theme: Values['theme'], isLight = machine?.matches === true): Look {
  if (theme !== 'system') return theme;
  return isLight ? 'light' : 'dark';
}

/** The look of the moment, which changes with the machine's where the theme follows it. */
export function useShownTheme(): Look {
  const theme = usePrefs((prefs) => prefs.theme);
  return useSyncExternalStore(followMachine, () => lookOf(theme));
}

function followMachine(listener: () => void): () => void {
  machine?.addEventListener('change', listener);
  return () => machine?.removeEventListener('change', listener);
}

export const usePrefs = create<Prefs>()((set, get) => {
  const change = (values: Partial<Values>): void => {
    set(values);
    const { toggleZone: _toggle, change: _change, ...kept } = get();
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // A window without storage forgets its settings; nothing else depends on them.
    }
    applyAppearance(kept);
  };
  return {
    ...load(),
    toggleZone: () => change({ zone: get().zone === 'utc' ? 'local' : 'utc' }),
    change,
  };
});

/** Puts theme, density, palette and size on the page, and says how figures are written. */
export function applyAppearance(
  { theme, density, palette, size, numbers }: Omit<Values, 'zone'>,
  page: Document = document,
): void {
  setSeparators(separatorsOf(numbers));
  const { dataset, style } = page.documentElement;
  dataset['theme'] = lookOf(theme);
  dataset['density'] = density;
  dataset['palette'] = palette;
  style.zoom = size === 100 ? '' : `${size / 100}`;
}

/** A space that does not break a figure in two. */
const SPACE = '\u00a0';

const SEPARATORS: Readonly<Record<Exclude<Values['numbers'], 'machine'>, Separators>> = {
  point: { group: ',', point: '.' },
  comma: { group: '.', point: ',' },
  space: { group: SPACE, point: ',' },
  apostrophe: { group: '’', point: '.' },
};

/** @param language as the machine names it; that of the browser where it is left out. */
export function separatorsOf(numbers: Values['numbers'], language = navigator.language): Separators {
  if (numbers !== 'machine') return SEPARATORS[numbers];
  const parts = new Intl.NumberFormat(language, { useGrouping: true }).formatToParts(1_234_567.5);
  const text = (type: string): string | undefined => parts.find((part) => part.type === type)?.value;
  const group = text('group') ?? SPACE;
  return { group: /\s/.test(group) ? SPACE : group, point: text('decimal') ?? '.' };
}

/** What was stored, field by field: one that this version does not know is as if it was never set. */
function load(): Values {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const stored =
      typeof read === 'object' && read !== null ? (read as Partial<Record<keyof Values, unknown>>) : {};
    return {
      zone: oneOf(['utc', 'local'], stored.zone, DEFAULTS.zone),
      theme: oneOf(THEMES, stored.theme, DEFAULTS.theme),
      density: oneOf(DENSITIES, stored.density, DEFAULTS.density),
      palette: oneOf(PALETTES, stored.palette, DEFAULTS.palette),
      size: oneOf(SIZES, stored.size, DEFAULTS.size),
      numbers: oneOf(NUMBERS, stored.numbers, DEFAULTS.numbers),
      desktopNotes: typeof stored.desktopNotes === 'boolean' ? stored.desktopNotes : DEFAULTS.desktopNotes,
      sounds: stored.sounds === true,
      soundOf: soundsOf(stored.soundOf),
      keys: keysOf(stored.keys),
      alertNotes: oneOf(ALERT_NOTES, stored.alertNotes, DEFAULTS.alertNotes),
    };
  } catch {
    return DEFAULTS;
  }
}

function soundsOf(stored: unknown): SoundChoice {
  const chosen = typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {};
  return Object.fromEntries(
    SOUND_EVENTS.map((event) => [event, oneOf(SOUNDS, chosen[event], USUAL_SOUNDS[event])]),
  ) as SoundChoice;
}

/** Of texts alone; what they mean is for those who read them. */
function keysOf(stored: unknown): Values['keys'] {
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(Object.entries(stored).filter(([, key]) => typeof key === 'string'));
}

function oneOf<T>(allowed: readonly T[], value: unknown, fallback: T): T {
  return allowed.find((one) => one === value) ?? fallback;
}
