import type { Waterfall } from '../../../src-engine/domain/opportunity.ts';
import { WATERFALL_STEPS } from '../../lib/words.ts';

export type WaterfallBar = {
  readonly key: string;
  readonly label: string;
  readonly explain: string;
  /** The step in bps; for the last bar the net edge. */
  readonly bps: number;
  /** Where the bar lies, as fractions of the chart's width. */
  readonly from: number;
  readonly to: number;
};

/** Bars that float from one running total to the next, and the place of zero, over a common scale. */
export function waterfallBars(waterfall: Waterfall): {
  readonly bars: readonly WaterfallBar[];
  readonly zero: number;
} {
  let running = 0;
  const spans = WATERFALL_STEPS.flatMap(({ key, label, explain }) => {
    const bps = waterfall[key];
    // Steps of routes over several venues alone.
    if (bps === undefined) return [];
    const start = running;
    running += bps;
    return [{ key, label, explain, bps, start, end: running }];
  });
  const net = { key: 'netBps', label: 'Net', explain: 'The expected net edge.', bps: waterfall.netBps };
  const all = [...spans, { ...net, start: 0, end: waterfall.netBps }];
  const ends = all.flatMap(({ start, end }) => [start, end]);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const at = (bps: number) => (high === low ? 0 : (bps - low) / (high - low));
  return {
    bars: all.map(({ key, label, explain, bps, start, end }) => ({
      key,
      label,
      explain,
      bps,
      from: at(Math.min(start, end)),
      to: at(Math.max(start, end)),
    })),
    zero: at(0),
  };
}
