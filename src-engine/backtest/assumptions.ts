/** What a run takes for granted, in sentences for a person: its first page. */
import { depthWords } from '../domain/book-depth.ts';
import { amountWords } from '../domain/venue-asset.ts';
import type { ReportSettings } from './run-result.ts';

/** Every assumption that moves a figure, in the order in which they are read. */
export function assumptionsOf(settings: ReportSettings): string[] {
  const { latency, hardship, takerFeesBps, feeBps, minNotional, seed, bookDepth, maxAgeMs } = settings;
  const fees = Object.entries(takerFeesBps).map(([bps, count]) => `${bps} bps on ${count} instruments`);
  return [
    ...opening(settings),
    `Taker fees ${feeBps === null ? 'as recorded' : 'as set'}: ${fees.join(', ')}.`,
    minNotional === null
      ? 'Least order values as recorded.'
      : `No order below ${minNotional} of its quote asset, or more where the venue asks for it.`,
    `${latencyWords(latency)} (seed ${seed}); so does its answer.`,
    'An order fills against the book as it stands when it arrives; what it takes is used up until the market has cleared that level.',
    hardship.competitorPct === 0
      ? 'Our orders move no other trader: nobody reacts to them, and nobody is faster.'
      : `Before ${hardship.competitorPct} % of our orders somebody else was faster: they find nothing.`,
    ...(hardship.rejectPct === 0 ? [] : [`The venue rejects ${hardship.rejectPct} % of our orders.`]),
    queueWords(settings),
    `Books keep ${depthWords(bookDepth)} levels a side${maxAgeMs === null ? '' : `; none older than ${maxAgeMs} ms is traded`}.`,
    'What is still held at the end is valued at the last mid prices.',
  ];
}

function opening({ capital, venues }: ReportSettings): string[] {
  const start = Object.entries(capital).map(([asset, amount]) => amountWords(amount, asset));
  if (venues.length < 2) return [`The account starts with ${start.join(', ')}; nothing is paid in or out.`];
  const empty = venues.filter((venue) => !Object.keys(capital).some((asset) => asset.endsWith(`@${venue}`)));
  return [
    `The accounts start with ${start.join(', ')}; nothing is paid in or out.`,
    'Each venue is traded from its own account: nothing moves between venues, and an asset is worth the same at all of them.',
    ...(empty.length === 0 ? [] : [`Nothing lies at ${empty.join(', ')}: nothing is traded there.`]),
  ];
}

/** The engine's own orders never rest; what holds for one that does is told all the same. */
function queueWords({ fills }: ReportSettings): string {
  const cancels =
    fills.queue === 'behind'
      ? 'others who cancel stood behind it'
      : 'others who cancel stood as often before as behind it, each in proportion';
  return `The strategies send orders that take what is there at once or not at all: none rests. One that did would join the end of its level's queue and be filled by trades that reach it, or by the other side of the book; ${cancels} (fills.queue ${fills.queue}). It would pay the taker's fee.`;
}

function latencyWords({ minUs, tailUs, quantilesUs }: ReportSettings['latency']): string {
  const ms = (us: number): string => `${us / 1_000} ms`;
  if (quantilesUs !== undefined) {
    const middle = quantilesUs[Math.floor(quantilesUs.length / 2)] ?? 0;
    return `An order travels as long as was measured: ${ms(quantilesUs[0] ?? 0)} to ${ms(quantilesUs.at(-1) ?? 0)}, half of them up to ${ms(middle)}`;
  }
  if (tailUs === 0) return `An order travels ${ms(minUs)}, always`;
  return `An order travels at least ${ms(minUs)}, and ${ms(minUs + tailUs)} on average, with an exponential tail`;
}
