/**
 * `npm run bench`: every figure against a peer or a bound, in one run. `-- --json` prints one object instead of
 * a table; `-- --only <text>` runs the rows of one group (frames, binance, detection, execution, replay, tape, sweep, cancel,
 * memory, journal, matching);
 * `-- --trials <n>` makes one long round of the sweep, with so many trials on each thread.
 */
import { parseArgs } from 'node:util';
import { BOOK_DEPTH, capture, dataOf, realInstruments } from './frame-stream.ts';
import { generatedStream } from './generated-stream.ts';
import { machine, type Row, table, versionOf } from './report.ts';
import { binanceRows } from './rows/binance-frames.ts';
import { depthWalkRow, scanRow } from './rows/detection.ts';
import { frameRows } from './rows/frames.ts';
import { journalRow } from './rows/journal.ts';
import { manyBooksRow } from './rows/many-books.ts';
import { matchingRow } from './rows/matching.ts';
import { replayRows, tapeRows } from './rows/replay.ts';
import { sweepRows } from './rows/sweep.ts';
import { sweepEndRow } from './rows/sweep-end.ts';
import { wayHomeRow } from './rows/way-home.ts';

const PEERS = ['ccxt', 'tardis-dev', 'nodejs-order-book'];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    trials: { type: 'string' },
  },
});
const trials = values.trials === undefined ? undefined : Number(values.trials);
if (trials !== undefined && !(Number.isInteger(trials) && trials >= 1 && trials <= 10_000)) {
  process.stderr.write('bench: --trials is a whole number from 1 to 10000\n');
  process.exit(2);
}
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
await group('detection', () => [scanRow(instruments)]);
await group('detection', () => [depthWalkRow()]);
await group('execution', () => [wayHomeRow(instruments)]);
for (const stream of streams) await group('replay', () => replayRows(instruments, stream));
for (const stream of streams) await group('tape', () => tapeRows(instruments, stream));
await group('sweep', () => sweepRows(trials));
await group('cancel', async () => [await sweepEndRow()]);
await group('memory', async () => [await manyBooksRow(generated)]);
await group('journal', async () => [await journalRow()]);
await group('matching', () => [matchingRow()]);

const run = {
  machine: machine(),
  node: process.version,
  data: dataOf(),
  peers: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
};
process.stdout.write(
  values.json
    ? `${JSON.stringify({ ...run, rows })}\n`
    : `${run.machine}; Node ${run.node}; ${run.data}\n\n${table(rows)}\n`,
);
