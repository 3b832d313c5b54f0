/** Which rows of a long table are visible. All rows are of one height. */
import { useEffect, useState } from 'react';

/** Rows drawn beyond the edges, so that scrolling shows no holes. */
const OVERSCAN = 8;

type Sight = { readonly width: number; readonly height: number; readonly top: number };

/** First row to draw, and the one after the last, for a scroller of this height scrolled to `top` px. */
export function rowsInSight(
  count: number,
  top: number,
  height: number,
  rowHeight: number,
): { first: number; last: number } {
  const first = Math.max(0, Math.min(count - 1, Math.floor(top / rowHeight)) - OVERSCAN);
  return { first, last: Math.min(count, Math.ceil((top + height) / rowHeight) + OVERSCAN) };
}

/** Follows the scroller's size and position; renders again only when another row comes into sight. */
export function useRowWindow(
  scroller: { readonly current: HTMLElement | null },
  count: number,
  rowHeight: number,
) {
  const [sight, setSight] = useState<Sight>({ width: 0, height: 0, top: 0 });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => {
      const next = {
        width: element.clientWidth,
        height: element.clientHeight,
        top: Math.floor(element.scrollTop / rowHeight) * rowHeight,
      };
      setSight((before) =>
        before.width === next.width && before.height === next.height && before.top === next.top
          ? before
          : next,
      );
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller, rowHeight]);

  return { width: sight.width, ...rowsInSight(count, sight.top, sight.height, rowHeight) };
}

/**
 * Scrolls a row into sight: below the head that sticks above the rows and takes one row's height, and above a foot of
 * `footHeight` px.
 */
export function revealRow(
  element: HTMLElement | null,
  index: number,
  rowHeight: number,
  footHeight: number,
): void {
  if (element === null) return;
  const top = index * rowHeight;
  const bottom = top + 2 * rowHeight + footHeight - element.clientHeight;
  if (element.scrollTop > top) element.scrollTop = top;
  else if (element.scrollTop < bottom) element.scrollTop = bottom;
}
