import { describe, expect, it } from 'vitest';
import type { EngineHealth, EngineStatus } from '../contract/records.ts';
import type { GhostStatus } from '../contract/live-records.ts';
import type { RiskStatus } from '../contract/risk-records.ts';
import type { OrderRecord } from '../domain/event.ts';
import { sampleFill, sampleOrder } from '../testing/sample-events.ts';
import type { DeskFigures } from './desk-metrics.ts';
import { OrderEnds } from './order-ends.ts';
import { prometheusText } from './prometheus.ts';
import { RequestMeter } from './request-meter.ts';

const counts = {
  count: 3,
  sumUs: 1_500_000,
  buckets: [
    { upToUs: 1, count: 1 },
    { upToUs: 1_000, count: 2 },
  ],
};
const recent = { count: 3, p50Us: 1, p99Us: 2, p999Us: 2, maxUs: 2, bars: [] };

const health: EngineHealth = {
  atUs: 1,
  upUs: 1,
  stages: [{ stage: 'book', recent, total: counts }],
  loop: { isBehind: false, recent, total: counts },
  queue: { waiting: 0, most: 4, limit: 10 },
  conflatedBooks: 7,
  memory: { residentBytes: 1e8, heapBytes: 5e7 },
};

const status = {
  version: '1.0 "a\\b"',
  profile: 'demo',
  mode: 'paper',
  simulatedMarket: true,
  killed: true,
  paused: false,
  ordersInFlight: 2,
  storage: { kind: 'sqlite', healthy: true, detail: '', durability: 'disk' },
  feeds: [
    {
      venue: 'kraken',
      aliveAgeUs: 250_000,
      booksLive: 5,
      booksSyncing: 1,
      booksStale: 0,
      checksumMismatches: 3,
      notTraded: { count: 0, named: [] },
      weaker: '',
      joining: { count: 0, named: [] },
    },
    { venue: 'other', aliveAgeUs: null, booksLive: 0, booksSyncing: 9, booksStale: 0, checksumMismatches: 0 },
  ],
  counters: { bookUpdates: 10, opportunities: 4, orders: 3, fills: 2, denials: 1 },
} as unknown as EngineStatus;

const desk = (runs = true): DeskFigures => {
  const ends = new OrderEnds();
  const requests = new RequestMeter();
  const order = sampleOrder({ venue: 'kraken', state: 'filled' });
  const partly = sampleOrder({ venue: 'kraken', state: 'partial' as OrderRecord['state'] });
  ends.take([
    { seq: 1, event: { type: 'orderFilled', atUs: 1, order, fill: sampleFill() } },
    { seq: 2, event: { type: 'orderFilled', atUs: 1, order: partly, fill: sampleFill() } },
    { seq: 3, event: { type: 'orderRejected', atUs: 1, order } },
  ]);
  requests.record('getStatus', 200, 7_000);
  requests.record('getStatus', 204, 3_000_000);
  if (!runs) {
    const nothing = { risk: undefined, portfolio: undefined, standing: undefined, ghost: undefined };
    return {
      ...nothing,
      ends,
      requests,
      streams: 0,
      channels: [],
      intelligence: {
        counts: new Map(),
        used: { calls: 0, tokens: 0 },
        readingAgeUs: null,
        failingUs: { endpoint: 0, feed: 0 },
      },
      buses: [],
      slos: { sinceUs: null, slos: [] },
    };
  }
  return {
    risk: {
      holds: [{ kind: 'halted', reason: 'clock', venue: 'kraken' }],
      equity: '900',
      peakEquity: '1000',
      breakers: [],
    } as unknown as RiskStatus,
    portfolio: {
      balances: [],
      equity: {
        atUs: 1,
        homeAsset: 'USD',
        equity: '900',
        realizedPnl: '-3.5',
        unrealizedPnl: '0',
        fees: '1',
        capital: '903.5',
        profit: '-3.5',
        cycles: '2',
        holdings: '-5.5',
        notValued: '0',
      },
    },
    standing: {
      unknownOrders: [{}, {}],
      venues: [{ venue: 'kraken', differences: [{}] }],
    } as unknown as NonNullable<DeskFigures['standing']>,
    ghost: { pairs: 2, trackingErrorBps: null } as unknown as GhostStatus,
    ends,
    requests,
    streams: 3,
    channels: [{ channel: 'desk', sent: 2, failed: 1 }],
    intelligence: {
      counts: new Map([['answered', 4]]),
      used: { calls: 0.25, tokens: 0.5 },
      readingAgeUs: runs ? 90_000_000 : null,
      failingUs: { endpoint: 0, feed: 7_200_000_000 },
    },
    buses: [{ bus: 'desk', published: 5, failed: 1, backlog: 3 }],
    slos: {
      sinceUs: 1,
      slos: [
        {
          name: 'api',
          target: 0.95,
          unit: 'calls',
          total: 4,
          good: 3,
          ratio: 0.75,
          budgetLeft: -4,
          isMissed: false,
          burnHour: 5,
          burnSixHours: null,
        },
      ],
    },
  };
};

