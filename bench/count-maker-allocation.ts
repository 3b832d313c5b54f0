/**
 * Prints the bytes of heap that an update takes while a market is quoted at one venue and hedged at another, and nothing is to be done about
 * its quotes: `node --expose-gc --single-threaded bench/count-maker-allocation.ts`. The test beside the kernel holds the figure to its bound.
 */
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../src-engine/domain/limits.ts';
import { BookUpdate } from '../src-engine/domain/market-data.ts';
import { Kernel } from '../src-engine/kernel/kernel.ts';
import { instrumentsAt, quote } from './many-venues.ts';

/** Updates between two looks at the heap: so few that no collection falls between them. */
const CHUNK = 4_000;
const WARM_UP = 150_000;
const COUNTED = 240_000;

const { gc } = globalThis;
if (gc === undefined) throw new Error('start it with node --expose-gc');
const instruments = instrumentsAt(3);
const kernel = new Kernel({
  runId: 'bench',
  mode: 'paper',
  simulatedMarket: false,
  seed: 1,
  homeAsset: 'USDT@venue-1',
  instruments,
  bookDepth: 10,
  limits: { ...DEFAULT_LIMITS, maxPositionPct: 1_000, maxGrossExposurePct: 1_000 },
  detection: DEFAULT_DETECTION,
  execution: { ...DEFAULT_EXECUTION, makerMaxNotional: '0.9', makerMarkets: 'BTC/USDT@venue-1>venue-2' },
  opening: {
    balances: ['USDT@venue-1', 'BTC@venue-1', 'USDT@venue-2', 'BTC@venue-2'].map((asset) => ({
      asset,
      total: '5000',
    })),
    realizedPnl: '0',
    fees: '0',
  },
  killed: false,
});
const update = new BookUpdate();
// Of one time: a double made in the loop would be an allocation of the count's own.
const atUs = 1e15;
/** The two markets of the quotes come in every second update, another instrument in the others. */
const IDS = [0, instruments.length / 3];
let orders = 0;

function run(updates: number): void {
  for (let turn = 0; turn < updates; turn++) {
    const id = turn % 2 === 0 ? (IDS[(turn >> 1) % 2] as number) : turn % instruments.length;
    quote(update, id, turn, atUs);
    if (kernel.takeBook(update)) kernel.look(update.instrumentId, atUs);
    if (kernel.outbox.isEmpty) continue;
    for (const { type } of kernel.outbox.events) if (type === 'orderCreated') orders++;
    kernel.outbox.events = [];
    kernel.outbox.effects = [];
  }
}

run(2 * instruments.length);
kernel.step({ kind: 'tick', atUs });
for (let warmed = 0; warmed < WARM_UP; warmed += CHUNK) run(CHUNK);
const quotes = [...kernel.orders.open()].length;
orders = 0;
let bytes = 0;
for (let counted = 0; counted < COUNTED; counted += CHUNK) {
  gc({ type: 'minor', execution: 'sync' });
  const before = process.memoryUsage().heapUsed;
  run(CHUNK);
  bytes += process.memoryUsage().heapUsed - before;
}
process.stdout.write(`${JSON.stringify({ bytes: bytes / COUNTED, updates: COUNTED, quotes, orders })}\n`);
