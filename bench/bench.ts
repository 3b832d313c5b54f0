/**
 * `npm run bench`: every figure against a peer or the calibration, in one run. `-- --json` prints one object instead of
 * a table; `-- --only <text>` runs the rows of one group (frames, binance, venues, desk, detection, routes, strategies, execution, replay, tape, sweep, cancel,
 * memory, journal, matching, wire, signing);
 * `-- --trials <n>` makes one long round of the sweep, with so many trials on each thread; `-- --rounds <n>` so many rounds of
 * the tick to wire. `-- --keep` adds the run to bench/history; `-- --compare <file>` prints how each ratio changed since the
 * last run of that file (what `--json` printed, or the history), with exit code 1 when a row is slower.
 */
import { parseArgs } from 'node:util';
import { changes, changesTable } from './against.ts';
import { BOOK_DEPTH, capture, dataOf, realInstruments } from './frame-stream.ts';
import { generatedStream } from './generated-stream.ts';
import { commitHere, keep, keptRow, lastRun, type Run } from './history.ts';
import { machine, type Row, table, versionOf } from './report.ts';
import { binanceRows } from './rows/binance-frames.ts';
import { deskRows, snapshotRow } from './rows/desk.ts';
import { depthWalkRow, scanRow } from './rows/detection.ts';
import { frameRows } from './rows/frames.ts';
import { journalRow } from './rows/journal.ts';
import { manyBooksRow } from './rows/many-books.ts';
import { matchingRow } from './rows/matching.ts';
import { replayRows, tapeRows } from './rows/replay.ts';
import { routeRow } from './rows/routes.ts';
import { strategyRow } from './rows/strategies.ts';
import { sweepRows } from './rows/sweep.ts';
import { sweepEndRow } from './rows/sweep-end.ts';
import { tickToWireRows } from './rows/tick-to-wire.ts';
import { venueFrameRows } from './rows/venue-frames.ts';
import { wayHomeRow } from './rows/way-home.ts';

const PEERS = ['ccxt', 'tardis-dev', 'nodejs-order-book'];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    trials: { type: 'string' },
    rounds: { type: 'string' },
    keep: { type: 'boolean', default: false },
    compare: { type: 'string' },
  },
});

function refuse(reason: string): never {
  process.stderr.write(`bench: ${reason}\n`);
  process.exit(2);
}

function countOf(option: 'trials' | 'rounds'): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!(Number.isInteger(count) && count >= 1 && count <= 10_000))
    refuse(`--${option} is ${text}: give a whole number from 1 to 10000`);
  return count;
}

/** Read before hours of measuring: a file that is none is refused at once. */
function earlierRun(): Run | undefined {
  if (values.compare === undefined) return undefined;
  try {
    return lastRun(values.compare);
  } catch (error) {
    return refuse(`--compare: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const trials = countOf('trials');
const rounds = countOf('rounds');
const earlier = earlierRun();
const rows: Row[] = [];
const wants = (group: string): boolean => values.only === '' || values.only === group;

const instruments = realInstruments();
const generated = generatedStream(instruments, { seed: 1, updates: 100_000, depth: BOOK_DEPTH });
const streams = [capture('btcusd'), capture('xrpusd'), generated];

async function group(name: string, run: () => Row[] | Promise<Row[]>): Promise<void> {
  if (wants(name)) rows.push(...(await run()));
}

await group('frames', () => frameRows(instruments, streams));
await group('binance', () => binanceRows());
await group('venues', () => venueFrameRows());
await group('detection', () => [scanRow(instruments)]);
await group('detection', () => [depthWalkRow()]);
await group('desk', async () => [await snapshotRow(), ...(await deskRows())]);
await group('routes', () => [routeRow()]);
await group('strategies', () => [strategyRow(instruments)]);
await group('execution', () => [wayHomeRow(instruments)]);
for (const stream of streams) await group('replay', () => replayRows(instruments, stream));
for (const stream of streams) await group('tape', () => tapeRows(instruments, stream));
await group('sweep', () => sweepRows(trials));
await group('cancel', async () => [await sweepEndRow()]);
await group('memory', async () => [await manyBooksRow(generated)]);
await group('journal', async () => [await journalRow()]);
await group('matching', () => [matchingRow()]);
await group('wire', () => tickToWireRows(rounds));

const run = {
  day: new Date().toISOString().slice(0, 10),
  commit: commitHere(),
  machine: machine(),
  node: process.version,
  data: dataOf(),
  peers: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
};
if (values.keep) keep({ ...run, rows: rows.map(keptRow) });
const compared = earlier === undefined ? undefined : changes(earlier.rows, rows.map(keptRow));
process.stdout.write(
  values.json
    ? `${JSON.stringify({ ...run, rows, ...(compared === undefined ? {} : { changes: compared }) })}\n`
    : `${run.machine}; Node ${run.node}; ${run.data}\n\n${table(rows)}\n`,
);
if (compared !== undefined) {
  if (!values.json) process.stdout.write(`\nsince ${earlier?.commit}:\n\n${changesTable(compared)}\n`);
  if (compared.length === 0) refuse('--compare: the two runs have no row in common');
  if (compared.some(({ verdict }) => verdict === 'slower')) process.exitCode = 1;
}
