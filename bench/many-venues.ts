/** The same coins at many venues, with books that never pay: what the hottest pair of a desk over all of them costs. */
import { createInstrument, type Instrument } from '../src-engine/domain/instrument.ts';
import { BookUpdate } from '../src-engine/domain/market-data.ts';
import { assetAt } from '../src-engine/domain/venue-asset.ts';

/** Coins beside USDT and BTC, each against both. */
const COINS = ['ETH', 'SOL', 'XRP', 'ADA', 'DOGE', 'LTC', 'LINK', 'DOT', 'AVAX', 'TRX', 'ATOM', 'UNI'];
/** Whole units of price that the middle of every book lies at: with the spread below no route pays. */
const MIDDLE = 100_000;
const SPREAD = 300;

/** BTC/USDT of the first venue has the id 0. */
export function instrumentsAt(venues: number): Instrument[] {
  const pairs = [
    ['BTC', 'USDT'],
    ...COINS.flatMap((coin) => [
      [coin, 'USDT'],
      [coin, 'BTC'],
    ]),
  ];
  return Array.from({ length: venues }, (_, at) => `venue-${at + 1}`)
    .flatMap((venue) => pairs.map(([base = '', quote = '']) => ({ venue, base, quote })))
    .map(({ venue, base, quote }, id) =>
      createInstrument(
        {
          symbol: `${base}/${quote}`,
          base: assetAt(base, venue),
          quote: assetAt(quote, venue),
          tickSize: '0.00001',
          lotSize: '0.00000001',
          minQty: '0.0001',
          minNotional: '0.5',
          takerFee: '0.001',
        },
        id,
        venue,
      ),
    );
}

/** One level a side, which moves with `turn`: best prices rise and fall by a few units. */
export function quote(update: BookUpdate, id: number, turn: number, atUs: number): void {
  update.reset(id, true, atUs);
  update.pushBid(MIDDLE + (turn % 7), 1_000_000_000);
  update.pushAsk(MIDDLE + SPREAD + (turn % 5), 1_000_000_000);
}
