/**
 * `npm run soak -- [--minutes 30] [--updates 5000] [--venues kraken,binance,…] [--json]`: a real engine on the local exchange, each in a
 * process of its own, with a client that follows every fact. With several venues it trades on paper at all of them, and the updates are those of all. Holds the engine to a flat heap, no lost fact and a loop on time.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { decodeEngineMessage, encode } from '../src-engine/contract/codec.ts';
import { readRuntimeFile } from '../src-engine/gateway/runtime-file.ts';
import { WS_PROTOCOL } from '../src-engine/gateway/web-guards.ts';
import { venueAdapter } from '../src-engine/venues/registry.ts';
import { EngineChild, type Reading } from './child.ts';
import { boundedRow, machine, rowOf, table } from './report.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    updates: { type: 'string', default: '5000' },
    venues: { type: 'string', default: 'kraken' },
    json: { type: 'boolean', default: false },
  },
});
const venues = values.venues.split(',');
const minutes = Number(values.minutes);
const wanted = Number(values.updates);
if (!(minutes > 0 && minutes <= 10_000 && wanted > 0 && wanted <= 20_000)) {
  process.stderr.write('soak: --minutes is a number up to 10000, --updates one up to 20000\n');
  process.exit(2);
}

/** One step of the exchange's crowd makes fewer book messages than one: measured by the first of them. */
const STEPS_PER_UPDATE = 1.15;
const START_MS = 60_000;
const WARM_UP_MS = 30_000;

/** Counts the facts of one client and the numbers that are missing among them. */
class FactCounter {
  count = 0;
  missing = 0;
  lastSeq = 0;

  constructor(dataDir: string) {
    const info = readRuntimeFile(dataDir);
    if (info === undefined) throw new Error('the engine left no runtime file');
    const socket = new WebSocket(`ws://${info.host}:${info.port}/ws`, [WS_PROTOCOL, `token.${info.token}`]);
    socket.on('open', () => socket.send(encode({ t: 'facts', on: true })));
    socket.on('message', (data: Buffer) => {
      const message = decodeEngineMessage(data.toString('utf8'));
      if (message.t === 'gap') this.missing++;
      if (message.t !== 'facts') return;
      for (const { seq } of message.facts) {
        if (this.lastSeq > 0 && seq !== this.lastSeq + 1) this.missing += Math.abs(seq - this.lastSeq - 1);
        this.lastSeq = seq;
        this.count++;
      }
    });
  }
}

