/** Which columns of a table there is room for. */
import type { Column } from './table-column.ts';

/** Between two columns, and before the first and behind the last one together, in px. */
const GAP = 8;
const PADDING = 16;

/** What a column of text keeps at least where figures need its room, in px: the venue's gives way first. */
const LEAST_TEXT = { venue: 40, other: 56 } as const;

type Fitted = Pick<Column<unknown>, 'track' | 'fromWidth' | 'align' | 'onlyMixed' | 'floor'>;

/** What columns need at least, in px, with their gaps. */
export function leastWidthOf(columns: readonly Pick<Fitted, 'track'>[]): number {
  return columns.reduce((sum, { track }) => sum + leastWidth(track) + GAP, PADDING - GAP);
}

/** The least width of a track in px: its only length, or the first of `minmax()`. */
function leastWidth(track: string): number {
  return Number(/(\d+)px/.exec(track)?.[1] ?? 0);
}

/**
 * Columns without a `fromWidth` always, then the others, those that are asked for earliest first, as long as all of them fit: a
 * column more, such as the venue, leaves out another one rather than pushing the last ones out of sight. Where even those that
 * always stand do not fit, text is cut and figures stay whole.
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
  const fitted = columns.filter((column) => shown.has(column));
  return used > width ? squeezed(fitted, used - width) : fitted;
}

/** The same columns, of which those of text are `excess` px narrower together, as far as they may be. */
function squeezed<C extends Fitted>(columns: readonly C[], excess: number): readonly C[] {
  const tracks = new Map<C, string>();
  let left = excess;
  const texts = columns.filter(({ align, track }) => align !== 'right' && track.startsWith('minmax('));
  for (const column of texts.toSorted(
    (a, b) => Number(b.onlyMixed === true) - Number(a.onlyMixed === true),
  )) {
    const least = leastWidth(column.track);
    const floor = column.floor ?? (column.onlyMixed === true ? LEAST_TEXT.venue : LEAST_TEXT.other);
    const taken = Math.min(left, Math.max(0, least - floor));
    if (taken > 0) tracks.set(column, column.track.replace(/\d+px/, `${least - taken}px`));
    left -= taken;
  }
  return columns.map((column) => ({ ...column, track: tracks.get(column) ?? column.track }));
}
