import type { DecimalText } from '../../../src-engine/domain/decimal.ts';
import type { Waterfall, WaterfallAmounts } from '../../../src-engine/domain/opportunity.ts';
import { WATERFALL_STEPS } from '../../lib/words.ts';

const AMOUNT_OF: Readonly<Record<(typeof WATERFALL_STEPS)[number]['key'], keyof WaterfallAmounts>> = {
  grossBps: 'gross',
  feesBps: 'fees',
  depthBps: 'depth',
  roundingBps: 'rounding',
  slippageBps: 'slippage',
  ageRiskBps: 'ageRisk',
  inventoryBps: 'inventory',
};

export type WaterfallBar = {
  readonly key: string;
  readonly label: string;
  readonly explain: string;
  /** The step in bps; for the last bar the net edge. */
  readonly bps: number;
  /** The same in the home currency, where it is known: of routes over several venues. */
  readonly amount: DecimalText | undefined;
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
    const amount = waterfall.home?.[AMOUNT_OF[key]];
    return [{ key, label, explain, bps, amount, start, end: running }];
  });
  const net = {
    key: 'netBps',
    label: 'Net',
    explain: 'The expected net edge.',
    bps: waterfall.netBps,
    amount: waterfall.home?.net,
  };
  const all = [...spans, { ...net, start: 0, end: waterfall.netBps }];
  const ends = all.flatMap(({ start, end }) => [start, end]);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const at = (bps: number) => (high === low ? 0 : (bps - low) / (high - low));
  return {
    bars: all.map(({ key, label, explain, bps, amount, start, end }) => ({
      key,
      label,
      explain,
      bps,
      amount,
      from: at(Math.min(start, end)),
      to: at(Math.max(start, end)),
    })),
    zero: at(0),
  };
}
