/** What Parallax promises, and the tests that show it. A promise that is shown only in part says which part is not. */
export type PromiseStatus = 'holds' | 'partly' | 'open';

export type PromiseRow = {
  readonly id: number;
  readonly promise: string;
  readonly status: PromiseStatus;
  /** `file › name of the test`; each must exist. */
  readonly evidence: readonly string[];
  /** What is not shown; only where the promise does not hold whole. */
  readonly missing?: string;
};

const SIMULATION =
  'src-engine/simulation/simulation.test.ts › what must hold holds for every seed, and every kind of disaster comes up';
const RUNNER = 'src-engine/runner/runner.test.ts';
const ROOM = 'src-engine/kernel/order-room.test.ts';
const ORDERS = 'src-engine/execution/order-manager.test.ts';
const RESTART = 'src-engine/kernel/restart.test.ts';
const RISK = 'src-engine/risk/risk.test.ts';
const KERNEL_RISK = 'src-engine/kernel/kernel-risk.test.ts';
const THROTTLE = 'src-engine/kernel/kernel-throttle.test.ts';
const KERNEL = 'src-engine/kernel/kernel.test.ts';
const PRIVATE = 'src-engine/venues/kraken/private';
const LIVE = 'src-engine/assembly/live-account.test.ts';
const DATABASE = 'src-engine/storage/database.test.ts';
const CABLE =
  'e2e/pulled-cable.spec.ts › a pulled cable is stale within 5 s, trades nothing, and heals by itself';
const NOT_ASSEMBLED = 'no profile of the product trades a real account yet';

