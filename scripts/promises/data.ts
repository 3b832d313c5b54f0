/** What is promised of market data and durability. */
import { type PromiseRow, SIMULATION } from './promise-row.ts';

const RUNNER = 'src-engine/runner/runner.test.ts';
const ROOM = 'src-engine/kernel/order-events.test.ts';
const INTENTS = 'src-engine/storage/intents';
const RISK = 'src-engine/risk/risk.test.ts';
const KERNEL = 'src-engine/kernel/kernel.test.ts';
const PRIVATE = 'src-engine/venues/kraken/private';
const DATABASE = 'src-engine/storage/database.test.ts';
const CABLE =
  'e2e/pulled-cable.spec.ts › a pulled cable is seen, nothing is traded meanwhile, and it heals by itself';

export const DATA_PROMISES: readonly PromiseRow[] = [
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
      `${KERNEL} › silent for longer than the limit: stale, reported, and its opportunities closed`,
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
    status: 'holds',
    evidence: [
      `${PRIVATE}/private-frames.test.ts › is measured by the answer with the shortest way`,
      `${PRIVATE}/account-venue.test.ts › keep the venue from taking an order that comes late`,
      `${PRIVATE}/account-venue.test.ts › are timed by the venue’s clock, which may differ`,
      'src-engine/engine/account/arming-checklist.test.ts › that is off is refused with the numbers and what to do',
      'src-engine/engine/account/arming-checklist.test.ts › that the venue has not reported yet is not taken for one in step',
    ],
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
      'src-main/app-lifecycle.test.ts › reports sleep and waking to the engine',
      'src-engine/runner/book-intake.test.ts › are not traded when they are read after the loop was blocked: they were sent long ago',
      'src-engine/engine/live-pace.test.ts › knows from the first moment on that the loop was blocked, and reports it once',
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
      `${RUNNER} › halts when facts cannot be stored, loses none of them, and keeps their intents until then`,
      `${RUNNER} › still cancels when the disk refuses`,
      'scripts/trials.test.ts › a full disk in the middle of orders: nothing is sent, a kill empties the venue, and nothing is forgotten',
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
    id: 54,
    promise: 'An imported bar is never traded before its end, and an irregular file says so.',
    status: 'holds',
    evidence: [
      'src-engine/backtest/import/bar-times.test.ts › %s: the file is refused, its rows are named, and --bar is the remedy',
      'src-engine/backtest/import/bar-times.test.ts › months end with the next one, however long they are',
      'src-engine/backtest/import/bar-times.test.ts › days of a place with summer time end when the next one begins',
    ],
  },
  {
    id: 55,
    promise: 'A time is read in one unit, which is named, or refused; a log in another unit is refused.',
    status: 'holds',
    evidence: [
      'src-engine/backtest/import/csv-time.test.ts › one way of writing holds for a whole file',
      'src-engine/backtest/import/csv-time.test.ts › a form that is named decides what the digits do not',
      'src-engine/storage/market-log.test.ts › keeps the venue’s own time beside the time of arrival',
    ],
  },
  {
    id: 56,
    promise: 'Rows of several instruments never become one book.',
    status: 'holds',
    evidence: [
      'src-engine/backtest/import/csv-tables.test.ts › two values of %s are never one book',
      'src-engine/backtest/import/csv-tables.test.ts › the rows that --symbol names are taken, however they are written',
    ],
  },
  {
    id: 57,
    promise: 'What an import makes can be replayed: each number is on the grid of its header.',
    status: 'holds',
    evidence: [
      'src-engine/backtest/import/csv-tables.test.ts › what is too fine or too large for a book is refused by row and column, and --tick and --lot round and count',
      'src-engine/backtest/import/csv-layouts.test.ts › $name is read by its name, and by itself where it is certain',
    ],
  },
  {
    id: 104,
    promise:
      'Durability level process: an intent survives any death of the engine’s process before its order is sent.',
    status: 'partly',
    evidence: [
      SIMULATION,
      `${INTENTS}/intent-journal.test.ts › has written an intent when it answers at the level of a process, and waits for no disk`,
      `${INTENTS}/segment-folder.test.ts › has every intent that a process had confirmed when it was killed: level %s`,
    ],
    missing:
      'real SIGKILLs of a trading engine were made a few times a level (npm run trials -- --sigkill N), not a thousand',
  },
  {
    id: 105,
    promise: 'Durability level disk: an intent survives a power loss before its order is sent.',
    status: 'partly',
    evidence: [
      `${INTENTS}/read-intents.test.ts › at any moment loses no intent that was confirmed, and makes none up, whatever sectors it takes`,
      `${INTENTS}/intent-journal.test.ts › answers at the level of the disk once a sync has ended that began after the write`,
      'src-engine/simulation/simulation.test.ts › an order that is sent before its intent is on the disk',
    ],
    missing: 'power losses are simulated sector by sector; no machine was cut off',
  },
  {
    id: 106,
    promise:
      'What the intent journal has and the database lacks is in the database and its hash chain before trading begins.',
    status: 'holds',
    evidence: [
      `${INTENTS}/intent-journal.test.ts › is replayed into its hash chain, in order, once`,
      `${INTENTS}/intent-journal.test.ts › stays in its files while the database refuses, and is tried again`,
      'src-engine/storage/backup.test.ts › waits until the database has what the intent journal holds, and is refused where it never does',
    ],
  },
  {
    id: 107,
    promise: 'A torn end of the intent journal is dropped and counted; a damaged middle is named and halts.',
    status: 'partly',
    evidence: [
      `${INTENTS}/read-intents.test.ts › cut at any byte gives the records before the cut and no other`,
      `${INTENTS}/read-intents.test.ts › with any byte of a record other than it was gives all the others, and names the place`,
      `${INTENTS}/intent-journal.test.ts › is named with its place, the others are replayed, and the files stay aside until somebody has looked`,
    ],
    missing: 'that a session begins halted by it is shown by no test of a whole engine',
  },
  {
    id: 108,
    promise:
      'Nothing is sent when its intent cannot be kept: a failed write or sync, or a file that was moved.',
    status: 'holds',
    evidence: [
      `${RUNNER} › sends nothing that is not durable, halts, and loses no fact: a gate that %s`,
      `${INTENTS}/intent-journal.test.ts › confirms nothing whose sync failed, and writes nothing more into that file`,
      `${INTENTS}/segment-folder.test.ts › refuses an intent where its file was %s, names it, and goes on in another`,
    ],
  },
  {
    id: 152,
    promise:
      'A change of a Binance book, of which more is known than the run sees, becomes a decision in less than 16 bytes of heap when nothing is found, one of its messages in less than 32 where every second is a touch.',
    status: 'holds',
    evidence: [
      'src-engine/kernel/hot-path.test.ts › allocates no more for changes of a Binance book, of which more is known than its window shows, and little more for touches',
    ],
  },
];
