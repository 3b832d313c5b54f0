/** Which execution's story is shown; asking for one brings its panel to the front. */
import { create } from 'zustand';
import { useWanted } from '../../workspace/wanted.ts';

type Store = {
  readonly executionId: string | null;
  readonly show: (executionId: string) => void;
};

export const useStory = create<Store>()((set) => ({
  executionId: null,
  show: (executionId) => {
    set({ executionId });
    useWanted.getState().want('story');
  },
}));
