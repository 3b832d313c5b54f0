/** Which id's trace is shown over everything else. */
import { create } from 'zustand';

type Store = {
  readonly id: string | null;
  readonly show: (id: string) => void;
  readonly close: () => void;
};

export const useTrace = create<Store>()((set) => ({
  id: null,
  show: (id) => set({ id }),
  close: () => set({ id: null }),
}));
