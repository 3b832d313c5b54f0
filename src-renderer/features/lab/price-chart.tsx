import {
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineType,
  type Logical,
  type MouseEventParams,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef, useState } from 'react';
import type { RegimeSpan } from '../../../src-engine/contract/market-records.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatClock } from '../../lib/time-text.ts';
import { viewOf } from '../market/chart-view.ts';
import { RegimeBand } from '../market/regime-band.tsx';
import type { ChartView } from '../market/regime-spans.ts';
import { figureFormat, makeLabChart, formatTimes, removeChart, tokenOf } from './chart-style.ts';

/** Best prices of one instrument at a time; null while a side was empty. */
export type PricePoint = { readonly atUs: number; readonly bid: number | null; readonly ask: number | null };

/** One leg of a trade on the chart. */
export type PriceMark = {
  readonly atUs: number;
  readonly executionId: string;
  readonly side: 'buy' | 'sell';
  /** `in`, `2`, `out`, or `✕` for an order that was not filled. */
  readonly text: string;
  readonly failed: boolean;
};

type PriceChartProps = {
  readonly symbol: string;
  readonly points: readonly PricePoint[];
  readonly marks: readonly PriceMark[];
  readonly regimes: readonly RegimeSpan[];
  /** The part of the run that is visible; null: all of it. */
  readonly range: { readonly fromUs: number; readonly toUs: number } | null;
  readonly chosenId: string | null;
  /** A click on a mark, or beside one. */
  readonly onChoose: (executionId: string) => void;
};

/** Parts of a chart that live as long as its host. */
type Made = {
  readonly chart: IChartApi;
  readonly bid: ISeriesApi<'Line'>;
  readonly ask: ISeriesApi<'Line'>;
  readonly markers: ISeriesMarkersPluginApi<Time>;
};

/** How far beside a mark a click still chooses it, in pixels: the marks are small. */
const REACH_PX = 12;

/** Bid and ask with every leg of every trade marked; a click on or beside a mark chooses its trade. */
export function PriceChart({ symbol, points, marks, regimes, range, chosenId, onChoose }: PriceChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const made = useRef<Made | null>(null);
  const [view, setView] = useState<ChartView | null>(null);
  const zone = usePrefs((prefs) => prefs.zone);

  useEffect(() => {
    if (host.current === null) return;
    const parts = makeChart(host.current);
    made.current = parts;
    setView(viewOf(parts.chart));
    return () => {
      made.current = null;
      setView(null);
      removeChart(parts.chart);
    };
  }, []);

  useEffect(() => {
    if (made.current !== null)
      formatTimes(
        made.current.chart,
        (time) => formatClock(time * 1_000_000, zone, true),
        (time) => formatClock(time * 1_000_000, zone),
      );
  }, [zone]);

  useEffect(() => {
    const parts = made.current;
    if (parts === null) return;
    const precision = placesOf(points);
    const priceFormat = figureFormat(precision);
    for (const line of [parts.bid, parts.ask]) line.applyOptions({ priceFormat });
    parts.bid.setData(lineOf(points, 'bid'));
    parts.ask.setData(lineOf(points, 'ask'));
  }, [points]);

  const fromUs = range?.fromUs ?? null;
  const toUs = range?.toUs ?? null;
  useEffect(() => {
    const scale = made.current?.chart.timeScale();
    if (scale === undefined || points.length === 0) return;
    const show = () => {
      if (fromUs === null || toUs === null) scale.fitContent();
      else scale.setVisibleRange({ from: secondsOf(fromUs), to: secondsOf(toUs) });
    };
    show();
    // A panel that changes its width shows the same time, not the same number of points.
    scale.subscribeSizeChange(show);
    return () => scale.unsubscribeSizeChange(show);
  }, [points, fromUs, toUs]);

  useEffect(() => {
    const parts = made.current;
    if (parts === null || host.current === null) return;
    parts.markers.setMarkers(markersOf(host.current, marks, chosenId));
    const onClick = (event: MouseEventParams) => {
      const hit = event.hoveredObjectId;
      const executionId =
        typeof hit === 'string' ? hit.split(' ')[0] : nearestMark(parts.chart, marks, event.point?.x);
      if (executionId !== undefined) onChoose(executionId);
    };
    parts.chart.subscribeClick(onClick);
    return () => parts.chart.unsubscribeClick(onClick);
  }, [marks, chosenId, onChoose]);

  const own = marks.filter(({ executionId }) => executionId === chosenId);
  const spoken = own.map(({ side, text, failed }) => `${text} ${side}${failed ? ' not filled' : ''}`);
  return (
    <>
      <div
        ref={host}
        className="lab-chart"
        role="group"
        aria-label={`Best prices of ${symbol}, ${points.length} points, ${marks.length} legs marked${own.length === 0 ? '' : `; of the chosen trade: ${spoken.join(', ')}`}`}
      />
      <RegimeBand spans={regimes} view={view} />
    </>
  );
}

