/** The engine's own way from a venue's socket to its socket: feed, kernel, runner, journal on a disk, and the adapter that sends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_DURABILITY } from '../../src-engine/domain/durability.ts';
import { createInstrument } from '../../src-engine/domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../../src-engine/domain/limits.ts';
import { FactLog } from '../../src-engine/engine/history/fact-log.ts';
import { LivePace } from '../../src-engine/engine/live-pace.ts';
import { Kernel } from '../../src-engine/kernel/kernel.ts';
import type { KernelConfig } from '../../src-engine/kernel/kernel-config.ts';
import { SystemClock } from '../../src-engine/lib/system-clock.ts';
import { Runner } from '../../src-engine/runner/runner.ts';
import { runnerSink } from '../../src-engine/runner/runner-sink.ts';
import { openDatabase } from '../../src-engine/storage/database.ts';
import { IntentJournal } from '../../src-engine/storage/intents/intent-journal.ts';
import { intentsFolder } from '../../src-engine/storage/intents/intents-folder.ts';
import { SegmentFolder } from '../../src-engine/storage/intents/segment-folder.ts';
import { Journal } from '../../src-engine/storage/journal.ts';
import { localName, venueAdapter, verifierOf } from '../../src-engine/venues/registry.ts';
import { SystemNetwork } from '../../src-engine/venues/system-network.ts';
import type { AccountContext } from '../../src-engine/venues/venue-adapter.ts';
import { FACE_CASH } from '../../src-engine/venues/local-exchange/face-names.ts';
import { symbolsOf } from './made-books.ts';
import { CLIENTS, type ClientStart, secretOf } from './messages.ts';
import { serveClient } from './serve-client.ts';
import { SocketStamps } from './socket-stamps.ts';
import { WayRecord } from './way-record.ts';

const { face, url } = JSON.parse(process.argv[2] ?? '{}') as ClientStart;
const stamps = new SocketStamps();
stamps.install();
const record = new WayRecord();
const clock = new SystemClock();
const adapter = venueAdapter(face, 'face');
const venue = localName(adapter);
const dataDir = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));

let watermark: bigint | undefined;
const TICK_MS = 100;
const symbolCount = Object.keys(symbolsOf(face)).length;
const context: AccountContext = {
  clock,
  network: new SystemNetwork(),
  random: () => 0.3,
  urls: adapter.localUrls(url),
  venue,
  credential: { key: CLIENTS.ours.key, secret: secretOf(face, CLIENTS.ours.secret) },
  nonces: {
    load: async () => watermark,
    save: async (used) => {
      watermark = used;
    },
  },
  tier: 'pro',
};
const account = adapter.account?.open(context);
if (account === undefined) throw new Error(`${adapter.title} has no account to trade`);
const { instruments: listed } = await adapter.listInstruments(context);
const instruments = listed.map((spec, id) => createInstrument({ ...spec, takerFee: '0.0001' }, id, venue));
const balances = await account.readBalances();
const database = await openDatabase({ dataDir });
const journal = await Journal.open(database, { profile: 'bench', runId: 'bench' });
const intents = new IntentJournal(new SegmentFolder(intentsFolder(dataDir, undefined)), DEFAULT_DURABILITY);
await intents.recover(database);
const keeper = intents.keeperOf({ profile: 'bench', runId: 'bench' });
const facts = new FactLog();

const config: KernelConfig = {
  runId: 'bench',
  mode: 'live',
  simulatedMarket: true,
  seed: 1,
  homeAsset: FACE_CASH[face],
  instruments,
  bookDepth: adapter.bookDepth,
  verifierOf,
  // Ten cycles a second that all repeat each other and jump by half a percent: what limits them is not what is measured.
  limits: {
    ...DEFAULT_LIMITS,
    maxTradesPerDay: 1_000_000,
    maxOrdersPerSecond: 1_000,
    maxRepeats: 1_000,
    maxStdevBps: 10_000,
    maxEwmaBps: 10_000,
    maxAtrBps: 10_000,
    priceCollarBps: 5_000,
    referenceCollarBps: 5_000,
    minKellyTrades: 200,
    maxOrderFaultsPerMinute: 1_000,
  },
  detection: { ...DEFAULT_DETECTION, cooldownMs: 40 },
  execution: DEFAULT_EXECUTION,
  opening: { balances, realizedPnl: '0', fees: '0' },
  killed: false,
};
const kernel = new Kernel(config);
const { outbox } = kernel;
const perform = outbox.perform.bind(outbox);
/** A frame is in the kernel's hands: an order that follows now follows from it. */
let isOnFrame = false;
outbox.perform = (effect) => {
  if (effect.type === 'place' && isOnFrame) record.open(stamps.receivedMs);
  perform(effect);
};

const isUp = Promise.withResolvers<void>();
const pace = new LivePace(clock, () => undefined);
const runner = new Runner({
  kernel,
  clock,
  journal,
  intents: {
    keep: (orders) => {
      record.decided(performance.now());
      return keeper.keep(orders);
    },
    confirm: () => keeper.confirm(),
  },
  venues: new Map([
    [
      venue,
      {
        venue,
        connect: (sink) =>
          account.connect((event) => {
            if (event.kind === 'link' && event.state === 'up') isUp.resolve();
            sink(event);
          }),
        place: (placement) => {
          const { writes } = stamps;
          record.durable(performance.now());
          account.place(placement);
          if (stamps.writes > writes) record.sent(stamps.handedMs);
          else record.lost();
        },
        cancel: (orderId) => account.cancel(orderId),
        cancelAll: () => account.cancelAll(),
        reconcile: (...question) => account.reconcile(...question),
        keepAlive: (timeoutMs) => account.keepAlive(timeoutMs),
        stop: () => account.stop(),
      },
    ],
  ]),
  feeds: new Map([[venue, { resubscribe: () => undefined }]]),
  publish: (events) => facts.publish(events),
  pace,
});

runner.begin();
pace.start();
const ticks = setInterval(() => runner.submit({ kind: 'tick', atUs: clock.nowUs() }), TICK_MS);
const feed = adapter.openFeed(context);
feed.start(instruments, {
  ...runnerSink(runner),
  onBook: (update) => {
    isOnFrame = true;
    runner.submit(update);
    isOnFrame = false;
    const nowMs = performance.now();
    record.frame(stamps.receivedMs, nowMs);
    record.decided(nowMs);
  },
  onRaw: () => pace.meter.frameReceived(),
});
await isUp.promise;
while (instruments.some(({ id }) => kernel.store.sync(id).state !== 'live')) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}

let orders = 1;
serveClient({
  begin: (phase) => {
    const parallelLegs = phase.kind === 'ours' && phase.atOnce;
    orders = parallelLegs ? symbolCount : 1;
    if (phase.kind === 'ours') intents.level = phase.level;
    const command = { type: 'setExecution', execution: { parallelLegs } } as const;
    runner.submit({
      kind: 'command',
      command,
      actor: { kind: 'operator', via: 'bench' },
      atUs: clock.nowUs(),
    });
    record.clear();
  },
  end: () => record.figures(orders),
  stop: async () => {
    clearInterval(ticks);
    pace.stop();
    await feed.stop();
    await account.stop();
    await journal.close();
    await database.close();
  },
});
