/** A local exchange in a process of its own, whose books change when the bench says: `node venue-child.ts '<VenueStart>'`, by fork. */
import { startFace } from '../../src-engine/venues/local-exchange/local-exchange.ts';
import { FACE_CASH } from '../../src-engine/venues/local-exchange/face-names.ts';
import { MadeBooks, symbolsOf } from './made-books.ts';
import {
  CLIENTS,
  type PhaseDone,
  type PhaseOptions,
  secretOf,
  type VenueReady,
  type VenueStart,
} from './messages.ts';
import { SocketStamps } from './socket-stamps.ts';

const { face } = JSON.parse(process.argv[2] ?? '{}') as VenueStart;
const stamps = new SocketStamps();
stamps.install();
const US_PER_MS = 1_000;
/** Shortest wait that the platform's timers are exact enough for; the rest of it is dozed, so long at a time. */
const SLEPT_MS = 1.5;
const DOZE_MS = 0.1;
const nothing = new Int32Array(new SharedArrayBuffer(4));
/** Share of the time between two ticks after which the books are put right. */
const OPEN_SHARE = 0.6;

const exchange = await startFace(face, {
  updatesPerSecond: 0,
  pairs: Object.values(symbolsOf(face)),
  fees: { takerPercent: '0.01', makerPercent: '0' },
  accounts: Object.entries(CLIENTS).map(([name, { key, secret }]) => ({
    name,
    key,
    secret: secretOf(face, secret),
    balances: { [FACE_CASH[face]]: '10000000', BTC: '10', ETH: '100' },
  })),
});
const { core } = exchange;
// The way is measured, and not the venue's patience: Binance's exchange would refuse more than five orders a second.
const { limits } = core as { limits?: { order?: unknown; orderRows?: unknown } };
if (limits?.order !== undefined) Object.assign(limits, { order: () => undefined, orderRows: () => [] });
const books = new MadeBooks(core, face);

/** When the book change of the tick in hand was sent, until an order answers it; 0: none waits. */
let sentMs = 0;
let answeredUs: number[] = [];
core.listen({
  onExecution: () => {
    if (sentMs === 0) return;
    // The platform reads requests of HTTP past the stamp: of these the arrival is when they were read.
    const arrivedMs = stamps.receivedMs > sentMs ? stamps.receivedMs : performance.now();
    answeredUs.push((arrivedMs - sentMs) * US_PER_MS);
    sentMs = 0;
  },
});

/** Comes back at `atMs`, or a little later, when sockets have been read meanwhile. It gives its core away as long as it waits. */
async function until(atMs: number): Promise<void> {
  for (let leftMs = atMs - performance.now(); leftMs > 0; leftMs = atMs - performance.now()) {
    if (leftMs <= SLEPT_MS) Atomics.wait(nothing, 0, 0, Math.min(leftMs, DOZE_MS));
    await new Promise<void>((resolve) => {
      if (leftMs > SLEPT_MS) setTimeout(resolve, leftMs - 1);
      else setImmediate(resolve);
    });
  }
}

async function phase({ framesPerSecond, seconds, ticksPerSecond }: PhaseOptions): Promise<PhaseDone> {
  const each = ticksPerSecond === 0 ? Number.POSITIVE_INFINITY : Math.round(framesPerSecond / ticksPerSecond);
  const [opens, restores] = [0, Math.round(each * OPEN_SHARE)];
  const beganMs = performance.now();
  answeredUs = [];
  let ticks = 0;
  for (let frame = 1; frame <= framesPerSecond * seconds; frame++) {
    await until(beganMs + (frame * 1_000) / framesPerSecond);
    const place = frame % each;
    if (place === opens && Number.isFinite(each)) {
      books.open();
      sentMs = stamps.beganMs;
      ticks++;
    } else if (place === restores) {
      sentMs = 0;
      books.restore();
    } else books.flicker();
  }
  await until(performance.now() + 300);
  sentMs = 0;
  books.restore();
  return { answeredUs, unanswered: ticks - answeredUs.length };
}

process.on('message', (options: PhaseOptions) => {
  void phase(options).then((done) => process.send?.(done));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: exchange.url, wsUrl: exchange.wsUrl } satisfies VenueReady);
