/** The first page of a run: what it was given, what it took for granted, and what came out. */
import { createHash } from 'node:crypto';
import type { RunReview } from '../contract/lab-records.ts';
import type { BacktestReport } from '../backtest/report.ts';
import type { RunMetrics } from '../backtest/metrics/run-metrics.ts';
import { canonicalJson, idOf, type Json } from '../backtest/sweep/trial-id.ts';
import { VERSION } from '../config/version.ts';
import type { Tape } from '../storage/tape/tape-format.ts';
import type { RunRecorder } from './run-recorder.ts';

export type ReviewParts = {
  readonly name: string;
  readonly createdUs: number;
  readonly recordings: readonly string[];
  readonly tape: Tape;
  readonly report: BacktestReport;
  readonly metrics: RunMetrics;
  readonly recorder: RunRecorder;
};

export function makeReview(parts: ReviewParts): RunReview {
  const { name, createdUs, recordings, tape, report, metrics, recorder } = parts;
  const { head } = tape;
  const settings = JSON.parse(JSON.stringify(report.settings)) as Record<string, Json>;
  const data = head.sources.map(({ sha256 }, at) => ({ name: recordings[at] ?? '', sha256 }));
  const digests = data.map(({ sha256 }) => sha256);
  const settingsHash = sha256Of(settings);
  const dataHash = sha256Of(digests);
  return {
    runId: idOf('run', { settings, data: digests, engine: VERSION }),
    name: name === '' ? recordings.join(' + ') : name,
    createdUs,
    recordings: [...recordings],
    fromUs: head.firstUs,
    toUs: head.lastUs,
    events: report.events,
    homeAsset: metrics.homeAsset,
    netPnl: metrics.netPnl,
    totalReturn: metrics.totalReturn,
    sharpe: metrics.sharpe,
    trades: metrics.trades.trades,
    settingsHash,
    dataHash,
    digest: report.digest,
    engineVersion: VERSION,
    settings,
    assumptions: assumptionsOf(report, head.bookDepth),
    data,
    explain: [...report.explain],
    remarks: [...metrics.remarks],
    figures: figuresOf(metrics),
    opportunities: report.opportunities,
    decisions: { ...report.decisions },
    denials: { ...report.denials },
    rejections: { ...report.rejections },
    capture: { ...recorder.capture.figures(), lost: [...recorder.capture.figures().lost] },
    byCycle: groups(metrics.byCycle),
    byVenue: groups(metrics.byVenue),
    byHour: groups(metrics.byHour),
    symbols: recorder.prices.kept().map(({ symbol }) => symbol),
  };
}

function sha256Of(content: Json): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

function groups(list: RunMetrics['byCycle']): RunReview['byCycle'] {
  return list.slice(0, 200).map(({ key, figures: { trades, profit, hitRate } }) => ({
    key,
    trades,
    profit,
    hitRate,
  }));
}

/** All headline figures by one name each. */
function figuresOf(metrics: RunMetrics): RunReview['figures'] {
  const { trades, excursions, maxDrawdown } = metrics;
  const { outcomes: _outcomes, ...ofTrades } = trades;
  const { trades: _trades, ...ofExcursions } = excursions;
  const plain = Object.fromEntries(
    Object.entries(metrics).flatMap(([key, value]): [string, number | string | null][] =>
      typeof value === 'number' || typeof value === 'string' || value === null ? [[key, value]] : [],
    ),
  );
  return { ...plain, maxDrawdown: maxDrawdown?.depth ?? null, ...ofTrades, ...ofExcursions };
}

function latencyWords({ minUs, tailUs, quantilesUs }: BacktestReport['settings']['latency']): string {
  const ms = (us: number): string => `${us / 1_000} ms`;
  if (quantilesUs !== undefined) {
    const middle = quantilesUs[Math.floor(quantilesUs.length / 2)] ?? 0;
    return `An order travels as long as was measured: ${ms(quantilesUs[0] ?? 0)} to ${ms(quantilesUs.at(-1) ?? 0)}, half of them up to ${ms(middle)}`;
  }
  if (tailUs === 0) return `An order travels ${ms(minUs)}, always`;
  return `An order travels at least ${ms(minUs)}, and ${ms(minUs + tailUs)} on average, with an exponential tail`;
}

function assumptionsOf({ settings }: BacktestReport, recordedDepth: number): string[] {
  const { latency, hardship, takerFeesBps, feeBps, minNotional, capital, seed, bookDepth, maxAgeMs } =
    settings;
  const fees = Object.entries(takerFeesBps).map(([bps, count]) => `${bps} bps on ${count} instruments`);
  const start = Object.entries(capital).map(([asset, amount]) => `${amount} ${asset}`);
  return [
    `The account starts with ${start.join(', ')}; nothing is paid in or out.`,
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
    'Every order takes what is there at once or not at all: none rests, so no place in a queue is assumed.',
    `Books keep ${bookDepth} levels a side (${recordedDepth} were recorded)${maxAgeMs === null ? '' : `; none older than ${maxAgeMs} ms is traded`}.`,
    'What is still held at the end is valued at the last mid prices.',
  ];
}
