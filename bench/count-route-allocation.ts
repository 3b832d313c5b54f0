/**
 * Prints the bytes of heap that an update takes with routes over three venues looked for and none found: `node --expose-gc --single-threaded
 * bench/count-route-allocation.ts`. The test beside the kernel holds the figure to its bound.
 */
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../src-engine/domain/limits.ts';
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
  limits: DEFAULT_LIMITS,
  detection: { ...DEFAULT_DETECTION, crossVenue: true },
  opening: { balances: [{ asset: 'USDT@venue-1', total: '1000' }], realizedPnl: '0', fees: '0' },
  killed: false,
});
const update = new BookUpdate();
// Of one time: a double made in the loop would be an allocation of the count's own.
const atUs = 1e15;
let opportunities = 0;

function run(updates: number): void {
  for (let turn = 0; turn < updates; turn++) {
    quote(update, turn % instruments.length, turn, atUs);
    if (kernel.takeBook(update)) kernel.look(update.instrumentId, atUs);
    if (kernel.outbox.isEmpty) continue;
    for (const { type } of kernel.outbox.events) if (type === 'opportunityOpened') opportunities++;
    kernel.outbox.events = [];
    kernel.outbox.effects = [];
  }
}

for (let warmed = 0; warmed < WARM_UP; warmed += CHUNK) run(CHUNK);
let bytes = 0;
for (let counted = 0; counted < COUNTED; counted += CHUNK) {
  gc({ type: 'minor', execution: 'sync' });
  const before = process.memoryUsage().heapUsed;
  run(CHUNK);
  bytes += process.memoryUsage().heapUsed - before;
}
const walks = kernel.desk.routes.walkCount;
process.stdout.write(
  `${JSON.stringify({ bytes: bytes / COUNTED, updates: COUNTED, walks, opportunities })}\n`,
);
