/**
 * Prints the bytes of heap that an update takes on its way to a decision: `node --expose-gc
 * bench/count-allocation.ts`. It needs no recorded data; the test beside the kernel holds the figure to its bound.
 */
import { createInstrument } from '../src-engine/domain/instrument.ts';
import { bytesPerUpdate } from './allocation.ts';
import { BOOK_DEPTH } from './frame-stream.ts';
import { generatedStream } from './generated-stream.ts';
import { HotPath } from './hot-path.ts';

const PAIRS = [
  ['BTC', 'USD', 1],
  ['ETH', 'USD', 2],
  ['SOL', 'USD', 2],
  ['XRP', 'USD', 5],
  ['ETH', 'BTC', 5],
  ['SOL', 'BTC', 7],
  ['SOL', 'ETH', 6],
  ['XRP', 'BTC', 8],
  ['XRP', 'ETH', 7],
] as const;

const instruments = PAIRS.map(([base, quote, priceDecimals], id) =>
  createInstrument(
    {
      symbol: `${base}/${quote}`,
      base,
      quote,
      tickSize: (10 ** -priceDecimals).toFixed(priceDecimals),
      lotSize: '0.00000001',
      minQty: '0.0001',
      minNotional: '0.5',
      priceDecimals,
      qtyDecimals: 8,
      takerFee: '0.0026',
    },
    id,
    'kraken',
  ),
);
const path = new HotPath(instruments);
const stream = generatedStream(instruments, { seed: 1, updates: 40_000, depth: BOOK_DEPTH });
const updates = 240_000;
const bytes = bytesPerUpdate(path, stream, updates);
process.stdout.write(
  `${JSON.stringify({ bytes, updates, cycles: path.kernel.desk.index.cycles.length, opportunities: path.opportunities })}\n`,
);
