/** The made-up engine's status, in the contract's own shape. */
import type { EngineStatus, ProfileName } from '../../src-engine/contract/records.ts';

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
    mode: chosen ? 'paper' : null,
    simulatedMarket: demo,
    venueTitle: chosen ? (demo ? 'Local exchange' : 'Kraken') : '',
    atUs: standing.nowUs,
    startedUs: STARTED_US,
    killed: standing.killed,
    killVerifiedOpenOrders: standing.openOrders,
    paused: standing.paused,
    haltReason: '',
    feeds: chosen
      ? [
          {
            venue: demo ? 'simulated' : 'kraken',
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
          },
        ]
      : [],
    instruments: chosen ? standing.instruments : 0,
    cycles: chosen ? 148 : 0,
    ordersInFlight: standing.inFlight,
    factSeq: standing.factSeq,
    recording: standing.recording,
    storage: { kind: 'sqlite', healthy: true, detail: '/data/parallax.sqlite' },
    counters: {
      bookUpdates: standing.updates,
      opportunities: standing.runs,
      orders: standing.runs * 3,
      fills: standing.runs * 3,
      denials: 4,
    },
  };
}
