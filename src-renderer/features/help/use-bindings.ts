/** The keys that the trader chose, and how a key is named on a button. */
import { useMemo } from 'react';
import { usePrefs } from '../../lib/prefs.ts';
import { type Bindings, type BoundAction, keysOf, readBindings } from './shortcuts.ts';

export function useBindings(): Bindings {
  const stored = usePrefs((prefs) => prefs.keys);
  return useMemo(() => readBindings(stored), [stored]);
}

/** `Settings (,)`. */
export function useKeyTitle(words: string, action: BoundAction): string {
  return `${words} (${keysOf(action, useBindings())[0] ?? ''})`;
}
