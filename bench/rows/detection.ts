/** Detection by itself: scoring every cycle of the best connected pair, and one triangle's depth walk. */
import { OrderBook } from '../../src-engine/books/order-book.ts';
import { gridOf } from '../../src-engine/detection/instrument-grid.ts';
import { CycleIndex } from '../../src-engine/detection/cycle-index.ts';
import { CycleSizer } from '../../src-engine/detection/cycle-sizing.ts';
import { enumerateCycles, startOrder } from '../../src-engine/detection/pair-graph.ts';
import { createInstrument, type Instrument } from '../../src-engine/domain/instrument.ts';
import { BookUpdate } from '../../src-engine/domain/market-data.ts';
import { CALIBRATION } from '../calibration.ts';
import { inUs, interleaved } from '../measure.ts';
import { calibratedRow, type Row } from '../report.ts';

const ROUNDS = 60;
const WARM_UP = 30;

export function scanRow(instruments: readonly Instrument[]): Row {
  const grids = instruments.map(gridOf);
  const cycles = enumerateCycles(instruments, 'kraken', 3, startOrder(instruments, ['USD'])).map(
    (cycle, id) => ({ ...cycle, id }),
  );
  const index = new CycleIndex(cycles, grids);
  for (const { id } of instruments) index.setTop(id, 100_000, 100_300);
  const best = instruments
    .map(({ id, symbol }) => ({ id, symbol, count: index.cyclesOf(id).length }))
    .reduce((a, b) => (b.count > a.count ? b : a));
  const updates = 10_000;
  const [tookNs = [], parseNs = []] = interleaved(
    [
      {
        name: 'scan',
        run: () => {
          for (let i = 0; i < updates; i++) {
            index.setTop(best.id, 100_000 + (i % 7), 100_300 + (i % 5));
            index.scan(best.id, 1e12);
          }
          return updates;
        },
      },
      CALIBRATION,
    ],
    ROUNDS,
    WARM_UP,
  );
  const name = `detection: new best prices of ${best.symbol}, all ${best.count} cycles, both directions`;
  return calibratedRow(name, inUs(tookNs), 2, inUs(parseNs));
}

/** A triangle that pays down to its last level, so that the walk ends nowhere before it. */
export function depthWalkRow(): Row {
  const grid = { tickSize: '0.01', lotSize: '0.0001', minQty: '0.001', minNotional: '1' };
  const fee = { priceDecimals: 2, qtyDecimals: 8, takerFee: '0.0001' };
  const pairs = [
    ['A', 'USD'],
    ['B', 'A'],
    ['B', 'USD'],
  ] as const;
  const instruments = pairs.map(([base, quote], id) =>
    createInstrument({ symbol: `${base}/${quote}`, base, quote, ...grid, ...fee }, id, 'test'),
  );
  // B is worth 200.00 USD by way of A, and 220.00 USD directly.
  const books = [10_000, 200, 22_000].map((middle) => ladder(middle));
  const sizer = new CycleSizer(instruments, books, instruments.map(gridOf));
  const cycle = enumerateCycles(instruments, 'test', 3, ['USD', 'A', 'B'])
    .map((found, id) => ({ ...found, id }))
    .find((found) => sizer.plan(found, 1e9, 1, 0).legs.length > 0);
  if (cycle === undefined) throw new Error('the made triangle does not pay');
  const plans = 2_000;
  let sized = 0;
  const [tookNs = [], parseNs = []] = interleaved(
    [
      {
        name: 'plan',
        run: () => {
          for (let i = 0; i < plans; i++) if (sizer.plan(cycle, 1e9, 1, 0).startAmount > 0) sized++;
          return plans;
        },
      },
      CALIBRATION,
    ],
    ROUNDS,
    WARM_UP,
  );
  if (sized === 0) throw new Error('the made triangle was not sized');
  const name = 'depth walk of a triangle, 25 levels a side, lots and minimums';
  return calibratedRow(name, inUs(tookNs), 3, inUs(parseNs));
}

function ladder(middle: number): OrderBook {
  const update = new BookUpdate();
  update.reset(0, true, 0);
  for (let i = 0; i < 25; i++) {
    update.pushBid(middle - i - 1, 1_000_000_000 + i * 7_000_000);
    update.pushAsk(middle + i + 1, 1_000_000_000 + i * 11_000_000);
  }
  const book = new OrderBook(25);
  book.apply(update);
  return book;
}
