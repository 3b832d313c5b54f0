import { expect, test } from 'vitest';
import { BookStore } from '../../books/book-store.ts';
import { MAX_BARS, MAX_TRADES } from '../../contract/market-records.ts';
import { createInstrument } from '../../domain/instrument.ts';
import { BookUpdate, type TradePrint } from '../../domain/market-data.ts';
import { MarketWatch } from './market-watch.ts';

const SECOND = 1_000_000;
const T = 1_700_000_000 * SECOND;

function watched() {
  const instrument = createInstrument(
    {
      symbol: 'BTC/USD',
      base: 'BTC',
      quote: 'USD',
      priceDecimals: 1,
      qtyDecimals: 8,
      tickSize: '0.1',
      lotSize: '0.00000001',
      minQty: '0.0001',
      minNotional: '0.5',
      takerFee: '0.0026',
      status: 'online',
    },
    0,
    'simulated',
  );
  const store = new BookStore([instrument], { depth: 10 });
  const watch = new MarketWatch(store);
  const show = (bid: number, ask: number, isSnapshot = true) => {
    const update = new BookUpdate();
    update.reset(0, isSnapshot, T);
    update.pushBid(bid, 1);
    update.pushAsk(ask, 1);
    store.apply(update);
  };
  const trade = (atUs: number, qty: number, side: TradePrint['side'] = 'buy') =>
    watch.onTrade({
      kind: 'trade',
      instrumentId: 0,
      price: 1_000,
      qty,
      side,
      venueUs: atUs,
      receivedUs: atUs,
    });
  return { store, watch, show, trade };
}

test('a bar holds the first, highest, lowest and last middle, the widest spread and what traded', () => {
  const { watch, show, trade } = watched();
  for (const [at, bid, ask] of [
    [0, 1_000, 1_002],
    [1, 1_004, 1_010],
    [2, 990, 992],
    [3, 999, 1_000],
  ] as const) {
    show(bid, ask);
    watch.sample(T + at * 100_000);
  }
  trade(T + 500_000, 7);
  trade(T + 600_000, 5);
  expect(watch.bars(0, '1s', 10)).toEqual([
    {
      startUs: T,
      openTwice: 2_002,
      highTwice: 2_014,
      lowTwice: 1_982,
      closeTwice: 1_999,
      spread: 1,
      widestSpread: 6,
      volume: 12,
      trades: 2,
    },
  ]);
});

test('a trade before the first price of its bar counts in that bar', () => {
  const { watch, show, trade } = watched();
  show(1_000, 1_002);
  watch.sample(T);
  trade(T + SECOND + 10, 3);
  watch.sample(T + SECOND + 100_000);
  expect(watch.bars(0, '1s', 10).map(({ volume }) => volume)).toEqual([0, 3]);
});

test('a book that is not live, or has one side only, makes no bar', () => {
  const { store, watch, show } = watched();
  watch.sample(T);
  show(1_000, 1_002);
  store.sync(0).desync('cut');
  watch.sample(T + SECOND);
  expect(watch.bars(0, '1s', 10)).toEqual([]);
});

test('a clock that was set back goes on in the bar under way', () => {
  const { watch, show } = watched();
  show(1_000, 1_002);
  watch.sample(T + 5 * SECOND);
  watch.sample(T);
  expect(watch.bars(0, '1s', 10).map(({ startUs }) => startUs)).toEqual([T + 5 * SECOND]);
});

test('bars and trades are bounded, the newest are kept', () => {
  const { watch, show, trade } = watched();
  show(1_000, 1_002);
  for (let i = 0; i < MAX_BARS + 20; i++) watch.sample(T + i * SECOND);
  for (let i = 0; i < MAX_TRADES + 5; i++) trade(T + i, i + 1, i % 2 === 0 ? 'buy' : 'sell');
  const bars = watch.bars(0, '1s', MAX_BARS);
  expect(bars.length).toBe(MAX_BARS);
  expect(bars[0]?.startUs).toBe(T + 20 * SECOND);
  expect(bars.at(-1)?.startUs).toBe(T + (MAX_BARS + 19) * SECOND);
  const tape = watch.trades(0, MAX_TRADES);
  expect(tape?.total).toBe(MAX_TRADES + 5);
  expect(tape?.trades.slice(0, 8)).toEqual([T + 204, 1_000, 205, 1, T + 203, 1_000, 204, -1]);
  expect(tape?.trades.length).toBe(MAX_TRADES * 4);
});

test('an instrument that is not there has no views', () => {
  const { watch } = watched();
  expect(watch.trades(1, 10)).toBeUndefined();
  expect(watch.barsView(1, '1s')).toBeUndefined();
});