export const PROMISES: readonly PromiseRow[] = [
  {
    id: 1,
    promise: 'An intent is durable before it is sent.',
    status: 'partly',
    evidence: [
      SIMULATION,
      `${RUNNER} › sends an order only once its intent is durable`,
      'e2e/crash.spec.ts › a killed process loses nothing that was durable, and starts again by itself',
    ],
    missing: 'crashes are simulated by the thousand, real SIGKILLs are a few',
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
      `${PRIVATE}/execution-faults.test.ts › after an accepted one whose answer was lost: told once, settled by the account`,
      `${PRIVATE}/execution-faults.test.ts › after a 5xx that came when the order was taken already`,
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
      `${PRIVATE}/execution.test.ts › are sent once, however often they are handed over`,
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
    promise: 'Orders placed elsewhere are shown and never touched in silence.',
    status: 'holds',
    evidence: [
      `${ROOM} › orders placed elsewhere are shown once and never touched`,
      `${PRIVATE}/second-client.test.ts › both see the same open orders, whoever placed them`,
    ],
  },
  {
    id: 9,
    promise: 'Duplicate and out-of-order fills do no harm.',
    status: 'holds',
    evidence: [
      `${ORDERS} › ends in the same ledger however the venue’s news are ordered and repeated`,
      `${PRIVATE}/order-tracker.test.ts › is told each thing once, in an order that makes sense, whatever comes first and however often`,
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
      'src-engine/execution/sequencer.test.ts › is told and halts trading when none comes back in time',
      'src-engine/execution/start-gate.test.ts › keeps a cycle from beginning, with the numbers, while another one uses it up',
      `${ROOM} › an order whose end is not told within five seconds is canceled, in doubt, and halts trading`,
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
  {
    id: 14,
    promise: 'Price collar: fat-finger and stale-reference orders are denied.',
    status: 'holds',
    evidence: [
      `${RISK} › every code that is promised is given by some check`,
      `${KERNEL_RISK} › that is old stops new orders: the loop stood still, and nobody knows for how long`,
      `${KERNEL_RISK} › from which a book jumped away is not believed until it is seen again`,
    ],
  },
  {
    id: 15,
    promise: 'Largest order value and quantity.',
    status: 'holds',
    evidence: [`${RISK} › every code that is promised is given by some check`, `${RISK} › any mix of them`],
  },
  {
    id: 16,
    promise: 'A message throttle that keeps tokens in reserve for cancels.',
    status: 'holds',
    evidence: [
      `${THROTTLE} › is never used by placements, and cancels are sent whatever is left`,
      `${PRIVATE}/rate-counter.test.ts › keeps back what canceling all that rests would cost`,
    ],
  },
  {
    id: 17,
    promise: 'A strategy that repeats itself is stopped until a human re-enables it.',
    status: 'holds',
    evidence: [`${KERNEL_RISK} › is stopped until a human enables it, through a restart`],
  },
  {
    id: 18,
    promise: 'Loss and exposure breakers trip once and latch.',
    status: 'holds',
    evidence: [
      `${KERNEL_RISK} › latches through resume, re-arm and restart, until an operator resets it`,
      `${KERNEL_RISK} › exposure trips on what the account really holds, and a reset takes it as meant`,
      'src-engine/engine/risk.test.ts › is there after a restart, and ends only by an operator, whose name is in the audit trail',
    ],
  },
  {
    id: 19,
    promise: 'Kill: no new order after its acknowledgement.',
    status: 'partly',
    evidence: [
      SIMULATION,
      'src-engine/simulation/simulation.test.ts › a kill that nobody heeds',
      `${LIVE} › a kill in the midst of it leaves nothing open, is verified within a second, and lets nothing follow`,
    ],
    missing: 'the thousand trials against a running process by the venue’s own timestamps',
  },
  {
    id: 20,
    promise: 'Kill: the first cancel within 100 ms, then verified empty, or shown as failing.',
    status: 'partly',
    evidence: [
      `${PRIVATE}/execution-faults.test.ts › leaves at once on the socket, and is answered by what the venue then shows open`,
      `${PRIVATE}/execution-faults.test.ts › does not say “nothing is open” while a placement may still arrive`,
      `${LIVE} › a kill in the midst of it leaves nothing open, is verified within a second, and lets nothing follow`,
    ],
    missing: 'the 100 ms are not measured in the running terminal',
  },
  {
    id: 21,
    promise: 'Kill works with the window hung, and from the command line.',
    status: 'partly',
    evidence: [
      'e2e/demo-day.spec.ts › a trader chooses the demo and trades on paper',
      'src-main/desktop-window.test.ts › shows the kill that the global shortcut asked for',
    ],
    missing: 'a window that hangs is not part of a test',
  },
  {
    id: 22,
    promise: 'Kill survives a restart; re-arming is explicit.',
    status: 'holds',
    evidence: [
      'e2e/demo-day.spec.ts › a trader chooses the demo and trades on paper',
      `${KERNEL} › is still on when the last run left it on`,
    ],
  },
  {
    id: 23,
    promise: 'Engine dead: the venue’s dead-man switch or a watchdog cancels.',
    status: 'open',
    evidence: [`${PRIVATE}/trading-requests.test.ts › start and end the dead-man switch`],
    missing: `the switch is in the adapter and nobody refreshes it; there is no watchdog; ${NOT_ASSEMBLED}`,
  },
  {
    id: 24,
    promise: 'The dead-man switch is refreshed only while the decision loop itself is healthy.',
    status: 'open',
    evidence: [],
    missing: 'nobody refreshes it',
  },
  {
    id: 25,
    promise:
      'A checksum mismatch or sequence gap makes that book unusable and resubscribes that symbol alone.',
    status: 'holds',
    evidence: [
      `${KERNEL} › with a wrong checksum: only that one is asked for again`,
      'src-engine/books/book-sync.test.ts › asks for a snapshot on a sequence gap, and applies nothing of that message',
    ],
  },
  {
    id: 26,
    promise: 'A silent feed is stale within its limit and not traded, though the socket is open.',
    status: 'holds',
    evidence: [
      CABLE,
      `${KERNEL} › silent for longer than the limit: stale, told, and its opportunities closed`,
    ],
  },
  {
    id: 27,
    promise: 'Crossed, empty or one-sided books produce no orders.',
    status: 'holds',
    evidence: [
      'src-engine/books/order-book.test.ts › shows empty, one-sided and crossed books as such',
      `${RISK} › every code that is promised is given by some check`,
    ],
  },
  {
    id: 28,
    promise: 'Clock skew is detected and order deadlines are enforced.',
    status: 'partly',
    evidence: [
      `${PRIVATE}/private-frames.test.ts › is measured by the answer with the shortest way`,
      `${PRIVATE}/execution.test.ts › keep the venue from taking an order that comes late`,
      `${PRIVATE}/execution.test.ts › are told by the venue’s clock, which may be another`,
    ],
    missing: 'skew is measured and corrected for, and not shown to the trader',
  },
  {
    id: 29,
    promise: 'The venue’s rate limits are respected.',
    status: 'holds',
    evidence: [
      SIMULATION,
      `${PRIVATE}/limits.test.ts › orders and cancels stay below the venue’s counter, and the rest is refused here`,
      `${PRIVATE}/rate-counter.test.ts › never passes the venue’s threshold, whatever is placed and canceled, with messages up to 2 s late`,
    ],
  },
  {
    id: 30,
    promise: 'Sleep and wake: stale, resnapshot, reconcile.',
    status: 'holds',
    evidence: [
      `${ROOM} › is compared every minute, after sleep, and when the private connection comes back`,
      'src-main/app-lifecycle.test.ts › tells the engine of sleep and waking',
    ],
  },
  {
    id: 31,
    promise: 'The order journal runs WAL with synchronous FULL.',
    status: 'holds',
    evidence: [`${DATABASE} › makes the folder, and uses a write-ahead log with full synchronisation`],
  },
  {
    id: 32,
    promise: 'Disk full or read-only: trading stops, cancel still works.',
    status: 'holds',
    evidence: [
      SIMULATION,
      `${RUNNER} › sends nothing that is not durable, halts, and loses no fact`,
      `${RUNNER} › still cancels when the disk refuses`,
    ],
  },
  {
    id: 33,
    promise:
      'A migration interrupted anywhere recovers; a newer schema than ours is refused with a clear error.',
    status: 'holds',
    evidence: [
      `${DATABASE} › leaves everything as it was when a migration breaks off, and goes on from there`,
      `${DATABASE} › refuses a newer schema and keeps working with the newer version`,
    ],
  },
  {
    id: 34,
    promise: 'Same seed, same input: byte-identical event log.',
    status: 'holds',
    evidence: [
      'src-engine/backtest/backtest.test.ts › is the same in another process',
      'src-engine/simulation/simulation.test.ts › the same seed is the same run, to the last byte',
    ],
  },
  {
    id: 35,
    promise: 'The window is isolated, sandboxed, under a strict policy, and every channel is checked.',
    status: 'partly',
    evidence: [
      'src-main/app-lifecycle.test.ts › is sandboxed and isolated',
      'src-main/app-lifecycle.test.ts › goes nowhere, opens nothing and is granted nothing',
      'src-main/desktop-window.test.ts › does all this within the policy of its pages',
    ],
    missing: 'shown against a strict double; Electron itself was not run',
  },
  {
    id: 36,
    promise: 'Secrets never reach the window, logs, crash reports or the database.',
    status: 'partly',
    evidence: [
      `${PRIVATE}/execution-faults.test.ts › no event and no inspection shows key, secret, signature or token`,
      `${PRIVATE}/sign.test.ts › are in no text, JSON, copy or inspection`,
    ],
    missing: 'every byte of a whole running terminal is not searched yet',
  },
  {
    id: 37,
    promise: 'No keychain: refuse; never plaintext.',
    status: 'holds',
    evidence: [
      'src-engine/secrets/keychain.test.ts › refuses in words, and writes nothing anywhere',
      'src-engine/assembly/kraken-key.test.ts › is refused on the command line where there is no keychain, and is written nowhere',
    ],
  },
  {
    id: 38,
    promise: 'API keys that can withdraw are refused where the venue reports permissions.',
    status: 'holds',
    evidence: [
      'src-engine/assembly/kraken-key.test.ts › keeps none that may withdraw, that is wrong, or that could not be asked about',
    ],
  },
  {
    id: 39,
    promise: 'The headless gateway: loopback, token, Host and Origin checked, rate limited, the same policy.',
    status: 'holds',
    evidence: [
      'src-engine/gateway/web-server.test.ts › refuses a POST from a foreign page even with the token, and takes its own',
      'src-engine/gateway/web-server.test.ts › serves the window under a strict policy',
      'src-engine/gateway/web-server.test.ts › limits requests, each role for itself, and never the kill switch',
    ],
  },
  {
    id: 40,
    promise:
      'The mode cannot be mistaken; live needs typed arming; paper cannot reach a live order endpoint.',
    status: 'partly',
    evidence: [
      'src-renderer/lib/mode.test.ts › only real money is called LIVE, and simulated prices are always called so',
    ],
    missing: `there is no arming: ${NOT_ASSEMBLED}`,
  },
  {
    id: 41,
    promise: 'Every number carries its age; status comes from the last data; prices are tick-exact.',
    status: 'partly',
    evidence: [CABLE],
    missing: 'not every number of the window shows an age of its own',
  },
  {
    id: 42,
    promise: 'Long work has progress, an ETA and a cancel; a review is pinned to its run; layouts survive.',
    status: 'open',
    evidence: [],
    missing: 'there is no long work and no review in the window yet',
  },
];
