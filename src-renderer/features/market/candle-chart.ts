/** The chart of bars: candles and our fills above, spread in bps and traded quantity below. */
import {
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  LineSeries,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Bar } from '../../../src-engine/contract/market-records.ts';
import { figureFormat, makeLabChart, formatTimes, removeChart, tokenOf } from '../lab/chart-style.ts';
import { viewOf } from './chart-view.ts';
import type { ChartView } from './regime-spans.ts';
import { barAt, CHART_CROSSHAIR } from './shared-crosshair.ts';
import { barSpreadBps, candleOf, type FillMark } from './bar-series.ts';

export type CandleChart = {
  /** Replaces all bars. */
  readonly show: (bars: readonly Bar[]) => void;
  /** Bars that changed or came, oldest first; they must not be older than the last one shown. */
  readonly update: (bars: readonly Bar[]) => void;
  readonly mark: (marks: readonly FillMark[]) => void;
  readonly formatTimes: (timeText: (seconds: number) => string) => void;
  readonly view: ChartView;
  readonly remove: () => void;
};

export function makeCandleChart(host: HTMLElement, priceDecimals: number, qtyDecimals: number): CandleChart {
  const chart: IChartApi = makeLabChart(host);
  const marked = { buy: tokenOf(host, '--bid'), sell: tokenOf(host, '--ask') };
  const [up, down] = [tokenOf(host, '--gain'), tokenOf(host, '--loss')];
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: up,
    downColor: down,
    wickUpColor: up,
    wickDownColor: down,
    borderVisible: false,
    priceFormat: figureFormat(priceDecimals),
  });
  const spread = chart.addSeries(
    LineSeries,
    {
      color: tokenOf(host, '--accent'),
      lineWidth: 1,
      priceLineVisible: false,
      priceFormat: figureFormat(2),
    },
    1,
  );
  const volume = chart.addSeries(
    HistogramSeries,
    {
      color: tokenOf(host, '--line-strong'),
      priceScaleId: 'volume',
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: { type: 'volume' },
    },
    1,
  );
  chart.priceScale('volume', 1).applyOptions({ scaleMargins: { top: 0.4, bottom: 0 }, visible: false });
  chart.panes()[0]?.setStretchFactor(3);
  chart.panes()[1]?.setStretchFactor(1);
  chart.timeScale().applyOptions({ barSpacing: 6, minBarSpacing: 1 });
  const markers = createSeriesMarkers(candles, []);
  const timeOf = (bar: Bar): UTCTimestamp => (bar.startUs / 1_000_000) as UTCTimestamp;
  const candle = (bar: Bar) => ({ ...candleOf(bar, priceDecimals), time: timeOf(bar) });
  const line = (bar: Bar) => ({ time: timeOf(bar), value: barSpreadBps(bar) });
  const column = (bar: Bar) => ({ time: timeOf(bar), value: bar.volume / 10 ** qtyDecimals });
  // Where the pointer is in another chart, this one shows the same moment.
  let shown: { readonly time: UTCTimestamp; readonly close: number }[] = [];
  const follow = (atS: number | null): void => {
    const bar = atS === null ? undefined : barAt(shown, atS);
    if (bar === undefined) chart.clearCrosshairPosition();
    else chart.setCrosshairPosition(bar.close, bar.time, candles);
  };
  const leave = CHART_CROSSHAIR.join(follow);
  chart.subscribeCrosshairMove(({ time }) =>
    CHART_CROSSHAIR.move(follow, typeof time === 'number' ? time : null),
  );
  return {
    show(bars) {
      shown = bars.map(candle);
      candles.setData(bars.map(candle));
      spread.setData(bars.map(line));
      volume.setData(bars.map(column));
    },
    update(bars) {
      for (const bar of bars) {
        if (shown.at(-1)?.time === timeOf(bar)) shown.pop();
        shown.push(candle(bar));
        candles.update(candle(bar));
        spread.update(line(bar));
        volume.update(column(bar));
      }
    },
    mark(marks) {
      markers.setMarkers(
        marks.map(
          ({ time, side, text }): SeriesMarker<Time> => ({
            time: time as UTCTimestamp,
            position: side === 'buy' ? 'belowBar' : 'aboveBar',
            shape: side === 'buy' ? 'arrowUp' : 'arrowDown',
            color: marked[side],
            text,
          }),
        ),
      );
    },
    formatTimes: (timeText) => formatTimes(chart, timeText),
    view: viewOf(chart),
    remove: () => {
      leave();
      removeChart(chart);
    },
  };
}
