/**
 * `npm run bench`: every figure against a peer or a bound, in one run. `-- --json` prints one object instead of
 * a table; `-- --only <text>` runs the rows of one group (frames, detection, execution, replay, tape, sweep, memory,
 * matching);
 * `-- --trials <n>` makes one long round of the sweep, with so many trials on each thread.
 */
import { parseArgs } from 'node:util';
import { capture, BOOK_DEPTH, missingData, realInstruments } from './frame-stream.ts';
import { generatedStream } from './generated-stream.ts';
import { machine, type Row, type Skipped, table, versionOf } from './report.ts';
import { depthWalkRow, scanRow } from './rows/detection.ts';
import { frameRows } from './rows/frames.ts';
import { manyBooksRow } from './rows/many-books.ts';
import { matchingRow } from './rows/matching.ts';
import { replayRows, tapeRows } from './rows/replay.ts';
import { sweepRows } from './rows/sweep.ts';
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
const skipped: Skipped[] = [];
const wants = (group: string): boolean => values.only === '' || values.only === group;

const missing = missingData();
const instruments = missing === undefined ? realInstruments() : [];
const captures = missing === undefined ? [capture('btcusd'), capture('xrpusd')] : [];
const generated = generatedStream(instruments, { seed: 1, updates: 100_000, depth: BOOK_DEPTH });
const streams = [...captures, generated];

async function group(name: string, needsData: boolean, run: () => Row[] | Promise<Row[]>): Promise<void> {
  if (!wants(name)) return;
  if (needsData && missing !== undefined) skipped.push({ name, why: missing });
  else rows.push(...(await run()));
}

await group('frames', true, () => frameRows(instruments, streams));
await group('detection', true, () => [scanRow(instruments)]);
await group('detection', false, () => [depthWalkRow()]);
await group('execution', true, () => [wayHomeRow(instruments)]);
for (const stream of streams) await group('replay', true, () => replayRows(instruments, stream));
for (const stream of streams) await group('tape', true, () => tapeRows(instruments, stream));
await group('sweep', false, () => sweepRows(trials));
await group('memory', true, async () => [await manyBooksRow(generated)]);
await group('matching', false, () => [matchingRow()]);

const run = {
  machine: machine(),
  node: process.version,
  peers: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
};
process.stdout.write(
  values.json
    ? `${JSON.stringify({ ...run, rows, skipped })}\n`
    : `${run.machine}; Node ${run.node}\n\n${table(rows, skipped)}\n`,
);
