import {
  AreaSeries,
  ColorType,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineStyle,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useMemo, useRef } from 'react';
import type { EquitySample } from '../../../src-engine/domain/event.ts';
import { wholeFlags } from '../../../src-engine/domain/whole-samples.ts';
import { useReplica } from '../../engine/use-session.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatClock } from '../../lib/time-text.ts';
import { figureFormat, formatTimes, removeChart } from '../lab/chart-style.ts';
import { gapText } from '../lab/equity-series.ts';
import { curvePoints } from './curve-points.ts';

const NONE: readonly EquitySample[] = [];
/** A curve of less shows seconds on its axis. */
const SHORT_US = 900_000_000;

/** The equity curve, up to what the account is worth now. Colours come from the tokens; the curve is redrawn only when a sample was added. */
export function EquityChart() {
  const samples = useReplica((replica) => replica.equityCurve) ?? NONE;
  const equity = useReplica((replica) => replica.equity) ?? null;
  const zone = usePrefs((prefs) => prefs.zone);
  // Of some minutes each label would be one of few: with seconds no two are the same.
  const isShort = (samples.at(-1)?.atUs ?? 0) - (samples[0]?.atUs ?? 0) < SHORT_US;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<IChartApi | null>(null);
  const series = useRef<ISeriesApi<'Area'> | null>(null);
  const drawn = useRef<readonly EquitySample[]>(NONE);
  const lastTime = useRef(0);
  const hasNow = useRef(false);

  useEffect(() => {
    if (host.current === null) return;
    const made = makeChart(host.current);
    chart.current = made.chart;
    series.current = made.series;
    drawn.current = NONE;
    hasNow.current = false;
    return () => {
      chart.current = null;
      series.current = null;
      removeChart(made.chart);
    };
  }, []);

  useEffect(() => {
    if (chart.current === null) return;
    const clock = (seconds: number): string => formatClock(seconds * 1_000_000, zone);
    formatTimes(chart.current, clock, (seconds) => (isShort ? clock(seconds) : clock(seconds).slice(0, 5)));
  }, [zone, isShort]);

  useEffect(() => {
    if (series.current === null) return;
    if (hasNow.current) series.current.pop(1);
    if (samples !== drawn.current) {
      const points = curvePoints(samples);
      const added = samples.length === drawn.current.length + 1 && samples[0] === drawn.current[0];
      const last = points.at(-1);
      // A gap that begins hides the point before it: all is drawn again.
      if (added && last !== undefined && 'value' in last) series.current.update(last);
      else series.current.setData(points);
      lastTime.current = Number(last?.time ?? 0);
      drawn.current = samples;
    }
    // The figure beside the curve is newer than its last sample: both say the same.
    const nowS = equity === null ? 0 : equity.atUs / 1_000_000;
    const isWhole = equity !== null && wholeFlags([...samples, equity]).at(-1) === true;
    hasNow.current = isWhole && samples.length > 0 && nowS > lastTime.current;
    if (hasNow.current && equity !== null)
      series.current.update({ time: nowS as UTCTimestamp, value: Number(equity.equity) });
    chart.current?.timeScale().fitContent();
  }, [samples, equity]);

  const gaps = useMemo(() => gapText(samples), [samples]);
  return (
    <div
      ref={host}
      className="equity-chart"
      role="group"
      aria-label={gaps === '' ? 'Equity curve' : `Equity curve. ${gaps}`}
      title={gaps === '' ? undefined : gaps}
    />
  );
}

function makeChart(host: HTMLElement): { chart: IChartApi; series: ISeriesApi<'Area'> } {
  const tokens = getComputedStyle(host);
  const token = (name: string) => tokens.getPropertyValue(name).trim();
  const chart = createChart(host, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: token('--text-dim'),
      fontFamily: token('--font-mono'),
      fontSize: 10,
      // It would lie on the curve; the notice of its authors is in the help.
      attributionLogo: false,
    },
    grid: {
      vertLines: { visible: false },
      horzLines: { color: token('--line-soft'), style: LineStyle.Dotted },
    },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.08 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: false,
      rightOffset: 2,
      // All of the curve is visible, however many points it has.
      minBarSpacing: 0.01,
    },
    crosshair: { vertLine: { labelVisible: true }, horzLine: { labelVisible: true } },
    // Always the whole curve: a chart that was moved by accident misleads.
    handleScale: false,
    handleScroll: false,
  });
  const series = chart.addSeries(AreaSeries, {
    lineColor: token('--accent'),
    topColor: token('--accent-wash'),
    bottomColor: 'transparent',
    lineWidth: 1,
    priceLineVisible: false,
    priceFormat: figureFormat(2),
  });
  return { chart, series };
}
