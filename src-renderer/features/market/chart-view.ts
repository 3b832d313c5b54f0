/** A chart's own way from a moment to a place, for what is drawn beside it. */
import type { IChartApi, Logical, UTCTimestamp } from 'lightweight-charts';
import type { ChartView } from './regime-spans.ts';

export function viewOf(chart: IChartApi): ChartView {
  const scale = chart.timeScale();
  return {
    xOf(atUs) {
      // A moment between two bars is at the one next to it.
      const index = scale.timeToIndex((atUs / 1_000_000) as UTCTimestamp, true);
      return index === null ? null : scale.logicalToCoordinate(index as unknown as Logical);
    },
    width: () => scale.width(),
    onChange(listener) {
      scale.subscribeVisibleLogicalRangeChange(listener);
      scale.subscribeSizeChange(listener);
      return () => {
        scale.unsubscribeVisibleLogicalRangeChange(listener);
        scale.unsubscribeSizeChange(listener);
      };
    },
  };
}