/** A line of the format: a comment, or a name with labels and a value. */
const LINE =
  /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\})? (?:NaN|-?[\d.e+-]+))$/;

describe('metrics', () => {
  it('are lines of the format, each metric under one heading', () => {
    const lines = prometheusText(status, health, desk()).trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(LINE);
    const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(types).size).toBe(types.length);
  });

  it('agree with the records, in seconds and bytes', () => {
    const text = prometheusText(status, health, desk());
    for (const line of [
      'parallax_killed 1',
      'parallax_intent_durability{level="disk"} 1',
      'parallax_intent_durability{level="process"} 0',
      'parallax_feed_alive_age_seconds{venue="kraken"} 0.25',
      'parallax_feed_alive_age_seconds{venue="other"} NaN',
      'parallax_books{venue="kraken",state="syncing"} 1',
      'parallax_stage_seconds_bucket{stage="book",le="0.000001"} 1',
      'parallax_stage_seconds_bucket{stage="book",le="+Inf"} 3',
      'parallax_stage_seconds_sum{stage="book"} 1.5',
      'parallax_loop_delay_seconds_count 3',
      'parallax_books_conflated_total 7',
      'parallax_resident_bytes 100000000',
      'parallax_bus_backlog{bus="desk"} 3',
      'parallax_slo_ratio{slo="api"} 0.75',
      'parallax_slo_burn_rate{slo="api",window="hour"} 5',
      'parallax_info{version="1.0 \\"a\\\\b\\"",profile="demo",mode="paper",simulated="true"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('leave out the health of a session that is not there', () => {
    const text = prometheusText({ ...status, feeds: [] }, undefined, desk(false));
    expect(text).not.toMatch(/stage|loop|parallax_books/);
    expect(text).toContain('parallax_orders_total 3');
  });

  it('of the desk are what the window shows; what is not known is left out', () => {
    const text = prometheusText(status, health, desk());
    for (const line of [
      'parallax_halted{venue=""} 0',
      'parallax_halted{venue="kraken"} 1',
      'parallax_drawdown_ratio 0.09999999999999998',
      'parallax_equity_home{asset="USD"} 900',
      'parallax_pnl_home{asset="USD",kind="realized"} -3.5',
      'parallax_capital_home{asset="USD"} 903.5',
      'parallax_pnl_home{asset="USD",kind="cycles"} 2',
      'parallax_pnl_home{asset="USD",kind="holdings"} -5.5',
      'parallax_orders_unknown 2',
      'parallax_reconcile_differences{venue="kraken"} 1',
      'parallax_tracking_pairs 2',
      'parallax_order_ends_total{venue="kraken",end="filled"} 1',
      'parallax_order_ends_total{venue="kraken",end="rejected"} 1',
      'parallax_sse_clients 3',
      'parallax_intelligence_results_total{code="answered"} 4',
      'parallax_intelligence_budget_used_ratio{of="tokens"} 0.5',
      'parallax_intelligence_reading_age_seconds 90',
      'parallax_intelligence_failing_seconds{part="feed"} 7200',
      'parallax_notifications_total{channel="desk",result="failed"} 1',
      'parallax_http_request_seconds_bucket{operation="getStatus",code="2xx",le="0.01"} 1',
      'parallax_http_request_seconds_count{operation="getStatus",code="2xx"} 2',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).not.toContain('tracking_error_bps');
    expect(prometheusText(status, undefined, desk(false))).not.toMatch(
      /drawdown|halted|equity|unknown|reading_age/,
    );
  });
});
