/** The assumptions of a run, in sentences for a person: its first page. */
import { depthWords } from '../domain/book-depth.ts';
import { formatTimeUs } from '../domain/time.ts';
import { amountWords } from '../domain/venue-asset.ts';
import type { ReportSettings } from './run-result.ts';
import { strategyAssumptions } from './run-strategies.ts';

type Assumed = Omit<ReportSettings, 'unfinishedLogs'>;

/** Every assumption that moves a figure, in the order in which they are read. */
export function assumptionsOf(settings: Assumed): string[] {
  const { latency, hardship, takerFeesBps, feeBps, minNotional, seed, bookDepth, maxAgeMs } = settings;
  const fees = Object.entries(takerFeesBps).map(([bps, count]) => `${bps} bps on ${count} instruments`);
  return [
    ...opening(settings),
    `Taker fees ${feeBps === null ? 'as recorded' : 'as set'}: ${fees.join(', ')}.`,
    minNotional === null
      ? 'Minimum order values as recorded.'
      : `Minimum order value ${minNotional} of the quote asset, or the venue’s minimum where that is higher.`,
    `${latencyWords(latency)} (seed ${seed}); the same for its answer.`,
    'An order fills against the book as it stands when it arrives; the quantity it takes is not available again until the market has cleared that level.',
    hardship.competitorPct === 0
      ? 'Our orders have no market impact: no other trader reacts to them or is faster.'
      : `A competitor is faster than ${hardship.competitorPct} % of our orders: they are not filled.`,
    ...(hardship.rejectPct === 0 ? [] : [`The venue rejects ${hardship.rejectPct} % of our orders.`]),
    queueWords(settings),
    `Books keep ${depthWords(bookDepth)} levels a side${maxAgeMs === null ? '' : `; none older than ${maxAgeMs} ms is traded`}.`,
    ...scorerWords(settings),
    ...strategyAssumptions(settings.strategies),
    'Open positions at the end are valued at the last mid prices.',
  ];
}

/** Of what happened before its newest execution ended, a scorer knows the outcome: it is not asked of that. */
function scorerWords({ scorer, detection }: Assumed): string[] {
  if (!detection.scoreOpportunities) return [];
  if (scorer === undefined) return ['Opportunities would be scored, and no scorer was given: all are taken.'];
  const { name, sha256, threshold, fittedToUs } = scorer;
  const gate = detection.scorerGate
    ? `those below ${threshold.toFixed(3)} are not taken, but for one in five as a control`
    : 'all are taken';
  return [
    `Opportunities after ${formatTimeUs(fittedToUs)}, up to which ${name} ${sha256.slice(0, 12)} has learnt, are scored by it: ${gate}.`,
  ];
}

function opening({ capital, venues }: Assumed): string[] {
  const start = Object.entries(capital).map(([asset, amount]) => amountWords(amount, asset));
  if (venues.length < 2) return [`The account starts with ${start.join(', ')}; no deposits or withdrawals.`];
  const empty = venues.filter((venue) => !Object.keys(capital).some((asset) => asset.endsWith(`@${venue}`)));
  return [
    `The accounts start with ${start.join(', ')}; no deposits or withdrawals.`,
    'Each venue is traded from its own account: nothing is transferred between venues, and an asset has the same value at all of them.',
    ...(empty.length === 0 ? [] : [`No balance at ${empty.join(', ')}: nothing is traded there.`]),
  ];
}

/** The engine's own orders never rest; the rule for a resting one is reported nevertheless. */
function queueWords({ fills }: Assumed): string {
  const cancels =
    fills.queue === 'behind'
      ? 'canceled orders were behind it in the queue'
      : 'canceled orders were before and behind it in proportion';
  return `The strategies send immediate-or-cancel orders: none rests. A resting order would join the end of its level's queue and be filled by trades that reach it, or by the opposite side of the book; ${cancels} (fills.queue ${fills.queue}). It would pay the taker fee.`;
}

function latencyWords({ minUs, tailUs, quantilesUs }: ReportSettings['latency']): string {
  const ms = (us: number): string => `${us / 1_000} ms`;
  if (quantilesUs !== undefined) {
    const middle = quantilesUs[Math.floor(quantilesUs.length / 2)] ?? 0;
    return `Order latency as measured: ${ms(quantilesUs[0] ?? 0)} to ${ms(quantilesUs.at(-1) ?? 0)}, median ${ms(middle)}`;
  }
  if (tailUs === 0) return `Order latency ${ms(minUs)}, constant`;
  return `Order latency at least ${ms(minUs)}, ${ms(minUs + tailUs)} on average, with an exponential tail`;
}
