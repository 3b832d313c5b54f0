import { fixedText } from '../../lib/figures.ts';
import { LineSeries } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { formatDuration } from '../../lib/time-text.ts';
import { withPoint } from '../../lib/decimal-text.ts';
import { makeLabChart, formatTimes, removeChart, tokenOf } from './chart-style.ts';
import { changeSeries, type EquityPoint } from './equity-series.ts';

type Samples = readonly EquityPoint[];

/** Both equity curves from one start, in bps of it, by the time since each run began. */
export function CompareChart({ a, b }: { readonly a: Samples; readonly b: Samples }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const chart = makeLabChart(element);
    formatTimes(chart, (seconds) => (seconds <= 0 ? '0' : `+${formatDuration(seconds * 1_000_000)}`));
    const line = (samples: Samples, token: string, title: string) => {
      const series = chart.addSeries(LineSeries, {
        color: tokenOf(element, token),
        lineWidth: 1,
        title,
        priceLineVisible: false,
        priceFormat: {
          type: 'custom',
          minMove: 0.01,
          formatter: (bps: number) => `${withPoint(bps.toFixed(2))} bps`,
        },
      });
      series.setData([...changeSeries(samples)]);
    };
    line(a, '--accent', 'A');
    line(b, '--warn', 'B');
    chart.timeScale().fitContent();
    return () => removeChart(chart);
  }, [a, b]);
  const last = (samples: Samples) => {
    const end = changeSeries(samples).at(-1);
    return end === undefined ? 'no' : fixedText(end.value, 2);
  };
  return (
    <div
      ref={host}
      className="lab-chart"
      role="img"
      aria-label={`Equity of both runs since their start: A ends at ${last(a)} bps, B at ${last(b)} bps`}
    />
  );
}
