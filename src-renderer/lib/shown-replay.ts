/** In which windows a replay is on the screen: their titles say so, as its figures are not of now. */
import { type RefObject, useEffect } from 'react';
import { create } from 'zustand';

/** A panel can be moved to another window without being drawn anew. */
const LOOK_MS = 500;

export const useReplayPages = create<{ readonly pages: ReadonlySet<Document> }>()(() => ({
  pages: new Set(),
}));

/** While the element is there, the window that it is in counts as one that shows a replay. */
export function useShownReplay(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let page: Document | undefined;
    const follow = (): void => {
      const now = element.current?.ownerDocument;
      if (now === page) return;
      change(page, now);
      page = now;
    };
    follow();
    const timer = setInterval(follow, LOOK_MS);
    return () => {
      clearInterval(timer);
      change(page, undefined);
    };
  }, [element]);
}

function change(before: Document | undefined, now: Document | undefined): void {
  useReplayPages.setState(({ pages }) => {
    const next = new Set(pages);
    if (before !== undefined) next.delete(before);
    if (now !== undefined) next.add(now);
    return { pages: next };
  });
}

/** The title of a window: what is replayed in it comes before what is traded. */
export function titleWithReplay(title: string, hasReplay: boolean): string {
  return hasReplay ? `REPLAY in a panel · ${title}` : title;
}
