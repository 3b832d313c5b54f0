import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { Universe } from '../domain/universe.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { VenuePrices } from './venue-prices.ts';

const GRID = { tickSize: '0.01', lotSize: '0.0001', minQty: '0', minNotional: '0' };

/** Bid and ask of each pair, as `BTC/USD venue`. */
type Quotes = Readonly<Record<string, readonly [number, number]>>;

function pricesOf(quotes: Quotes, doubted: readonly string[] = []) {
  const names = Object.keys(quotes);
  const instruments = names.map((name, id) => {
    const [symbol = '', venue = ''] = name.split(' ');
    const [base = '', quote = ''] = symbol.split('/').map((code) => assetAt(code, venue));
    return createInstrument({ ...GRID, symbol, base, quote }, id, venue);
  });
  const store = new BookStore(instruments, { depth: 10 });
  const prices = new VenuePrices(instruments, store.syncs, new Universe(instruments, 'USD'));
  const quote = (name: string, [bid, ask]: readonly [number, number]): void => {
    const update = new BookUpdate();
    update.reset(names.indexOf(name), true, 1);
    if (bid > 0) update.pushBid(Math.round(bid * 100), 1);
    if (ask > 0) update.pushAsk(Math.round(ask * 100), 1);
    store.apply(update);
  };
  for (const [name, both] of Object.entries(quotes)) quote(name, both);
  /** What a seller gets and a buyer pays after a look, to the ninth digit. */
  const of = (code: string, venue: string): [number, number] => {
    prices.look((coin) => doubted.includes(coin));
    const place = prices.coins.find((coin) => coin.code === code)?.places.find((one) => one.venue === venue);
    if (place === undefined) throw new Error(`no price of ${code} at ${venue}`);
    return [Number(place.bid.toPrecision(9)), Number(place.ask.toPrecision(9))];
  };
  return { prices, quote, of };
}

const at = (mid: number): readonly [number, number] => [mid, mid];
/** Coins in dollars in the east, and in the west's own cash, of which each coin says what it is worth. */
const eastAndWest = (worths: readonly number[]): Quotes =>
  Object.fromEntries(
    worths.flatMap((worth, n) => [
      [`C${n}/USD east`, at(worth)],
      [`C${n}/USDT west`, at(1)],
    ]),
  );

describe('prices at each venue', () => {
  it('are of coins at two venues or more', () => {
    const { prices } = pricesOf({ 'BTC/USD east': at(100), 'BTC/USD west': at(100), 'SOL/USD west': at(10) });
    expect(prices.coins.map(({ code }) => code)).toEqual(['USD', 'BTC']);
    expect(pricesOf({ 'BTC/USD east': at(100), 'SOL/USD east': at(10) }).prices.coins).toEqual([]);
  });

  it('are what a seller gets and what a buyer pays, also of a coin that others are priced in', () => {
    const { of } = pricesOf({
      'BTC/USD east': [100, 104],
      'BTC/ETH west': [20, 25],
      'BTC/USD west': [99, 101],
      'ETH/USD east': [4, 5],
    });
    expect(of('BTC', 'east')).toEqual([100, 104]);
    expect(of('ETH', 'east')).toEqual([4, 5]);
    // A seller of ETH buys BTC at 25 and sells it at 99.
    expect(of('ETH', 'west')).toEqual([3.96, 5.05]);
  });

  it('are not known while a book shows one side alone, whatever it showed before', () => {
    for (const oneSide of [
      [0, 101],
      [99, 0],
    ] as const) {
      const { quote, of } = pricesOf({ 'BTC/USD east': [99, 101], 'BTC/USD west': [99, 101] });
      expect(of('BTC', 'west')).toEqual([99, 101]);
      quote('BTC/USD west', oneSide);
      expect(of('BTC', 'west')).toEqual([Number.NaN, Number.NaN]);
    }
  });

  it('are in the home currency where a venue trades it, else in the cash of the first venue', () => {
    expect(pricesOf({ 'BTC/USDT west': at(1), 'BTC/USD east': at(1) }).prices.anchor).toBe('USD');
    expect(pricesOf({ 'BTC/USDT west': at(1), 'BTC/EUR east': at(1) }).prices.anchor).toBe('USDT');
  });
});

describe('what a venue’s own cash is worth', () => {
  it('is the middle of what its coins say, in whichever order they are listed', () => {
    expect(pricesOf(eastAndWest([1.04, 1, 1.02])).of('C0', 'west')).toEqual([1.02, 1.02]);
    expect(pricesOf(eastAndWest([1.02, 1.08, 1, 1.06, 1.04])).of('C0', 'west')).toEqual([1.04, 1.04]);
  });

  it('is what the coins say that are not in doubt and have a price at both venues', () => {
    const worths = [1.02, 1, 1.04, 9, 8, 7];
    const doubted = pricesOf(eastAndWest(worths), ['C3', 'C4', 'C5']);
    expect(doubted.of('C0', 'west')).toEqual([1.02, 1.02]);
    const { quote, of } = pricesOf(eastAndWest(worths));
    for (const name of ['C3/USDT west', 'C4/USDT west', 'C5/USD east']) quote(name, [1, 0]);
    expect(of('C0', 'west')).toEqual([1.02, 1.02]);
    // Cheap coins are coins: prices below one count as others do.
    expect(pricesOf(eastAndWest([0.5, 0.4, 0.6])).of('C0', 'west')).toEqual([0.5, 0.5]);
  });

  it('is the cheap middle where coins cost less than one at either venue', () => {
    const cheap = { 'A/USD east': at(0.5), 'B/USD east': at(0.25), 'C/USD east': at(0.1) };
    const there = { 'A/USDT west': at(0.25), 'B/USDT west': at(0.1), 'C/USDT west': at(0.04) };
    expect(pricesOf({ ...cheap, ...there }).of('A', 'west')).toEqual([0.625, 0.625]);
  });

  it('is what it costs where it is traded while too few coins say so, and never counts as one of them', () => {
    const traded = { 'USDT/USD east': at(0.9) };
    const { of } = pricesOf({ ...traded, ...eastAndWest([1.2, 1.3]) });
    expect(of('USDT', 'west')).toEqual([0.9, 0.9]);
    expect(of('C0', 'west')).toEqual([0.9, 0.9]);
    expect(pricesOf(eastAndWest([1.2, 1.3])).of('C0', 'west')).toEqual([Number.NaN, Number.NaN]);
  });
});
