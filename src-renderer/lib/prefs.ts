/** What the trader has set for this window; kept in local storage, which may be refused. */
import { create } from 'zustand';
import type { Zone } from './time-text.ts';

const KEY = 'parallax.prefs';

type Prefs = { readonly zone: Zone; readonly toggleZone: () => void };

export const usePrefs = create<Prefs>()((set, get) => ({
  zone: load(),
  toggleZone: () => {
    const zone: Zone = get().zone === 'utc' ? 'local' : 'utc';
    set({ zone });
    try {
      localStorage.setItem(KEY, JSON.stringify({ zone }));
    } catch {
      // A window without storage forgets its settings; nothing else depends on them.
    }
  },
}));

function load(): Zone {
  try {
    return (localStorage.getItem(KEY) ?? '').includes('"local"') ? 'local' : 'utc';
  } catch {
    return 'utc';
  }
}
