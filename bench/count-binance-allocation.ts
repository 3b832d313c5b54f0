/**
 * Prints the bytes of heap that a change of a Binance book takes on its way to a decision, and that one of its messages takes where
 * every second is a touch: `node --expose-gc --single-threaded bench/count-binance-allocation.ts`. It needs no recorded data; the test beside the kernel
 * holds the figures to their bounds.
 */
import { BinanceDecoder } from '../src-engine/venues/binance/market-decoder.ts';
import { bytesPerUpdate } from './allocation.ts';
import { madeBinanceStream, triangleAtBinance } from './binance-stream.ts';
import { HotPath } from './hot-path.ts';

const UPDATES = 60_000;

function pathHere(): HotPath {
  return new HotPath(triangleAtBinance(), {
    venue: 'binance',
    homeAsset: 'USDT',
    bookDepth: 100,
    decoder: (instruments, sink) => new BinanceDecoder(instruments, sink, 'binance'),
  });
}

const path = pathHere();
const bytes = bytesPerUpdate(path, madeBinanceStream(10_000), UPDATES);
const withTouches = bytesPerUpdate(pathHere(), madeBinanceStream(5_000, true), UPDATES);
const cycles = path.kernel.desk.index.cycles.length;
const { opportunities } = path;
process.stdout.write(`${JSON.stringify({ bytes, withTouches, updates: UPDATES, cycles, opportunities })}\n`);