function makeChart(host: HTMLElement): Made {
  const chart = makeLabChart(host);
  const line = (token: string) =>
    chart.addSeries(LineSeries, {
      color: tokenOf(host, token),
      lineWidth: 1,
      lineType: LineType.WithSteps,
      priceLineVisible: false,
      lastValueVisible: false,
    });
  const bid = line('--bid');
  const ask = line('--ask');
  return { chart, bid, ask, markers: createSeriesMarkers(bid, []) };
}

/** The trade whose mark is nearest in time to where the chart was clicked; undefined where none is near. */
function nearestMark(chart: IChartApi, marks: readonly PriceMark[], clickedX: number | undefined) {
  if (clickedX === undefined) return undefined;
  const scale = chart.timeScale();
  let nearest: string | undefined;
  let reach = REACH_PX;
  for (const { atUs, executionId } of marks) {
    // A mark stands at the price point next to it: not every leg has one at its own time.
    const index = scale.timeToIndex(secondsOf(atUs), true);
    const x = index === null ? null : scale.logicalToCoordinate(index as unknown as Logical);
    if (x === null || Math.abs(x - clickedX) > reach) continue;
    reach = Math.abs(x - clickedX);
    nearest = executionId;
  }
  return nearest;
}

/** Most places behind the point that any of the prices has. */
function placesOf(points: readonly PricePoint[]): number {
  let places = 0;
  for (const { bid } of points) places = Math.max(places, (String(bid ?? '').split('.')[1] ?? '').length);
  return Math.min(8, places);
}

/** The chart counts in seconds; fractions keep the legs of one trade apart. */
function secondsOf(atUs: number): UTCTimestamp {
  return (atUs / 1_000_000) as UTCTimestamp;
}

/** Rising times; of several points at one time the last. The chart counts in seconds, fractions included. */
function lineOf(points: readonly PricePoint[], side: 'bid' | 'ask') {
  const line: { time: UTCTimestamp; value: number }[] = [];
  for (const point of points) {
    const value = point[side];
    if (value === null) continue;
    const time = secondsOf(point.atUs);
    if (line.at(-1)?.time === time) line.pop();
    line.push({ time, value });
  }
  return line;
}

function markersOf(
  host: HTMLElement,
  marks: readonly PriceMark[],
  chosenId: string | null,
): SeriesMarker<Time>[] {
  const colour = (token: string) => tokenOf(host, token);
  return marks
    .toSorted((a, b) => a.atUs - b.atUs)
    .map(({ atUs, executionId, side, text, failed }, at): SeriesMarker<Time> => {
      const isChosen = executionId === chosenId;
      const tone = isChosen ? '--accent' : failed ? '--warn' : side === 'buy' ? '--bid' : '--ask';
      return {
        id: `${executionId} ${at}`,
        time: secondsOf(atUs),
        position: side === 'buy' ? 'belowBar' : 'aboveBar',
        shape: failed ? 'square' : side === 'buy' ? 'arrowUp' : 'arrowDown',
        color: colour(tone),
        size: isChosen ? 1.6 : 0.8,
        ...(isChosen ? { text } : {}),
      };
    });
}
