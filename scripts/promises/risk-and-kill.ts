/** What is promised of risk and the kill switch. */
import { type PromiseRow, SIMULATION } from './promise-row.ts';

const RISK = 'src-engine/risk/risk.test.ts';
const KERNEL_RISK = 'src-engine/kernel/kernel-risk.test.ts';
const THROTTLE = 'src-engine/kernel/kernel-throttle.test.ts';
const KERNEL = 'src-engine/kernel/kernel.test.ts';
const PRIVATE = 'src-engine/venues/kraken/private';
const DEAD_MAN = 'src-engine/kernel/dead-man-switch.test.ts';
const WATCHDOG = 'src-engine/watchdog/watchdog.test.ts';
const LIVE = 'src-engine/assembly/live-account.test.ts';

export const RISK_PROMISES: readonly PromiseRow[] = [
  {
    id: 14,
    promise: 'Price collar: fat-finger and stale-reference orders are denied.',
    status: 'holds',
    evidence: [
      `${RISK} › every code that is promised is given by some check`,
      `${KERNEL_RISK} › that is old stops new orders: the loop was blocked, for an unknown time`,
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
      'src-engine/engine/risk/risk.test.ts › is there after a restart, and ends only by an operator, whose name is in the audit trail',
    ],
  },
  {
    id: 19,
    promise: 'Kill: no new order after its acknowledgement.',
    status: 'holds',
    evidence: [
      'scripts/trials.test.ts › kills in the middle of orders: nothing leaves after the acknowledgement, and the venue is verified empty',
      SIMULATION,
      'src-engine/simulation/simulation.test.ts › a kill that is ignored',
      `${LIVE} › a kill in the midst of it leaves nothing open, is verified by one answer, and lets nothing follow`,
    ],
  },
  {
    id: 20,
    promise: 'Kill: the first cancel within 100 ms, then verified empty, or shown as failing.',
    status: 'holds',
    evidence: [
      `${PRIVATE}/account-faults.test.ts › leaves at once on the socket, and is answered by what the venue then shows open`,
      `${PRIVATE}/account-faults.test.ts › does not say “nothing is open” while a placement may still arrive`,
      `${LIVE} › a kill in the midst of it leaves nothing open, is verified by one answer, and lets nothing follow`,
      'scripts/trials.test.ts › kills in the middle of orders: nothing leaves after the acknowledgement, and the venue is verified empty',
    ],
  },
  {
    id: 21,
    promise: 'Kill works with the window hung, and from the command line.',
    status: 'holds',
    evidence: [
      'e2e/window.spec.ts › a kill works while the window hangs, and the window says so once it is back',
      'e2e/demo-day.spec.ts › a trader chooses the demo and trades on paper',
      'src-main/desktop-window.test.ts › shows the kill that the global shortcut asked for',
    ],
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
    status: 'holds',
    evidence: [
      `${WATCHDOG} › dies by SIGKILL has every order canceled at once, and the venue is asked until it shows none`,
      `${WATCHDOG} › is frozen by SIGSTOP has every order canceled once its silence is over, and hears of it when it wakes`,
      `${WATCHDOG} › dies while the venue cannot be reached has its orders canceled once it can`,
      `${WATCHDOG} › that dies is reported, and followed by another one`,
      `${WATCHDOG} › that is frozen by SIGSTOP is taken for lost within a silence, ended, and followed by another one that watches`,
      'src-engine/watchdog/start-watchdog.test.ts › is lost after one silence of the engine’s own ticks, ended, and followed by another one',
      'src-engine/kernel/kernel-inputs.test.ts › no resuming opens the gate before another watchdog watches, nor is the dead-man switch put off',
      'scripts/trials.test.ts › SIGKILL in the middle of orders: every intent was durable, the watchdog empties the venue, a restart is halted and its ledger the venue’s',
      'scripts/trials.test.ts › SIGSTOP in the middle of orders: the watchdog empties the venue, and the engine that wakes begins nothing',
      `${PRIVATE}/account-faults.test.ts › cancels everything when it is not renewed, by %s`,
      `${DEAD_MAN} › is set for a minute, three times a minute, and reported once`,
    ],
  },
  {
    id: 24,
    promise: 'The dead-man switch is refreshed only while the decision loop itself is healthy.',
    status: 'holds',
    evidence: [
      `${DEAD_MAN} › is left to run out while trading is halted, and set at once when it is resumed`,
      `${DEAD_MAN} › is left to run out while nothing is seen of the venue’s books, however well the clock ticks`,
      `${DEAD_MAN} › is not set by the first tick after the loop stood still: a second must show that it runs`,
      'src-engine/runner/runner.test.ts › is not put off by a decision that waited for a disk that hangs',
      'src-engine/runner/runner.test.ts › is not put off while the journal refuses',
      SIMULATION,
      'src-engine/simulation/simulation.test.ts › a dead-man switch that goes on by a clock of its own',
    ],
  },
  {
    id: 109,
    promise:
      'A kill is verified at a venue when the account shows no open order there, those that other programs placed included.',
    status: 'holds',
    evidence: [
      'src-engine/venues/binance/private/local-exchange.test.ts › is empty after a kill although another program’s order rests in a symbol where nothing of ours is',
      'scripts/trials-two.test.ts › a kill in a burst: both are emptied, each by its own ledger, and nothing comes to one that has shown that nothing is open',
    ],
  },
];
