/** What is promised about the trader's own actions: every control, and the questions asked before it acts. */
import type { PromiseRow } from './promise-row.ts';

const LOOSENING = 'src-renderer/features/settings/loosening.test.ts';
const WINDOW = 'src-renderer/engine/session.test.ts';
const GATEWAY = 'src-engine/gateway/client-connection.test.ts';
const SETTINGS =
  'e2e/notice.spec.ts › settings are found by section, checked where they are typed, and list keys without a part of one';

export const HAND_PROMISES: readonly PromiseRow[] = [
  {
    id: 89,
    promise:
      'What loosens a limit is shown with its old and new value and asked about, in the forms, for sets of limits, and in the palette; Enter alone keeps what was.',
    status: 'holds',
    evidence: [
      `${LOOSENING} › a change that lets more through is named with both values and its unit`,
      `${LOOSENING} › a set of limits names each limit that it changes, and which way`,
      `${LOOSENING} › quantities by asset: higher and left out are looser`,
      `${LOOSENING} › a call of the palette, %s of %j, is asked about for %j`,
      SETTINGS,
    ],
  },
  {
    id: 90,
    promise:
      'A kill is answered while the database hangs, says when the audit trail has no row of it, and is latched where the engine does not answer.',
    status: 'holds',
    evidence: [
      `${GATEWAY} › answers a stop within a second of a database that hangs, and says that its row is not durable`,
      'src-renderer/features/kill/kill-steps.test.ts › a kill without its row of the audit trail says so',
      `${WINDOW} › a kill without a connection is latched, says so at once, and is sent when the engine answers`,
      `${WINDOW} › a viewer who presses kill reads that it may only look; nothing is sent, and nothing failed`,
    ],
  },
  {
    id: 91,
    promise: 'Viewers cost the thread that trades, and its connections, no more than their share.',
    status: 'holds',
    evidence: [
      'src-engine/gateway/view-texts.test.ts › a view is made once for all windows that look at it',
      'src-engine/gateway/view-texts.test.ts › viewers together have an amount of text a second; operators have their own',
      'src-engine/gateway/hostile-network.test.ts › who hold as many connections open as there are keep no operator from a new one',
      'src-engine/gateway/hostile-network.test.ts › is refused where it is there twice: %j',
    ],
  },
  {
    id: 92,
    promise: 'An engine elsewhere that sends what it should not costs its own link alone.',
    status: 'holds',
    evidence: [
      'src-engine/remote/hostile-engine.test.ts › that sends 5,000 random and hostile messages is read or refused, and nothing else happens',
      'src-engine/remote/hostile-engine.test.ts › that sends random and hostile messages over one connection after the other ends no link',
      'src-engine/remote/hostile-engine.test.ts › that floods the link with more than a status is cut off before it is read',
      'src-engine/remote/hostile-engine.test.ts › that posts what is not a message sends the engine texts alone, and ends nothing',
    ],
  },
  {
    id: 93,
    promise: 'What lies in the data folder under a name of ours and is not a file of ours hangs nothing.',
    status: 'holds',
    evidence: ['src-engine/assembly/odd-data-folder.test.ts › %s that is a %s'],
  },
  {
    id: 94,
    promise:
      'One viewer more causes no more projections and no more texts on the thread that trades; snapshots cannot be asked for faster than they are made.',
    status: 'holds',
    evidence: [
      'src-engine/gateway/view-frames.test.ts › thirty viewers of everything cause the projections and the texts of one',
      'src-engine/gateway/view-frames.test.ts › one that does not read is sent no frame, delays no other, and has the latest when it reads again',
      'src-engine/gateway/view-frames.test.ts › hundreds of different searches of the log are made for viewers no oftener than their share allows',
      'src-engine/engine/snapshot-desk.test.ts › who asks while one is made gets the next one, all of them the same',
      'src-engine/engine/snapshot-desk.test.ts › viewers are given four a second at most, and keep no operator waiting',
      'src-engine/gateway/hostile-network.test.ts › a viewer’s requests are counted by what they cost, and their share ends for viewers alone',
    ],
  },
  {
    id: 95,
    promise:
      'No text that a venue or a caller sends stops a commit, breaks a chain, forges a line, or runs in a spreadsheet.',
    status: 'holds',
    evidence: [
      'src-engine/storage/storable.test.ts › %j stops no commit and breaks no chain',
      'src-engine/lib/csv-cell.test.ts › %j is made text behind the separator too',
      'src-engine/lib/terminal-text.test.ts › keeps a line one line',
    ],
  },
  {
    id: 96,
    promise:
      'What comes by the pipes between engine and watchdog and is not a message of theirs counts for nothing and costs little.',
    status: 'holds',
    evidence: [
      'src-engine/watchdog/messages.test.ts › that is too long is one fault, and its end is not a message (pieces of %i)',
      'src-engine/watchdog/messages.test.ts › a watchdog that is sent garbage without end says so a few times and waits on',
      'src-engine/watchdog/start-watchdog.test.ts › is read no further when it is flooded, and another watchdog follows',
      'src-engine/watchdog/start-watchdog.test.ts › counts as no answer',
    ],
  },
  {
    id: 97,
    promise:
      'Limits and risk state that differ from the facts are found, halt trading, and give way to the facts; a noted end of a chain is checked.',
    status: 'holds',
    evidence: [
      'src-engine/storage/chain/derived.test.ts › %s: found, halts trading, and is made again from the facts',
      'src-engine/storage/chain/derived.test.ts › an end that was noted elsewhere is still there, or the row is named',
      'src-engine/cli/audit-command.test.ts › audit verify says what it shows and what it cannot, and takes an end that was noted before',
    ],
  },
  {
    id: 98,
    promise:
      'A backup of PostgreSQL is the state of one moment, compared row by row, and can be restored to either database.',
    status: 'holds',
    evidence: [
      'src-engine/storage/postgres-backup.test.ts › taken while an engine writes is the state of one moment, whole as SQLite and in another PostgreSQL',
    ],
  },
  {
    id: 170,
    promise:
      'What an operator takes, sells, cancels or disables by hand passes the same gates and risk checks as the engine’s own orders, and is refused to viewers.',
    status: 'holds',
    evidence: [
      'src-engine/kernel/by-hand.test.ts › is refused as the engine’s own would be: %s',
      'src-engine/kernel/by-hand.test.ts › is sent below the minimum edge of the engine, and never below the one that was asked for',
      'src-engine/kernel/by-hand.test.ts › goes over two venues from what lies at each, and names what is missing',
      'src-engine/kernel/by-hand.test.ts › sells what is free of each coin, though trading is paused, and says what cannot be sold',
      'src-engine/kernel/by-hand.test.ts › sends nothing once killed, and nothing of another venue or coin',
      'src-engine/kernel/by-hand.test.ts › sends nothing to an account that is disarmed or was not compared',
      'src-engine/kernel/by-hand.test.ts › cancels the engine’s own open orders of a symbol or a venue',
      'src-engine/kernel/by-hand.test.ts › a cycle that an operator disabled is denied until it is enabled, after a restart too',
      'src-engine/kernel/halts.test.ts › one venue is paused by itself, keeps the reason of a halt, and is all of a run of one venue',
      'src-engine/engine/risk/hand.test.ts › by hand: each is refused with its reason, carried out, and in the audit trail; viewers may none of it',
    ],
  },
];
