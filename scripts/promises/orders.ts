/** What is promised of orders. */
import { type PromiseRow, SIMULATION } from './promise-row.ts';

const RUNNER = 'src-engine/runner/runner.test.ts';
const ROOM = 'src-engine/kernel/order-events.test.ts';
const ORDERS = 'src-engine/execution/order-manager.test.ts';
const RESTART = 'src-engine/kernel/restart.test.ts';
const RISK = 'src-engine/risk/risk.test.ts';
const THROTTLE = 'src-engine/kernel/kernel-throttle.test.ts';
const KERNEL = 'src-engine/kernel/kernel.test.ts';
const PRIVATE = 'src-engine/venues/kraken/private';
const LIVE = 'src-engine/assembly/live-account.test.ts';

export const ORDER_PROMISES: readonly PromiseRow[] = [
  {
    id: 1,
    promise: 'An intent is durable before it is sent.',
    status: 'partly',
    evidence: [
      SIMULATION,
      `${RUNNER} › sends an order only once its intent is durable`,
      'e2e/crash.spec.ts › a killed process loses nothing that was durable, and starts again by itself',
      'scripts/trials.test.ts › SIGKILL in the middle of orders: every intent was durable, the watchdog empties the venue, a restart is halted and its ledger the venue’s',
    ],
    missing:
      'crashes are simulated by the thousand; of real SIGKILLs (npm run trials -- --sigkill 1000) a hundred were made',
  },
  {
    id: 2,
    promise: 'A client order id is never reused.',
    status: 'holds',
    evidence: [
      SIMULATION,
      `${ORDERS} › is derived from the intent: the same after a crash, another for another intent`,
    ],
  },
  {
    id: 3,
    promise: 'Timeout, 5xx or a dropped connection means unknown, and unknown counts as exposure.',
    status: 'holds',
    evidence: [
      `${PRIVATE}/account-faults.test.ts › after an accepted one whose answer was lost: reported once, settled by the account`,
      `${PRIVATE}/account-faults.test.ts › after a 5xx that came when the order was taken already`,
      `${ROOM} › an unknown order halts, is exposure, and is asked about at once`,
    ],
  },
  {
    id: 4,
    promise: 'A placement is never resent by itself.',
    status: 'holds',
    evidence: [
      SIMULATION,
      'src-engine/simulation/simulation.test.ts › a placement that is sent twice',
      `${PRIVATE}/account-venue.test.ts › are sent once, however often they are handed over`,
    ],
  },
  {
    id: 5,
    promise: 'Unknown settles from the venue’s fills and orders, not from absence.',
    status: 'holds',
    evidence: [
      `${RESTART} › stay unknown while the venue does not show them, and are settled when history comes 30 s late`,
      `${ROOM} › an order that the venue should list and does not is in doubt, never taken for over`,
      SIMULATION,
    ],
  },
  {
    id: 6,
    promise: 'No new order before reconciliation has finished.',
    status: 'holds',
    evidence: [
      `${ROOM} › sends no order before the account was compared, and begins once it agrees`,
      `${RESTART} › are unknown, reserved and asked for since they were made`,
    ],
  },
  {
    id: 7,
    promise: 'If reconciliation fails, new orders are refused and cancels still work.',
    status: 'holds',
    evidence: [
      `${ROOM} › refuses new orders while comparing fails, asks again ever more rarely, and still cancels`,
    ],
  },
  {
    id: 8,
    promise: 'Orders placed elsewhere are shown and never touched silently.',
    status: 'holds',
    evidence: [
      `${ROOM} › orders placed elsewhere are shown once and never touched`,
      `${PRIVATE}/second-client.test.ts › both see the same open orders, whichever client placed them`,
    ],
  },
  {
    id: 9,
    promise: 'Duplicate and out-of-order fills do no harm.',
    status: 'holds',
    evidence: [
      `${ORDERS} › ends in the same ledger however the venue’s news are ordered and repeated`,
      `src-engine/venues/toolkit/order-tracker.test.ts › reports each thing once, in an order that makes sense, whatever comes first and however often`,
    ],
  },
  {
    id: 10,
    promise: 'Our ledger equals the venue’s to the last decimal.',
    status: 'holds',
    evidence: [
      SIMULATION,
      'src-engine/simulation/simulation.test.ts › a ledger that is off by the smallest order',
      'src-engine/kernel/order-truth.test.ts › is settled from what the venue shows: every order ends, every coin is found, nothing is booked twice',
      `${LIVE} › trades through cuts, doubled frames, refusals and partial fills, and the ledger stays the venue’s`,
    ],
  },
  {
    id: 11,
    promise: 'Every leg is checked before the first is sent.',
    status: 'holds',
    evidence: [
      `${THROTTLE} › keeps the placements that a cycle under way still needs`,
      `${KERNEL} › is left alone when its size is below a minimum, with the numbers`,
      `${RISK} › every code that is promised is given by some check`,
    ],
  },
  {
    id: 12,
    promise: 'A failed leg is unwound, or trading halts, in 5 s at most, with exposure under its cap.',
    status: 'holds',
    evidence: [
      'src-engine/execution/sequencer.test.ts › is reported and halts trading when none comes back in time',
      'src-engine/execution/start-gate.test.ts › keeps a cycle from beginning, with the numbers, while another one uses it up',
      `${ROOM} › an order whose end is not reported within five seconds is canceled, in doubt, and halts trading`,
    ],
  },
  {
    id: 13,
    promise: 'Never over-hedged under random partial fills.',
    status: 'holds',
    evidence: [
      'src-engine/execution/sequencer-fills.test.ts › never sell more than they brought, however they fill',
      'src-engine/execution/sequencer-fills.test.ts › are evened out: what came too much pays for what is missing, and no more than that',
    ],
  },
];
