/** What is promised of security and the window. */
import type { PromiseRow } from './promise-row.ts';

const PRIVATE = 'src-engine/venues/kraken/private';
const CABLE =
  'e2e/pulled-cable.spec.ts › a pulled cable is seen, nothing is traded meanwhile, and it heals by itself';

export const WINDOW_PROMISES: readonly PromiseRow[] = [
  {
    id: 35,
    promise: 'The window is isolated, sandboxed, under a strict policy, and every channel is checked.',
    status: 'partly',
    evidence: [
      'src-main/app-lifecycle.test.ts › is sandboxed and isolated',
      'src-main/app-lifecycle.test.ts › goes nowhere, opens nothing and is granted nothing',
      'src-main/desktop-window.test.ts › does all this within the policy of its pages',
      'src-main/remote-engine.test.ts › is asked for by our own page alone, in the form of the channel',
      'e2e/trader-day.spec.ts › the whole day of a trader',
    ],
    missing: 'shown against a strict double; Electron itself was not run',
  },
  {
    id: 36,
    promise: 'Secrets never reach the window, logs, crash reports or the database.',
    status: 'holds',
    evidence: [
      `${PRIVATE}/account-faults.test.ts › no event and no inspection shows key, secret, signature or token`,
      `${PRIVATE}/sign.test.ts › are in no text, JSON, copy or inspection`,
      'src-engine/engine/history/engine-log.test.ts › a whole engine with a canary for a key sends its log to a window, and neither the key nor a token is in it',
      'scripts/canary.test.ts › a canary key is in use at the venue, and neither it nor a token or signature of it is in any file, output, frame, metric or crash report',
      'src-main/remote-engine.test.ts › is kept in the keychain alone, and used again at the next start',
      'e2e/desktop-remote.spec.ts › a desktop is attached to an engine elsewhere, sees and kills it, loses it, and goes back to its own',
    ],
  },
  {
    id: 37,
    promise: 'No keychain: refuse; never plaintext.',
    status: 'holds',
    evidence: [
      'src-engine/secrets/keychain.test.ts › refuses in words, and writes nothing anywhere',
      'src-main/remote-engine.test.ts › without a keychain nothing is kept and nothing changes',
      'src-engine/assembly/stored-key.test.ts › is refused on the command line where there is no keychain, and is written nowhere',
    ],
  },
  {
    id: 38,
    promise: 'API keys that can withdraw are refused where the venue reports permissions.',
    status: 'holds',
    evidence: [
      'src-engine/assembly/stored-key.test.ts › keeps none that may withdraw, that is wrong, or that could not be asked about',
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
    status: 'holds',
    evidence: [
      'e2e/live.spec.ts › live trading is armed by a checklist and a typed name, shows itself, and is brought back by one press',
      'src-engine/assembly/no-live-orders.test.ts › %s: asks for public data only and places nothing',
      'src-engine/engine/account/live.test.ts › is armed only by its venue’s name, and only when the whole checklist holds',
      'src-engine/engine/account/live.test.ts › sends nothing while it is disarmed; its twin trades beside the account',
      'src-renderer/lib/mode.test.ts › only real money is called LIVE, and simulated prices are always called so',
    ],
  },
  {
    id: 41,
    promise: 'Every number carries its age; status comes from the last data; prices are tick-exact.',
    status: 'holds',
    evidence: [
      'e2e/workspace.spec.ts › every panel of the market, of trading and of risk says how old its figures are',
      'e2e/trader-day.spec.ts › the whole day of a trader',
      CABLE,
      'src-renderer/features/book/ladder-painter.test.ts › prices and quantities are tick-exact, asks above the spread with the best next to it',
    ],
  },
  {
    id: 42,
    promise:
      'Long work has progress, an ETA and a cancel that answers within 1 s; a review is pinned to its run; totals equal the CSV; layouts survive.',
    status: 'holds',
    evidence: [
      'src-engine/lab/lab.test.ts › a cancel ends a job in the middle of its trials, and the next one runs',
      'src-engine/backtest/sweep/sweep-runner.test.ts › ended half-way it takes not one result more, and goes on where it stood: no trial runs twice',
      'src-engine/lab/jobs.test.ts › a sweep that ran is reported as ended by it, and goes on from its ledger when it is resumed',
      'e2e/lab-jobs.spec.ts › a sweep that the engine’s end cut off is shown, resumed, and counts what was tried before',
      'src-engine/lab/lab.test.ts › the same settings and data are the same run, other settings another',
      'src-engine/lab/lab.test.ts › totals of the trades are those of the figures and of the CSV, to the last digit',
      'e2e/lab.spec.ts › a new user records the demo market, backtests it, and reads why a trade lost money',
      'e2e/panels.spec.ts › bars, depth and trades come from the market, and the profit equals the sum of its files',
      'src-renderer/features/activity/activity-columns.test.tsx › the total below executions equals the sum of their file, to the last digit',
      'src-renderer/workspace/layout-store.test.ts › come back as they were saved, with the one that was open',
    ],
  },
  {
    id: 171,
    promise:
      'Every long table has the trader’s columns, order, widths and filters; short ones sort; layouts go from one window to another as a file.',
    status: 'holds',
    evidence: [
      'src-renderer/lib/row-filter.test.ts › the filter %j lets through %j',
      'src-renderer/lib/table-views.test.ts › what was stored is taken entry by entry, and what is not of its form is left out',
      'src-renderer/components/arranged-columns.test.ts › columns stand in the order of the trader, without those that he hid',
      'src-renderer/components/arranged-columns.test.ts › one that is to be shown stands in the narrowest panel, and has the width that it was given',
      'src-renderer/components/sorted-body.test.tsx › a short table sorts by its heads: figures by size with the largest first, no figure last, then back as it was',
      'src-renderer/workspace/layout-file.test.ts › what one window writes another one reads',
      'src-renderer/workspace/layout-file.test.ts › a layout that is damaged is left out and named, and the others are taken',
    ],
  },
  {
    id: 172,
    promise:
      'The board’s counts of each cycle, its edges and its hit rate are the engine’s, of the database, and exact.',
    status: 'holds',
    evidence: [
      'src-engine/storage/queries/edges.test.ts › are counted of the period alone, newest edges last, profits exact',
      'src-renderer/features/opportunities/board-rows.test.ts › a cycle has one row: its best open life, else the one that closed last',
      'src-renderer/features/opportunities/board-rows.test.ts › under the pointer rows keep their places, and new ones come at the end',
      'src-renderer/features/edge-hours/hour-grid.test.ts › an hour stands in its day and place, the strongest is the largest of what is shown',
    ],
  },
  {
    id: 173,
    promise: 'No code of the engine reaches a person without words: denials, breakers, reasons.',
    status: 'holds',
    evidence: [
      'src-renderer/lib/code-words.test.ts › every reason for which risk denies, and every breaker, has words',
      'src-renderer/lib/code-words.test.ts › a reason is read with the words of its code, and any other text as it is',
    ],
  },
  {
    id: 175,
    promise:
      'Panels in windows of their own belong to one session, have the kill switch and its banner, and come back when their window closes.',
    status: 'partly',
    evidence: [
      'e2e/workspace.spec.ts › linked panels show one instrument, also in a window of their own, which has the kill switch and comes back',
      'src-main/app-lifecycle.test.ts › opens the page for panels of other screens alone, under the same rules, without a preload, where a screen is',
    ],
    missing: 'the windows of the desktop were shown against a strict double; Electron itself was not run',
  },
  {
    id: 176,
    promise:
      'Notes and tags are of the engine, bounded and audited, and none replaces unseen what another window wrote meanwhile; the report of a day is of its records, with exact bookings, and names its mode and until when it counts.',
    status: 'holds',
    evidence: [
      'src-engine/engine/history/notes.test.ts › are kept by what they are about, found by tag and words, and reported',
      'src-engine/reading/day-report.test.ts › the mode, the hour until which it counts, and every part of the equity are in it, on %s',
    ],
  },
  {
    id: 177,
    promise:
      'A replay comes to the decisions of a backtest at every pace, stops at them, goes back to the same moment, and sends no frames while no window shows it.',
    status: 'holds',
    evidence: [
      'src-engine/lab/replay-player.test.ts › comes to the executions of the backtest of it, whatever its pace',
      'src-engine/lab/replay-player.test.ts › sends no frames while no window reads them, and none twice',
      'src-engine/lab/replay-player.test.ts › stops at a decision, steps one event, goes back, and comes to the same moment again',
    ],
  },
];
