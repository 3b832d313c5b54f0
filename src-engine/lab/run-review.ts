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
    assumptions: [...report.assumptions],
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