async function startExchanges(): Promise<{ urls: readonly string[]; stop: () => void }> {
  const launcher = fileURLToPath(new URL('../src-engine/entry/cli.ts', import.meta.url));
  const steps = Math.min(20_000, Math.round((wanted * STEPS_PER_UPDATE) / venues.length));
  const args = [
    launcher,
    'exchange',
    '--venue',
    values.venues,
    '--port',
    '0',
    '--updates-per-second',
    String(steps),
    '--json',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  type Listed = { readonly url: string };
  const said = JSON.parse(line) as Listed | { readonly exchanges: readonly Listed[] };
  const listed = 'exchanges' in said ? said.exchanges : [said];
  return { urls: listed.map(({ url }) => url), stop: () => child.kill() };
}

/** Growth of the heap over the run, in MB an hour: the slope of a straight line through the lowest of each minute. */
function growthPerHour(readings: readonly Reading[]): number {
  const lows: { x: number; y: number }[] = [];
  for (let from = 0; from + 60 <= readings.length; from += 60) {
    const heaps = readings.slice(from, from + 60).map(({ health }) => (health?.memory.heapBytes ?? 0) / 1e6);
    lows.push({ x: from / 3_600, y: Math.min(...heaps) });
  }
  const meanX = lows.reduce((sum, { x }) => sum + x, 0) / lows.length;
  const meanY = lows.reduce((sum, { y }) => sum + y, 0) / lows.length;
  const over = lows.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const under = lows.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

const dataDir = mkdtempSync(join(tmpdir(), 'parallax-soak-'));
const exchange = await startExchanges();
const [exchangeUrl = ''] = exchange.urls;
const engine = new EngineChild(
  venues.length === 1
    ? { dataDir, profile: 'demo', exchangeUrl }
    : {
        dataDir,
        profile: 'paper',
        venues,
        venueUrls: Object.fromEntries(
          exchange.urls.map((url, at) => [
            venues[at],
            venueAdapter(venues[at] ?? '', '--venues').localUrls(url),
          ]),
        ),
      },
);
try {
  await engine.until(
    ({ status: { feeds } }) =>
      feeds.length === venues.length && feeds.every(({ booksLive }) => booksLive > 10),
    START_MS,
  );
  const facts = new FactCounter(dataDir);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const readings: Reading[] = [];
  const done = new Promise<void>((resolve) => {
    engine.onReading((reading) => {
      readings.push(reading);
      if (readings.length % 60 === 0) {
        const { health, status } = reading;
        process.stderr.write(
          `${readings.length / 60} min: ${status.counters.bookUpdates} updates, ${facts.count} facts, loop p99 ${((health?.loop.recent.p99Us ?? 0) / 1_000).toFixed(2)} ms, heap ${((health?.memory.heapBytes ?? 0) / 1e6).toFixed(1)} MB, conflated ${health?.conflatedBooks ?? 0}\n`,
        );
      }
      if (readings.length >= minutes * 60) resolve();
    });
  });
  await Promise.race([done, engine.until(() => false, minutes * 60_000 * 1.5)]);
  const [first] = readings;
  const last = readings.at(-1);
  if (first?.health === undefined || last?.health === undefined)
    throw new Error('the engine reported nothing');
  const seconds = (last.health.atUs - first.health.atUs) / 1e6;
  const updates = last.status.counters.bookUpdates - first.status.counters.bookUpdates;
  const { loop } = last.health;
  const halted = readings.filter(({ status }, k) => k % 60 === 59 && status.haltReason !== '').length;
  const worstP99Us = Math.max(...readings.map(({ health }) => health?.loop.recent.p99Us ?? 0));
  const late = loop.total.count - (loop.total.buckets.find(({ upToUs }) => upToUs === 5_000)?.count ?? 0);
  const rows = [
    rowOf({
      name: `book updates taken in, over ${(seconds / 60).toFixed(1)} minutes`,
      unit: '1/s',
      ours: updates / seconds,
      peer: 'at least',
      peerValue: wanted,
      atLeast: 1,
      less: false,
    }),
    boundedRow(
      'share of checks at which the loop was over 5 ms late',
      '%',
      (late / loop.total.count) * 100,
      1,
    ),
    boundedRow('loop delay p99, worst minute', 'ms', worstP99Us / 1_000, 5),
    boundedRow('facts that did not reach a client', 'facts', facts.missing, 0),
    boundedRow('halts, counted at the end of a minute', 'minutes', halted, 0),
    ...(minutes < 5 ? [] : [boundedRow('growth of the heap', 'MB/h', growthPerHour(readings), 10)]),
    boundedRow('the engine: share of one core', '%', (last.cpuUs - first.cpuUs) / 1e4 / seconds, 100),
  ];
  const report = {
    machine: machine(),
    node: process.version,
    minutes: seconds / 60,
    facts: facts.count,
    conflatedBooks: last.health.conflatedBooks,
    orders: last.status.counters.orders,
    feeds: last.status.feeds.map(({ venue, state, booksLive, checksumMismatches }) => ({
      venue,
      state,
      booksLive,
      checksumMismatches,
    })),
    stages: last.health.stages.map(({ stage, recent: { p50Us, p99Us, p999Us } }) => ({
      stage,
      p50Us,
      p99Us,
      p999Us,
    })),
    heapMB: [first, last].map(({ health }) => (health?.memory.heapBytes ?? 0) / 1e6),
    residentMB: [first, last].map(({ health }) => (health?.memory.residentBytes ?? 0) / 1e6),
  };
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...report, rows })}\n`
      : `${JSON.stringify(report)}\n\n${table(rows)}\n`,
  );
} finally {
  await engine.stop();
  exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
