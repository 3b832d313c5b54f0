/**
 * The cycle or route that was chosen last, wherever it was chosen: the linked cycle shows its legs, and the link groups A, B, C … show
 * one leg each, so that Book, Chart, Depth and Trades follow. A pinned one stays whatever is chosen next.
 */
import { useCallback } from 'react';
import { create } from 'zustand';
import type { InstrumentRecord } from '../../src-engine/contract/records.ts';
import type { Opportunity } from '../../src-engine/domain/opportunity.ts';
import { instrumentKey, LINKS, useLinks } from './links.ts';

export type FollowedLeg = { readonly instrument: InstrumentRecord; readonly side: 'buy' | 'sell' };

export type Followed = {
  /** The same for the same cycle in its next life. */
  readonly key: string;
  readonly path: readonly string[];
  readonly legs: readonly FollowedLeg[];
  /** The opportunity that was chosen; undefined: a cycle that need not pay. */
  readonly opportunity: Opportunity | undefined;
};

type Store = {
  readonly followed: Followed | null;
  readonly isPinned: boolean;
  readonly follow: (followed: Followed) => void;
  readonly togglePin: () => void;
};

export const useFollowed = create<Store>()((set, get) => ({
  followed: null,
  isPinned: false,
  follow: (followed) => {
    if (!get().isPinned) set({ followed });
  },
  togglePin: () => set(({ isPinned, followed }) => ({ isPinned: followed !== null && !isPinned })),
}));

export function cycleKey({
  venue,
  path,
}: {
  readonly venue: string;
  readonly path: readonly string[];
}): string {
  return `${venue} ${path.join(' ')}`;
}

/** Follows a cycle: unless one is pinned, each link group shows a leg of it. */
export function useFollow(): (followed: Followed) => void {
  const follow = useFollowed((store) => store.follow);
  const choose = useLinks((links) => links.choose);
  return useCallback(
    (followed) => {
      if (useFollowed.getState().isPinned) return;
      follow(followed);
      for (const [k, { instrument }] of followed.legs.entries()) {
        const link = LINKS[k];
        if (link !== undefined) choose(link, instrumentKey(instrument));
      }
    },
    [follow, choose],
  );
}
