/** The status of an engine that trades a simulated market on paper, for hosts without a market. */
import type { EngineStatus } from '../../contract/records.ts';

export const PAPER_STATUS: EngineStatus = {
  version: '0.0.0-test',
  profile: 'demo',
  mode: 'paper',
  simulatedMarket: true,
  venueTitle: 'Local exchange (simulated)',
  atUs: 1,
  startedUs: 1,
  arming: null,
  killed: false,
  killVerifiedOpenOrders: null,
  paused: false,
  haltReason: '',
  feeds: [
    {
      venue: 'simulated',
      state: 'open',
      venueStatus: 'online',
      reason: '',
      dataAgeUs: 1,
      aliveAgeUs: 1,
      booksLive: 3,
      booksSyncing: 0,
      booksStale: 0,
      messages: 3,
      checksumMismatches: 0,
    },
  ],
  instruments: 3,
  cycles: 2,
  ordersInFlight: 0,
  factSeq: 0,
  recording: null,
  storage: { kind: 'sqlite', healthy: true, detail: '' },
  counters: { bookUpdates: 3, opportunities: 0, orders: 0, fills: 0, denials: 0 },
};
