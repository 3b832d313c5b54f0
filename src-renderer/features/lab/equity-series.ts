/** Curves of a run as the chart takes them. Floating point serves the drawing only. */
import type { LineData, UTCTimestamp } from 'lightweight-charts';

type EquityPoint = { readonly atUs: number; readonly equity: string };

export type EquitySeries = {
  readonly equity: readonly LineData<UTCTimestamp>[];
  /** Percent below the highest so far, zero or less. */
  readonly drawdown: readonly LineData<UTCTimestamp>[];
};

/** Whole seconds that rise, the last sample of each; the drawdown sees every sample, the drawn and the others. */
export function equitySeries(samples: readonly EquityPoint[]): EquitySeries {
  const equity: LineData<UTCTimestamp>[] = [];
  const drawdown: LineData<UTCTimestamp>[] = [];
  let peak = Number.NEGATIVE_INFINITY;
  let deepest = 0;
  for (const { atUs, equity: text } of samples) {
    const time = Math.floor(atUs / 1_000_000) as UTCTimestamp;
    const value = Number(text);
    peak = Math.max(peak, value);
    const depth = peak > 0 ? (value / peak - 1) * 100 : 0;
    const at = equity.length - 1;
    const last = equity[at];
    if (last !== undefined && last.time > time) continue;
    if (last?.time === time) {
      deepest = Math.min(deepest, depth);
      equity[at] = { time, value };
      drawdown[at] = { time, value: deepest };
    } else {
      deepest = depth;
      equity.push({ time, value });
      drawdown.push({ time, value: depth });
    }
  }
  return { equity, drawdown };
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
