/** The waterfall of a trade: from the gross edge down to what the decision expected, and on to what was booked. */
import type { Waterfall } from '../../../src-engine/domain/opportunity.ts';
import { WATERFALL_STEPS } from '../../lib/words.ts';

export type TradeBar = {
  readonly key: string;
  readonly label: string;
  readonly explain: string;
  readonly bps: number;
  /** A total stands on zero; a step hangs between two totals. */
  readonly isTotal: boolean;
  /** Where the bar lies, as fractions of the chart's width. */
  readonly from: number;
  readonly to: number;
};

type Span = Omit<TradeBar, 'from' | 'to'> & { readonly start: number; readonly end: number };

/** @param realizedBps what was booked; null for a trade that never held anything. */
export function tradeBars(
  waterfall: Waterfall,
  realizedBps: number | null,
): { readonly bars: readonly TradeBar[]; readonly zero: number } {
  let running = 0;
  const spans: Span[] = WATERFALL_STEPS.flatMap(({ key, label, explain }) => {
    const bps = waterfall[key];
    // Steps of routes over several venues alone.
    if (bps === undefined) return [];
    const start = running;
    running += bps;
    return [{ key, label, explain, bps, isTotal: false, start, end: running }];
  });
  const total = (key: string, label: string, explain: string, bps: number): Span => {
    return { key, label, explain, bps, isTotal: true, start: 0, end: bps };
  };
  spans.push(total('netBps', 'Expected', 'The net edge that the decision expected.', waterfall.netBps));
  if (realizedBps !== null) {
    spans.push({
      key: 'execution',
      label: 'Execution',
      explain:
        'The difference between the decision and the fills: price moves, failed legs and unwinds; the unused slippage buffer is added back.',
      bps: realizedBps - waterfall.netBps,
      isTotal: false,
      start: waterfall.netBps,
      end: realizedBps,
    });
    spans.push(total('realized', 'Booked', 'The result of the fills, after fees.', realizedBps));
  }
  const ends = spans.flatMap(({ start, end }) => [start, end]);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const at = (bps: number): number => (high === low ? 0 : (bps - low) / (high - low));
  return {
    bars: spans.map(({ start, end, ...bar }) => ({
      ...bar,
      from: at(Math.min(start, end)),
      to: at(Math.max(start, end)),
    })),
    zero: at(0),
  };
}
