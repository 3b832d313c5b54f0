/**
 * Prints the bytes of heap that an update takes on its way to a decision: `node --expose-gc --single-threaded
 * bench/count-allocation.ts`. It needs no recorded data; the test beside the kernel holds the figure to its bound.
 */
import { createInstrument, type Instrument } from '../src-engine/domain/instrument.ts';
import type { StrategySetup } from '../src-engine/domain/strategy-schemas.ts';
import { HOUSE_STRATEGIES } from '../src-engine/strategies/house/house-strategies.ts';
import type { StrategyModule } from '../src-engine/strategies/strategy-port.ts';
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
// Ten strategies are on: they hear of ticks and trades, and of no update.
const module = HOUSE_STRATEGIES[0] as StrategyModule;
const path = new HotPath(instruments, undefined, { shelf: { find: () => module } });
for (let at = 0; at < 10; at++) {
  const { symbol, venue } = instruments[at % instruments.length] as Instrument;
  const setup: StrategySetup = {
    strategy: `${module.manifest.name}:${venue}:${symbol}:${at}`,
    name: module.manifest.name,
    version: module.manifest.version,
    code: 'house',
    mode: 'shadow',
    markets: [{ venue, symbol }],
    barSeconds: 1,
    stake: '100',
    maxSlippageBps: 20,
    parameters: module.manifest.parameters.parse({}) as StrategySetup['parameters'],
  };
  const actor = { kind: 'operator', via: 'bench' } as const;
  path.kernel.step({ kind: 'command', command: { type: 'setStrategy', setup }, actor, atUs: 1e15 });
}
const stream = generatedStream(instruments, { seed: 1, updates: 40_000, depth: BOOK_DEPTH });
const updates = 240_000;
const bytes = bytesPerUpdate(path, stream, updates);
process.stdout.write(
  `${JSON.stringify({ bytes, updates, strategies: path.kernel.strategies.count, cycles: path.kernel.desk.index.cycles.length, opportunities: path.opportunities })}\n`,
);
