/**
 * Prints the bytes of heap that a change of a Binance book, or a touch of it, takes on its way to a decision: `node --expose-gc
 * bench/count-binance-allocation.ts`. It needs no recorded data; the test beside the kernel holds the figure to its bound.
 */
import { BinanceDecoder } from '../src-engine/venues/binance/market-decoder.ts';
import { bytesPerUpdate } from './allocation.ts';
import { madeBinanceStream, triangleAtBinance } from './binance-stream.ts';
import { HotPath } from './hot-path.ts';

const path = new HotPath(triangleAtBinance(), {
  venue: 'binance',
  homeAsset: 'USDT',
  bookDepth: 100,
  decoder: (instruments, sink) => new BinanceDecoder(instruments, sink, 'binance'),
});
const updates = 100_000;
const bytes = bytesPerUpdate(path, madeBinanceStream(5_000, true), updates);
process.stdout.write(
  `${JSON.stringify({ bytes, updates, cycles: path.kernel.desk.index.cycles.length, opportunities: path.opportunities })}\n`,
);
