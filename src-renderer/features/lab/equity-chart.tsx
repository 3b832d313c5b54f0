import { groupThousands } from '../../lib/decimal-text.ts';
import { AreaSeries, type IChartApi, LineSeries } from 'lightweight-charts';
import { useEffect, useMemo, useRef } from 'react';
import { usePrefs } from '../../lib/prefs.ts';
import { formatClock } from '../../lib/time-text.ts';
import { figureFormat, makeLabChart, formatTimes, removeChart, tokenOf } from './chart-style.ts';
import {
  type EquityPoint,
  equitySeries,
  gapText,
  UNSEEN_AREA,
  UNSEEN_LINE,
  withGaps,
} from './equity-series.ts';
import { fixedText } from '../../lib/figures.ts';

type EquityCurveProps = {
  readonly samples: readonly EquityPoint[];
  readonly home: string;
  /** Where the trade under review lies, in µs; null: none. */
  readonly atUs: number | null;
};

/** To three decimals; a zero has no sign. */
function percent(value: number): string {
  return `${fixedText(Math.round(value * 1_000) / 1_000 || 0, 3)} %`;
}

/** Equity above, drawdown below, on one scale of time. */
export function EquityCurve({ samples, home, atUs }: EquityCurveProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<IChartApi | null>(null);
  const zone = usePrefs((prefs) => prefs.zone);
  const series = useMemo(() => equitySeries(samples), [samples]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = makeLabChart(element);
    formatTimes(made, (time) => formatClock(time * 1_000_000, zone));
    chart.current = made;
    const equity = made.addSeries(AreaSeries, {
      lineColor: tokenOf(element, '--accent'),
      topColor: tokenOf(element, '--accent-wash'),
      bottomColor: 'transparent',
      lineWidth: 1,
      priceLineVisible: false,
      priceFormat: figureFormat(2),
    });
    const drawdown = made.addSeries(
      LineSeries,
      {
        color: tokenOf(element, '--loss'),
        lineWidth: 1,
        priceLineVisible: false,
        priceFormat: { type: 'custom', minMove: 0.001, formatter: percent },
      },
      1,
    );
    equity.setData(withGaps(series.equity, UNSEEN_AREA));
    drawdown.setData(withGaps(series.drawdown, UNSEEN_LINE));
    made.panes()[0]?.setStretchFactor(3);
    made.panes()[1]?.setStretchFactor(1);
    // A wider panel shows all of it too, and no empty half.
    made.timeScale().subscribeSizeChange(() => made.timeScale().fitContent());
    made.timeScale().fitContent();
    return () => {
      chart.current = null;
      removeChart(made);
    };
  }, [series, zone]);

  useEffect(() => {
    const first = chart.current?.panes()[0]?.getSeries()[0];
    const last = series.equity.findLast(
      ({ time, value }) => value !== undefined && atUs !== null && time <= atUs / 1_000_000,
    );
    if (first === undefined || atUs === null || last?.value === undefined)
      return chart.current?.clearCrosshairPosition();
    chart.current?.setCrosshairPosition(last.value, last.time, first);
  }, [atUs, series]);

  const last = samples.at(-1)?.equity;
  const deepest = Math.min(0, ...series.drawdown.map(({ value }) => value ?? 0));
  const gaps = useMemo(() => gapText(samples), [samples]);
  return (
    <div
      ref={host}
      className="lab-chart"
      role="group"
      aria-label={
        last === undefined
          ? 'Equity curve: no samples'
          : `Equity curve from ${groupThousands(String(samples[0]?.equity))} to ${groupThousands(last)} ${home}; deepest drawdown ${fixedText(deepest, 3)} %${gaps === '' ? '' : `. ${gaps}`}`
      }
      title={gaps === '' ? undefined : gaps}
    />
  );
}
