/** Which columns of a table there is room for. */
import type { Column } from './table-column.ts';

/** Between two columns, and before the first and behind the last one together, in px. */
const GAP = 8;
const PADDING = 16;

type Fitted = Pick<Column<unknown>, 'track' | 'fromWidth'>;

/** The least width of a track in px: its only length, or the first of `minmax()`. */
function leastWidth(track: string): number {
  return Number(/(\d+)px/.exec(track)?.[1] ?? 0);
}

/**
 * Columns without a `fromWidth` always, then the others, those that are asked for earliest first, as long as all of them fit: a
 * column more, such as the venue, leaves out another one rather than pushing the last ones out of sight.
 * @param width of the table in px; 0: not measured yet, and everything is shown.
 */
export function fitColumns<C extends Fitted>(columns: readonly C[], width: number): readonly C[] {
  if (width === 0) return columns;
  const shown = new Set(columns.filter(({ fromWidth = 0 }) => fromWidth === 0));
  let used = PADDING - GAP;
  for (const { track } of shown) used += leastWidth(track) + GAP;
  const optional = columns
    .filter(({ fromWidth = 0 }) => fromWidth > 0 && width >= fromWidth)
    .toSorted((a, b) => (a.fromWidth ?? 0) - (b.fromWidth ?? 0));
  for (const column of optional) {
    const least = leastWidth(column.track) + GAP;
    if (used + least > width) break;
    used += least;
    shown.add(column);
  }
  return columns.filter((column) => shown.has(column));
}
