/** Curves of a run as the chart takes them. Floating point serves the drawing only. */
import type { LineData, UTCTimestamp } from 'lightweight-charts';
import { drawdownsOf } from '../../../src-engine/domain/equity-curve.ts';
import type { EquitySample } from '../../../src-engine/domain/event.ts';
import { chartTimes } from '../../lib/chart-times.ts';

export type EquityPoint = Pick<EquitySample, 'atUs' | 'equity' | 'realizedPnl' | 'unrealizedPnl'>;

export type EquitySeries = {
  readonly equity: readonly LineData<UTCTimestamp>[];
  /** Percent below the highest growth so far, zero or less: as the figures of a run measure it. */
  readonly drawdown: readonly LineData<UTCTimestamp>[];
};

/** One point per sample, none left out: the engine has chosen which it sends. */
export function equitySeries(samples: readonly EquityPoint[]): EquitySeries {
  const times = chartTimes(samples);
  const depths = drawdownsOf(samples);
  const points = (value: (at: number) => number): LineData<UTCTimestamp>[] =>
    samples.map((_, at) => ({ time: times[at] as UTCTimestamp, value: value(at) }));
  return {
    equity: points((at) => Number(samples[at]?.equity)),
    drawdown: points((at) => (depths[at] ?? 0) * 100),
  };
}

/** Seconds since the first sample instead of times, so that runs of different days lie over each other. */
export function changeSeries(samples: readonly EquityPoint[]): readonly LineData<UTCTimestamp>[] {
  const { equity } = equitySeries(samples);
  const [first] = equity;
  if (first === undefined || first.value === 0) return [];
  return equity.map(({ time, value }) => ({
    time: (time - first.time) as UTCTimestamp,
    value: (value / first.value - 1) * 10_000,
  }));
}
