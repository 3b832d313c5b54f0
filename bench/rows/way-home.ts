/** The search for the best way home of what a failed leg left, between the assets with most pairs: the widest there is. */
import { BookStore } from '../../src-engine/books/book-store.ts';
import { gridOf } from '../../src-engine/detection/instrument-grid.ts';
import type { Instrument } from '../../src-engine/domain/instrument.ts';
import { BookUpdate } from '../../src-engine/domain/market-data.ts';
import { WaysHome } from '../../src-engine/execution/way-home.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { CALIBRATION } from '../calibration.ts';
import { inUs, interleaved } from '../measure.ts';
import { calibratedRow, type Row } from '../report.ts';

const ROUNDS = 40;
const WARM_UP = 10;
const HUBS = 5;
const LEVELS = 10;

export function wayHomeRow(instruments: readonly Instrument[]): Row {
  const store = new BookStore(instruments, { depth: LEVELS });
  fill(store, instruments);
  const grids = instruments.map(gridOf);
  const ways = new WaysHome({ instruments, books: store.books, grids, isLive: () => true });
  const hubs = busiestAssets(instruments);
  const searches = hubs.flatMap((from) => hubs.filter((to) => to !== from).map((to) => [from, to] as const));
  let found = 0;
  const [tookNs = [], parseNs = []] = interleaved(
    [
      {
        name: 'way home',
        run: () => {
          for (const [from, to] of searches)
            if (ways.cheapest(from, to, 5, [], () => true) !== undefined) found++;
          return searches.length;
        },
      },
      CALIBRATION,
    ],
    ROUNDS,
    WARM_UP,
  );
  if (found === 0) throw new Error('no way home was found');
  const name = `way home of a residual among ${instruments.length} pairs, between the ${HUBS} busiest assets`;
  return calibratedRow(name, inUs(tookNs), 1_000, inUs(parseNs));
}

function busiestAssets(instruments: readonly Instrument[]): string[] {
  const pairs = new Map<string, number>();
  for (const { base, quote } of instruments)
    for (const asset of [base, quote]) pairs.set(asset, (pairs.get(asset) ?? 0) + 1);
  return [...pairs]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, HUBS)
    .map(([asset]) => asset);
}

/** Books of made prices, two ticks wide. */
function fill(store: BookStore, instruments: readonly Instrument[]): void {
  const random = new SeededRandom(7);
  const update = new BookUpdate();
  for (const { id } of instruments) {
    update.reset(id, true, 1);
    const middle = 10_000 + Math.floor(random.next() * 500);
    for (let level = 0; level < LEVELS; level++) {
      update.pushBid(middle - 1 - level, 1e9 + Math.floor(random.next() * 4e11));
      update.pushAsk(middle + 1 + level, 1e9 + Math.floor(random.next() * 4e11));
    }
    store.apply(update);
  }
}
