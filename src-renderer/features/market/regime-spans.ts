/** Which part of a chart's width each regime has. Pure. */
import type { RegimeSpan } from '../../../src-engine/contract/market-records.ts';

/** Where a chart shows a moment, and what says that this has changed. */
export type ChartView = {
  /** In px from the left edge of its plot, of the nearest bar; null: the chart is empty. */
  readonly xOf: (atUs: number) => number | null;
  /** Of the plot, without the scale of prices. */
  readonly width: () => number;
  readonly onChange: (listener: () => void) => () => void;
};

export type ShownSpan = { readonly span: RegimeSpan; readonly left: number; readonly width: number };

/** From its first bar to the next regime's, the last one to its end; those out of sight are left out. */
export function shownSpans(
  spans: readonly RegimeSpan[],
  { xOf, width }: Pick<ChartView, 'xOf' | 'width'>,
): readonly ShownSpan[] {
  const most = width();
  return spans.flatMap((span, at) => {
    const next = spans[at + 1];
    const from = xOf(span.fromUs);
    const to = xOf(next === undefined ? span.toUs : Math.min(next.fromUs, span.toUs));
    if (from === null || to === null) return [];
    const left = Math.max(0, Math.min(most, from));
    const right = Math.max(0, Math.min(most, to));
    return right - left < 1 ? [] : [{ span, left, width: right - left }];
  });
}
