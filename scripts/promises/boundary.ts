/** What is promised against clients that may only read, or not even that. */
import type { PromiseRow } from './promise-row.ts';

const CLIENT = 'src-engine/gateway/hostile-client.test.ts';
const ANSWERS = 'src-engine/gateway/large-answers.test.ts';
const NETWORK = 'src-engine/gateway/hostile-network.test.ts';
const KILL = 'src-engine/gateway/kill-path.test.ts';
const FILES = 'src-engine/backtest/library/hostile-recordings.test.ts';
const ROWS = 'src-engine/storage/chain/derived-rows.test.ts';
const LOCK = 'src-engine/gateway/runtime-file.test.ts';
const READING = 'src-engine/reading';
const TRIAL =
  'scripts/trials.test.ts › two thousand random and hostile inputs by strangers, viewers and operators: the armed engine stays up, trades, and answers';

export const BOUNDARY_PROMISES: readonly PromiseRow[] = [
  {
    id: 63,
    promise: 'No message of a client ends more than its own session.',
    status: 'holds',
    evidence: [
      `${CLIENT} › of 20,000 levels (%s) ends its connection and nothing else`,
      `${CLIENT} › ten thousand random and hostile messages are each answered or end their own connection; an operator is served throughout`,
      `${CLIENT} › on its channel ends its connection: the facts of the others go on`,
      `${NETWORK} › frames that are none end their own connection`,
      TRIAL,
    ],
  },
  {
    id: 64,
    promise: 'Queries are read outside the thread that trades, within rates, and operators first.',
    status: 'holds',
    evidence: [
      `${READING}/reading-room.test.ts › reads on another thread what was written a moment before, the same rows as before`,
      `${READING}/reading-room.test.ts › more questions than may wait are answered with busy, and the others with their rows`,
      `${READING}/reading-queue.test.ts › are taken from operators first, then from each viewer in turn`,
      `${CLIENT} › is answered with busy and when to ask again, and a viewer that goes on is not read for a while`,
      `${NETWORK} › viewers take their own places: an operator finds one`,
    ],
  },
  {
    id: 65,
    promise: 'A kill reaches the engine whatever strangers do to its port, and with every descriptor taken.',
    status: 'holds',
    evidence: [
      `${KILL} › goes by the socket in the data folder, which this user alone may open, whatever the port does`,
      `${KILL} › reaches an engine whose every descriptor is taken`,
      `${CLIENT} › of an operator never delays a kill, nor is an operator’s connection held`,
      `${NETWORK} › who ask a thousand times shut out neither the window’s files nor anybody with a token`,
      `${NETWORK} › who hold every connection open give way to new clients`,
    ],
  },
  {
    id: 66,
    promise: 'A harmful file is listed with its fault, and hides no other; no two writers share a file.',
    status: 'holds',
    evidence: [
      `${FILES} › a file of nothing but line breaks is given up within its first block`,
      `${FILES} › is not waited for: a pipe is refused by name`,
      `${FILES} › does not lead out of the library: a link is refused by name`,
      `${FILES} › %s: one of them does, and its file is whole`,
      `${FILES} › of a tape: each is whole, and the later one stays`,
    ],
  },
  {
    id: 67,
    promise:
      'What is stored is this user’s alone; what is exported or printed runs nothing in a spreadsheet or a terminal.',
    status: 'holds',
    evidence: [
      'src-engine/storage/private-files.test.ts › files and folders are this user’s alone, whatever the umask, and a database that was not is closed to others',
      'src-engine/lib/csv-cell.test.ts › %j is made text',
      'src-engine/lib/terminal-text.test.ts › writes out what would act on a terminal, and leaves the rest',
      `${NETWORK} › lets nothing that the engine says be kept`,
      `${NETWORK} › upgrades the stream’s path alone, and there only what shows a token`,
    ],
  },
  {
    id: 68,
    promise: 'A clock that was set halts trading; times of records never go back, nor follow it unseen.',
    status: 'holds',
    evidence: [
      'src-engine/lib/system-clock.test.ts › set two minutes ahead and back is not followed, and both are seen',
      'src-engine/kernel/clock-set.test.ts › a clock that was set halts trading, reports by how much, and has the account compared',
      'src-engine/engine/market/clock-set.test.ts › trading halts, no record carries a time of then, and an operator resumes it once the clock is right',
      'src-engine/gateway/runtime-file.test.ts › a lock whose process id means another process by now holds nothing',
    ],
  },
  {
    id: 69,
    promise: 'No secret is in the arguments of a process, nor repeated by an error that names an address.',
    status: 'holds',
    evidence: [
      'src-engine/config/argument-secrets.test.ts › a secret in %s is refused, named, and not repeated: %s',
      'src-engine/config/argument-secrets.test.ts › the address of a database comes from the environment, or a file that only its owner can read',
      'src-engine/secrets/database-password.test.ts › a password is filed by user and server, and put into the address as it is',
      'src-engine/cli/open-browser.test.ts › a browser is opened by an address that is good once; no token or password is in arguments or the environment',
      'src-engine/gateway/one-time-door.test.ts › a code leads to its target once, within a minute, and a new one ends the one before',
      'src-engine/gateway/web-server.test.ts › leads a browser to the token once, by an address without it, and says what a second visit means',
      'scripts/canary.test.ts › a canary key is in use at the venue, and neither it nor a token or signature of it is in any file, output, frame, metric or crash report',
    ],
  },
  {
    id: 70,
    promise: 'An installed desktop runs nothing but itself, opens no debugger, and ends within bounds.',
    status: 'partly',
    evidence: [
      'src-main/packaging.test.ts › an installed desktop runs nothing but itself: no script, no debugger, no code from outside of its archive',
      'src-main/packaging.test.ts › the watchdog of an installed desktop is one file beside the archive, and a plain Node runs it',
      'src-main/app-lifecycle.test.ts › has developer tools from the sources, and none once it is packaged, by no menu and no switch of Chromium',
      'src-main/engine-process.test.ts › a quit waits for an engine that is stopped as long as its bounds, and ends it',
      'src-main/engine-process.test.ts › a quit goes on without an engine whose end is never heard',
      'src-engine/watchdog/start-watchdog.test.ts › is never Electron’s own, whose program runs no scripts',
    ],
    missing:
      'No installer was built and started: the tests read the configuration and use a double of Electron.',
  },
  {
    id: 101,
    promise:
      'A row that follows from facts, or a setting, that another program altered, removed or added is named; the facts hold.',
    status: 'holds',
    evidence: [
      `${ROWS} › a row of %s that was altered`,
      `${ROWS} › a row of %s that was removed`,
      `${ROWS} › a row of %s that was added`,
      `${ROWS} › a setting that was %s`,
      `${ROWS} › a setting that is put back as it was before is found: the last value alone holds`,
      `${ROWS} › a row that is older than the chain and that no fact knows was carried along: it is no finding`,
      'src-engine/storage/chain/heads.test.ts › ends that the disk had no room for leave no half of a line, and the ends before them hold',
    ],
  },
  {
    id: 102,
    promise:
      'A file that is given as a backup is looked at before anything of it is used; none of it is run.',
    status: 'holds',
    evidence: [
      'src-engine/storage/backup-copy.test.ts › a copy of ours is taken, and nothing is written to it',
      'src-engine/storage/backup-copy.test.ts › %s',
      `${FILES} › a file that unpacks to more than two hundred times its size is given up, whatever its lines say`,
      `${FILES} › that turn the direction of text, hide signs or break lines are not listed; long ones and other scripts are`,
    ],
  },
  {
    id: 103,
    promise: 'Two engines never share a data folder, by whatever path or from whatever machine.',
    status: 'partly',
    evidence: [
      `${LOCK} › by an engine on another machine is not taken over, and the machine is named`,
      `${LOCK} › with the number of a thread, or of the first process, holds nothing`,
      `${LOCK} › is found by another way to the same folder`,
    ],
    missing: 'Two containers that have one host name, and share a folder, are not kept apart.',
  },
  {
    id: 110,
    promise: 'Views that clients choose take a bounded memory, however many different ones they ask for.',
    status: 'holds',
    evidence: [
      'src-engine/gateway/view-texts.test.ts › views that clients choose take a bounded memory: those made longest ago are made again',
      'src-engine/gateway/view-texts.test.ts › viewers together have an amount of text a second; operators have their own',
    ],
  },
  {
    id: 116,
    promise:
      'Answers that clients do not take are bounded, for each client and each role: whoever reads nothing is not read for, and ends no other client’s answers.',
    status: 'holds',
    evidence: [
      'src-engine/reading/reading-room.test.ts › has as many waiting as it may and no more; the others are read for, and it is once it takes them',
      'src-engine/reading/reading-queue.test.ts › of a client that may not be read for wait, and keep no other waiting',
      `${ANSWERS} › when a WebSocket that reads nothing ends`,
      `${ANSWERS} › when a client by REST reads nothing and goes, and when it went before the answer was made`,
      `${ANSWERS} › when a client does not take it in time, and when its connection has ended`,
      `${ANSWERS} › that several get is one and the same memory until the last has it`,
      `${ANSWERS} › a client for which much waits gets no more answers until it reads, and may still change what it may`,
      'src-engine/lib/answer-bytes.test.ts › an answer has its data in it, whatever the characters, and is counted where it is held until the last holder is done',
    ],
  },
  {
    id: 117,
    promise: 'No code of another program runs inside of the commits of the engine’s own SQLite database.',
    status: 'partly',
    evidence: [
      'src-engine/storage/foreign-triggers.test.ts › a trigger in the engine’s database is refused by its name before anything is written; views of others are left alone',
    ],
    missing:
      'One that is made while the engine runs is found at the next start; triggers of PostgreSQL are not looked for.',
  },
  {
    id: 118,
    promise:
      'Data never lies in whatever folder a program was started in, unless the user names that folder.',
    status: 'holds',
    evidence: [
      'src-engine/config/data-dir.test.ts › is not the folder that a program is started in: a variable of "%s" names no place',
    ],
  },
];
