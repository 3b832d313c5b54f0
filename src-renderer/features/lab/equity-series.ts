/** Curves of a run as the chart takes them. Floating point serves the drawing only. */
import type { LineData, UTCTimestamp, WhitespaceData } from 'lightweight-charts';
import { coinsText } from '../../../src-engine/domain/day-texts.ts';
import { drawdownsOf } from '../../../src-engine/domain/equity-curve.ts';
import type { EquitySample } from '../../../src-engine/domain/event.ts';
import { wholeFlags, wholeSamples } from '../../../src-engine/domain/whole-samples.ts';
import { chartTimes } from '../../lib/chart-times.ts';

export type EquityPoint = Pick<
  EquitySample,
  'atUs' | 'equity' | 'realizedPnl' | 'unrealizedPnl' | 'withoutPrice'
>;

/** A point, or a place without one. A chart draws a line over such places: the point before them is named. */
export type GapPoint = {
  readonly time: UTCTimestamp;
  readonly value?: number;
  readonly isBeforeGap: boolean;
};

export type EquitySeries = {
  readonly equity: readonly GapPoint[];
  /** Percent below the highest growth so far, zero or less: as the figures of a run measure it. */
  readonly drawdown: readonly GapPoint[];
};

/** One place per sample, none left out: the engine has chosen which it sends. Where a coin had no price is a gap. */
export function equitySeries(samples: readonly EquityPoint[]): EquitySeries {
  const times = chartTimes(samples);
  const depths = drawdownsOf(samples);
  const isWhole = wholeFlags(samples);
  const points = (value: (at: number) => number): GapPoint[] =>
    samples.map((_, at) => ({
      time: times[at] as UTCTimestamp,
      ...(isWhole[at] === true && { value: value(at) }),
      isBeforeGap: isWhole[at] === true && isWhole[at + 1] === false,
    }));
  return {
    equity: points((at) => Number(samples[at]?.equity)),
    drawdown: points((at) => (depths[at] ?? 0) * 100),
  };
}

/** As a chart takes it: what leads from the point before a gap to the one behind it is not seen. */
export function withGaps(
  points: readonly GapPoint[],
  unseen: object,
): (LineData<UTCTimestamp> | WhitespaceData<UTCTimestamp>)[] {
  return points.map(({ time, value, isBeforeGap }) =>
    value === undefined ? { time } : { time, value, ...(isBeforeGap && unseen) },
  );
}

export const UNSEEN_LINE = { color: 'transparent' };
export const UNSEEN_AREA = { lineColor: 'transparent', topColor: 'transparent', bottomColor: 'transparent' };

/** What a curve with gaps does not show; empty: it has none. */
export function gapText(samples: readonly EquityPoint[]): string {
  const isWhole = wholeFlags(samples);
  const left = samples.map(({ withoutPrice = 0 }, at) => (isWhole[at] === true ? 0 : withoutPrice));
  const most = Math.max(0, ...left);
  const last = isWhole.at(-1) === false ? samples.at(-1) : undefined;
  if (last !== undefined)
    return `The newest point is not drawn: ${last.equity} and ${coinsText(last.withoutPrice ?? 0)}`;
  return most === 0 ? '' : `Not drawn: points that leave out up to ${coinsText(most)}`;
}

/** Seconds since the first sample instead of times, so that runs of different days lie over each other. */
export function changeSeries(samples: readonly EquityPoint[]): readonly LineData<UTCTimestamp>[] {
  const whole = wholeSamples(samples);
  const times = chartTimes(whole);
  const [first] = whole;
  const from = Number(first?.equity ?? 0);
  if (from === 0) return [];
  return whole.map(({ equity }, at) => ({
    time: ((times[at] ?? 0) - (times[0] ?? 0)) as UTCTimestamp,
    value: (Number(equity) / from - 1) * 10_000,
  }));
}
