/** In which windows a replay is on the screen: their titles say so, as its figures are not of now. */
import { type RefObject, useEffect } from 'react';
import { create } from 'zustand';

/** A panel can be moved to another window without being drawn anew. */
const LOOK_MS = 500;

export const useReplayPages = create<{ readonly pages: ReadonlySet<Document> }>()(() => ({
  pages: new Set(),
}));
/** How many panels of a window show one: it does until the last of them is gone. */
const counts = new Map<Document, number>();

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
  if (before !== undefined) count(before, -1);
  if (now !== undefined) count(now, 1);
  useReplayPages.setState({ pages: new Set(counts.keys()) });
}

function count(page: Document, step: 1 | -1): void {
  const shown = (counts.get(page) ?? 0) + step;
  if (shown > 0) counts.set(page, shown);
  else counts.delete(page);
}

/** The title of a window: what is replayed in it comes before what is traded. */
export function titleWithReplay(title: string, hasReplay: boolean): string {
  return hasReplay ? `REPLAY in a panel · ${title}` : title;
}
