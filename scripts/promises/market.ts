/** What is promised of a venue's list of pairs, its rules and its fees. */
import type { PromiseRow } from './promise-row.ts';

const FEES = 'src-engine/assembly/fees-without-list.test.ts';
const ODD = 'src-engine/venues/kraken/odd-pairs.test.ts';
const RULES = 'src-engine/kernel/instrument-rules.test.ts';
const IN_SESSION = 'src-engine/venues/kraken/rules-in-session.test.ts';

export const MARKET_PROMISES: readonly PromiseRow[] = [
  {
    id: 58,
    promise:
      'An absent fee is never zero: it is the account’s, or the published schedule said to be assumed and of when, or the pair is not traded.',
    status: 'holds',
    evidence: [
      `${ODD} › a list without fees is read, with the fee of every pair absent and none of them zero`,
      `${FEES} › paper takes the published schedule and says that it is assumed, and of when`,
      `${FEES} › %s takes the fees of the account`,
      'src-engine/domain/instrument.test.ts › without a fee (%s) has none that could be taken for zero, and is not traded',
    ],
  },
  {
    id: 59,
    promise: 'One odd pair never stops the start: it is left out, counted and named.',
    status: 'holds',
    evidence: [
      `${ODD} › whatever one field of one pair holds, in either list, the other pairs are read`,
      `${ODD} › a pair with %s is left out by name, and the rest is read`,
    ],
  },
  {
    id: 60,
    promise:
      'Tick, lot and minimums that change in mid-session are taken at once; a pair whose book can no longer be read is stopped, and said.',
    status: 'holds',
    evidence: [
      `${IN_SESSION} › the same rules again are not new; changed ones are named, and only those`,
      `${IN_SESSION} › a pair that comes with %s is stopped with the reason, and not asked for again`,
      `${IN_SESSION} › a level above 2^53 units stops its pair instead of asking for the same snapshot forever`,
      `${RULES} › rules are taken in place, reported with before and after, and not reported again`,
    ],
  },
  {
    id: 61,
    promise:
      'A fill that cost more than planned raises the fee for the next decision, is reported, and has the account’s fees read again.',
    status: 'holds',
    evidence: [
      `${RULES} › that cost more than planned makes the fee what was charged, once, and says so`,
      `${RULES} › a higher fee removes the edge at once, without a new book`,
      'src-engine/engine/market/fee-watch.test.ts › reads after a fill that cost more, once a minute at most',
    ],
  },
  {
    id: 62,
    promise: 'A subscription that the venue refuses for now is asked for again until it is taken.',
    status: 'holds',
    evidence: [
      'src-engine/venues/kraken/subscriptions.test.ts › %j is asked again until it is taken, ever later and at most once a minute',
      'src-engine/venues/kraken/subscriptions.test.ts › a pair that the venue does not have is let go by name, and no other',
    ],
  },
  {
    id: 111,
    promise:
      'Regressions, unit root and cointegration tests, half-lives and Kalman filters agree with published answers; what they cannot test gets one error that names the series and the observation.',
    status: 'holds',
    evidence: [
      'src-engine/statistics/statistics.test.ts › agrees with the certified figures of NIST on Longley’s data, which are nearly collinear',
      'src-engine/statistics/statistics.test.ts › gives Stata’s published figures of US inflation',
      'src-engine/statistics/statistics.test.ts › Engle–Granger of US income on consumption (Stata), and MacKinnon’s values',
      'src-engine/statistics/statistics.test.ts › lines, exact recursions, lags that the series does not bear, series of two lengths',
      'src-engine/statistics/kalman-regression.test.ts › follows the Nile as Durbin and Koopman print it (chapter 2)',
    ],
  },
  {
    id: 112,
    promise:
      'The pairs rule takes two independent random walks for a pair in at most the stated share of markets, however often it tests them; it enters only what pays its costs, and stops for good when the relation breaks.',
    status: 'partly',
    missing: 'It runs over files alone, behind the port of strategies, and is not wired into trading.',
    evidence: [
      'src-engine/strategies/pairs/pairs-rule.test.ts › trades in at most the stated share of 200 markets, though it tests each of them 13 times',
      'src-engine/strategies/pairs/pairs-rule.test.ts › earns net of costs with the spread of the %s',
      'src-engine/strategies/pairs/pairs-rule.test.ts › stops for good after a planted break (%s)',
      'src-engine/strategies/pairs/pairs-rule.test.ts › does not enter where the costs of four fills leave less than the asked edge',
    ],
  },
];
