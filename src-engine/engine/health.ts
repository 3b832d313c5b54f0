/** How well the engine keeps up, as one record. */
import { type EngineHealth, LATENCY_BARS_US } from '../contract/records.ts';
import type { LatencyHistogram } from '../lib/latency-histogram.ts';
import { MAX_QUEUE } from '../runner/runner.ts';
import { STAGES } from '../runner/stage-meter.ts';
import type { TradingSession } from './trading-session.ts';

const NS_PER_US = 1_000;
/** Ends of the buckets that metrics export, in µs: the resolution of a dashboard. */
const BUCKETS_US = [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000, 25_000, 100_000, 1_000_000];

export function engineHealth(session: TradingSession, nowUs: number): EngineHealth {
  const { pace, runner } = session.parts;
  const { rss, heapUsed } = process.memoryUsage();
  return {
    atUs: nowUs,
    upUs: nowUs - session.startedUs,
    stages: STAGES.map((stage) => ({
      stage,
      recent: figuresOf(pace.meter.recent(stage)),
      total: countsOf(pace.meter.totals[stage]),
    })),
    loop: {
      isBehind: pace.isBehind,
      recent: figuresOf(pace.recentLateness()),
      total: countsOf(pace.lateness),
    },
    queue: { waiting: runner.waiting, most: runner.mostWaiting, limit: MAX_QUEUE },
    conflatedBooks: runner.conflated,
    memory: { residentBytes: rss, heapBytes: heapUsed },
  };
}

function figuresOf(histogram: LatencyHistogram): EngineHealth['loop']['recent'] {
  const us = (share: number): number => histogram.quantile(share) / NS_PER_US;
  return {
    count: histogram.count,
    p50Us: us(0.5),
    p99Us: us(0.99),
    p999Us: us(0.999),
    maxUs: histogram.maxNs / NS_PER_US,
    bars: barsOf(histogram),
  };
}

function barsOf(histogram: LatencyHistogram): number[] {
  const below = LATENCY_BARS_US.slice(1).map((us) => histogram.countUpTo(us * NS_PER_US));
  return [...below, histogram.count].map((count, bar) => count - (below[bar - 1] ?? 0));
}

function countsOf(histogram: LatencyHistogram): EngineHealth['loop']['total'] {
  return {
    count: histogram.count,
    sumUs: histogram.sumNs / NS_PER_US,
    buckets: BUCKETS_US.map((upToUs) => ({ upToUs, count: histogram.countUpTo(upToUs * NS_PER_US) })),
  };
}
