/**
 * What the pairs rule would have done over past bars, net of costs. Each decision is carried out at the close of the next
 * bar, never at the one that it was made of. It describes the past of one pair; whoever chose the pair or the settings by these
 * bars has chosen the result.
 */
import type { TimeUs } from '../../domain/time.ts';
import {
  type PairBar,
  type PairsDecision,
  type PairsPhase,
  PairsRule,
  type PairsReason,
} from './pairs-rule.ts';
import type { PairsSettings } from './pairs-settings.ts';

export type RehearsedTrade = {
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  /** A was bought and B sold, or the other way. */
  readonly side: 'long' | 'short';
  readonly hedgeRatio: number;
  /** Why it was left; `open` at the end of the bars, valued at the last close. */
  readonly left: PairsReason | 'open';
  /** In bps of the value of A at entry. */
  readonly grossBps: number;
  readonly costBps: number;
  readonly netBps: number;
};

export type Rehearsal = {
  readonly bars: number;
  readonly phase: PairsPhase;
  /** Of the last bar. */
  readonly reason: PairsReason | null;
  /** Tests that could have found a pair. */
  readonly tests: number;
  readonly trades: readonly RehearsedTrade[];
  readonly netBps: number;
};

type Open = { readonly bar: PairBar; readonly a: number; readonly b: number };

/** @throws UserError for a setting or a bar that does not fit. */
export function rehearse(bars: Iterable<PairBar>, settings: PairsSettings): Rehearsal {
  const rule = new PairsRule(settings);
  const trades: RehearsedTrade[] = [];
  let open: Open | undefined;
  let last: PairBar | undefined;
  let decision: PairsDecision | undefined;
  let leaves: PairsReason = 'returned';
  let count = 0;
  for (const bar of bars) {
    const wanted = decision?.wanted;
    if (open !== undefined && wanted?.a === 0) {
      trades.push(tradeOf(open, bar, leaves, settings));
      open = undefined;
    } else if (open === undefined && wanted !== undefined && wanted.a !== 0) {
      open = { bar, a: wanted.a, b: wanted.b };
    }
    decision = rule.onBar(bar);
    if (open !== undefined && decision.wanted.a === 0) leaves = decision.reason;
    last = bar;
    count++;
  }
  if (open !== undefined && last !== undefined && open.bar !== last)
    trades.push(tradeOf(open, last, 'open', settings));
  return {
    bars: count,
    phase: rule.phase,
    reason: decision?.reason ?? null,
    tests: rule.spentTests,
    trades,
    netBps: trades.reduce((sum, { netBps }) => sum + netBps, 0),
  };
}

function tradeOf(
  { bar: from, a, b }: Open,
  to: PairBar,
  left: RehearsedTrade['left'],
  { costBpsA, costBpsB }: PairsSettings,
): RehearsedTrade {
  const [growthA, growthB] = [to.a / from.a, to.b / from.b];
  const grossBps = (a * (growthA - 1) + b * (growthB - 1)) * 10_000;
  const costBps = Math.abs(a) * costBpsA * (1 + growthA) + Math.abs(b) * costBpsB * (1 + growthB);
  return {
    fromUs: from.endUs,
    toUs: to.endUs,
    side: a > 0 ? 'long' : 'short',
    hedgeRatio: Math.abs(b),
    left,
    grossBps,
    costBps,
    netBps: grossBps - costBps,
  };
}
