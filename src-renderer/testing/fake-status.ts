/** The made-up engine's status, in the contract's own shape. */
import {
  type EngineHealth,
  type EngineStatus,
  LATENCY_BARS_US,
  type ProfileName,
} from '../../src-engine/contract/records.ts';
import type { RiskStatus } from '../../src-engine/contract/risk-records.ts';

export type FakeStanding = {
  readonly profile: ProfileName | null;
  readonly nowUs: number;
  readonly killed: boolean;
  readonly openOrders: number | null;
  readonly paused: boolean;
  /** True while the venue is silent. */
  readonly cut: boolean;
  readonly dataAgeUs: number;
  readonly instruments: number;
  readonly updates: number;
  readonly factSeq: number;
  readonly recording: string | null;
  readonly runs: number;
  readonly inFlight: number;
};

const STARTED_US = Date.now() * 1_000 - 3_600_000_000;

export function fakeStatus(standing: FakeStanding): EngineStatus {
  const { profile } = standing;
  const chosen = profile !== null;
  const demo = profile === 'demo';
  return {
    version: '0.1.0-made-up',
    profile,
    plan: profile === null ? null : { name: profile, mode: demo ? 'demo' : 'paper', isBuiltIn: true },
    mode: chosen ? 'paper' : null,
    simulatedMarket: demo,
    venueTitle: chosen ? (demo ? 'Local exchange' : 'Kraken') : '',
    atUs: standing.nowUs,
    startedUs: STARTED_US,
    arming: null,
    killed: standing.killed,
    killVerifiedOpenOrders: standing.openOrders,
    killProblem: '',
    killVenues: [],
    paused: standing.paused,
    haltReason: '',
    unreachedVenues: [],
    doubtedCoins: [],
    feeds: chosen
      ? [
          {
            venue: demo ? 'simulated' : 'kraken',
            adapter: 'kraken',
            title: demo ? 'Demo market (simulated)' : 'Kraken',
            isSimulated: demo,
            blocker: null,
            state: 'open',
            venueStatus: 'online',
            reason: '',
            dataAgeUs: standing.dataAgeUs,
            aliveAgeUs: standing.dataAgeUs,
            booksLive: standing.cut ? 0 : 30,
            booksSyncing: 1,
            booksStale: standing.cut ? 31 : 1,
            messages: standing.updates,
            checksumMismatches: 0,
            notTraded: { count: 0, named: [] },
            weaker: '',
            joining: { count: 0, named: [] },
            haltedFor: '',
            watchedFor: '',
            isByRest: false,
            lastFault: null,
            clock: null,
            takerFees: null,
            account: null,
          },
        ]
      : [],
    instruments: chosen ? standing.instruments : 0,
    cycles: chosen ? 148 : 0,
    ordersInFlight: standing.inFlight,
    factSeq: standing.factSeq,
    recording: standing.recording,
    storage: { kind: 'sqlite', healthy: true, detail: '/data/parallax.sqlite', durability: 'disk' },
    counters: {
      bookUpdates: standing.updates,
      opportunities: standing.runs,
      orders: standing.runs * 3,
      fills: standing.runs * 3,
      denials: 4,
    },
  };
}

/** Health of an engine that keeps up. */
export function fakeHealth(nowUs: number): EngineHealth {
  const figures = (p50Us: number): EngineHealth['loop'] => ({
    isBehind: false,
    recent: {
      count: 18_240,
      p50Us,
      p99Us: p50Us * 2.6,
      p999Us: p50Us * 9,
      maxUs: p50Us * 40,
      bars: LATENCY_BARS_US.map((us) => Math.floor(9_000 * Math.exp(-3 * Math.log(us / p50Us) ** 2))),
    },
    total: { count: 0, sumUs: 0, buckets: [] },
  });
  const stages = [
    ['parsed', 0.31],
    ['book', 0.24],
    ['decided', 0.18],
    ['sent', 1_450],
  ] as const;
  return {
    atUs: nowUs,
    upUs: nowUs - STARTED_US,
    stages: stages.map(([stage, p50Us]) => ({ stage, ...figures(p50Us) })),
    loop: figures(600),
    queue: { waiting: 0, most: 7, limit: 10_000 },
    conflatedBooks: 312,
    memory: { residentBytes: 181e6, heapBytes: 52e6 },
  };
}

/** Risk of an account that lost some of its day, with a breaker and a cycle to let go of. */
export function fakeRisk(): RiskStatus {
  const sinceUs = STARTED_US + 1_800_000_000;
  return {
    level: 'caution',
    levelSinceUs: sinceUs,
    homeAsset: 'USD',
    equity: '24210.55',
    dayOpenEquity: '25000',
    peakEquity: '25102.4',
    holds: [],
    gauges: [
      { name: 'day loss', used: 3.16, limit: 10, unit: '%' },
      { name: 'largest position', used: 4.8, limit: 5, unit: '% of equity' },
      { name: 'gross exposure', used: 6.1, limit: 80, unit: '% of equity' },
    ],
    breakers: [
      {
        breaker: 'data-quality',
        venue: 'kraken',
        state: 'half-open',
        reason: '20 faults in a minute, last: checksum-mismatch',
        sinceUs,
      },
    ],
    stops: [{ strategy: 'kraken USD>BTC>ETH', reason: '8 tries in 60 s without a profit', sinceUs }],
    denials: [{ code: 'position-limit', count: 3 }],
    kellyFraction: null,
    limitsVersion: 2,
  };
}
