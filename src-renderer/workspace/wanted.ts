/** A panel that some other panel asks for, by name: the workspace brings it to the front. Panels know no other way to it. */
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
