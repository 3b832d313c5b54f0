/** A panel that some other panel asks for, by name: the workspace moves it to the front. Panels have no other access to each other. */
import { create } from 'zustand';

type Wanted = {
  /** A new object each time that one is asked for. */
  readonly panel: { readonly kind: string } | null;
  readonly want: (kind: string) => void;
};

export const useWanted = create<Wanted>()((set) => ({
  panel: null,
  want: (kind) => set({ panel: { kind } }),
}));
