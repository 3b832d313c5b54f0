import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { decimal } from '../domain/decimal.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Order } from '../domain/order.ts';
import type { CoinDoubt } from '../domain/risk.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { openOrder } from '../testing/open-order.ts';
import { Exposure } from './exposure.ts';

const instruments = TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test'));

/** What an account holds where each book's middle is `mids`. */
function portfolioAt(
  listed: readonly Instrument[],
  mids: readonly number[],
  balances: Readonly<Record<string, string>>,
  homeAsset: string,
) {
  const store = new BookStore(listed, { depth: 5 });
  for (const [id, mid] of mids.entries()) {
    const update = new BookUpdate();
    update.reset(id, true, 1);
    update.pushBid(mid - 1, 100);
    update.pushAsk(mid + 1, 100);
    store.apply(update);
  }
  const opening = {
    balances: Object.entries(balances).map(([asset, total]) => ({ asset, total })),
    realizedPnl: '0',
    fees: '0',
  };
  const marks = new Marks(listed, store.books, homeAsset);
  return { portfolio: new Portfolio(opening, marks), marks };
}

/** BTC at 50,000, ETH at 2,500; an account in dollars. */
function account(
  balances: Readonly<Record<string, string>>,
  opened: Readonly<Record<string, string>>,
  homeAsset = 'USD',
  ofStrategies?: Readonly<Record<string, string>>,
) {
  const { portfolio } = portfolioAt(instruments, [500_000, 5_000, 250_000], balances, homeAsset);
  const orders: Order[] = [];
  const strategies = new Map<string, string>();
  const heldByStrategies = (asset: string) => decimal(strategies.get(asset) ?? '0');
  const exposure = new Exposure(
    { portfolio, instruments, openOrders: () => orders, heldByStrategies },
    opened,
    ofStrategies,
  );
  return { exposure, orders, strategies };
}

function order(symbol: string, side: 'buy' | 'sell', price: string, qty: string, filled = '0'): Order {
  const instrument = instruments.find((one) => one.symbol === symbol);
  if (instrument === undefined) throw new Error(`no instrument ${symbol}`);
  return openOrder(instrument, side, price, qty, filled);
}

describe('positions', () => {
  it('are what is held beyond what was opened with; the home currency is none', () => {
    const { exposure } = account({ USD: '10000', BTC: '0.3', ETH: '1' }, { USD: '5000', BTC: '0.2' });
    expect(exposure.position('USD')?.toString()).toBe('0');
    expect(exposure.position('BTC')?.toString()).toBe('5000');
    expect(exposure.position('ETH')?.toString()).toBe('2500');
    expect(exposure.gross().toString()).toBe('7500');
  });

  it('below what was opened with are none: nothing was taken on', () => {
    const { exposure } = account({ USD: '10000', BTC: '0.1' }, { BTC: '0.2' });
    expect(exposure.position('BTC')?.toString()).toBe('0');
  });

  it('count orders in flight as if they filled, by what they still have to trade', () => {
    const { exposure, orders } = account({ USD: '10000' }, {});
    orders.push(order('BTC/USD', 'buy', '50000', '0.1', '0.04'));
    expect(exposure.position('BTC')?.toString()).toBe('3000');
    expect(exposure.gross().toString()).toBe('3000');
    expect(exposure.openNotional().toString()).toBe('3000');
    expect([...exposure.assets()]).toContain('BTC');
  });

  it('that pay for another one are counted once in the gross exposure', () => {
    const { exposure, orders } = account({ USD: '10000', BTC: '0.1' }, {});
    orders.push(order('ETH/BTC', 'buy', '0.05', '2'));
    expect(exposure.position('BTC')?.toString()).toBe('5000');
    expect(exposure.position('ETH')?.toString()).toBe('5000');
    expect(exposure.gross().toString()).toBe('5000');
  });

  it('count what a sale in flight brings: what is left of it, at its price', () => {
    const { exposure, orders } = account({ USD: '10000', ETH: '4' }, { ETH: '4' });
    orders.push(order('ETH/BTC', 'sell', '0.05', '4', '1'));
    // 3 ETH at 0.05 are 0.15 BTC, worth 7,500.
    expect(exposure.position('BTC')?.toString()).toBe('7500');
    expect([...exposure.assets()].toSorted()).toEqual(['BTC', 'ETH', 'USD']);
    expect(exposure.openNotional().toString()).toBe('7500');
  });

  it('are none for what a sale brings of the home currency, whatever is in flight', () => {
    const { exposure, orders } = account({ USD: '10000', BTC: '0.1' }, {});
    orders.push(order('BTC/USD', 'sell', '50000', '0.1'));
    expect(exposure.position('USD')?.toString()).toBe('0');
    expect(exposure.position('BTC')?.toString()).toBe('5000');
  });

  it('in the home currency of a pair that quotes it second are paid in whole: the quantity itself', () => {
    const { exposure, orders } = account({ BTC: '2', USD: '1000' }, { USD: '1000' }, 'BTC');
    orders.push(order('BTC/USD', 'sell', '50000', '0.4', '0.1'));
    expect(exposure.gross().toString()).toBe('0.3');
    expect(exposure.isCash('BTC')).toBe(true);
  });

  it('without any price are unknown, and nothing is known of them', () => {
    const { exposure } = account({ USD: '10000', DOGE: '5' }, {});
    expect(exposure.position('DOGE')).toBeUndefined();
    expect(exposure.gross().toString()).toBe('0');
  });

  it('change with what comes in from elsewhere, and with an operator’s word', () => {
    const { exposure } = account({ USD: '10000', BTC: '0.3' }, {});
    exposure.adopt('BTC', decimal('0.1'));
    expect(exposure.position('BTC')?.toString()).toBe('10000');
    exposure.adopt('BTC', decimal('-5'));
    expect(exposure.position('BTC')?.toString()).toBe('15000');
    exposure.adoptAll();
    expect(exposure.gross().toString()).toBe('0');
    expect(exposure.opened).toEqual({ USD: '10000', BTC: '0.3' });
  });
});

it('what strategies hold for themselves covers nothing that executions sold and did not buy back', () => {
  const { exposure, strategies } = account({ USD: '10000', BTC: '1' }, { BTC: '1' });
  expect(exposure.lacking('BTC').toString()).toBe('0');
  strategies.set('BTC', '0.4');
  expect(exposure.lacking('BTC').toString()).toBe('0.4');
});

it('what an operator adopts is lacking no longer, whatever strategies held of it and sell afterwards', () => {
  const { exposure, strategies } = account({ USD: '10000', BTC: '1.8' }, { BTC: '1' });
  strategies.set('BTC', '1');
  expect(exposure.lacking('BTC').toString()).toBe('0.2');
  exposure.adoptAll();
  expect(exposure.lacking('BTC').toString()).toBe('0');
  const { opened, ofStrategies } = exposure.standing;
  expect([opened['BTC'], ofStrategies]).toEqual(['1.8', { BTC: '1' }]);
  const later = (held: string, ofThem: string): string => {
    const restarted = account({ USD: '10000', BTC: held }, opened, 'USD', ofStrategies);
    restarted.strategies.set('BTC', ofThem);
    return restarted.exposure.lacking('BTC').toString();
  };
  expect(later('1.8', '1')).toBe('0');
  // They sold theirs, and bought some again; an execution sold 0.1 of what is the account's own.
  expect(later('0.8', '0')).toBe('0');
  expect(later('1.2', '0.4')).toBe('0');
  expect(later('0.7', '0')).toBe('0.1');
  expect(account({ BTC: '1' }, { BTC: '1' }).exposure.standing).toEqual({ opened: { BTC: '1' } });
});

describe('positions of a run of several venues', () => {
  const GRID = { tickSize: '0.01', lotSize: '0.0001', minQty: '0', minNotional: '0', takerFee: '0.0005' };
  const pairs = [
    ['ETH/USD', 'east', 200_000],
    ['USDT/USD', 'east', 90],
    ['ETH/USD', 'west', 250_000],
    ['SOL/USDT', 'south', 10_000],
  ] as const;
  const listed = pairs.map(([symbol, venue], id) => {
    const [base = '', quote = ''] = symbol.split('/').map((code) => assetAt(code, venue));
    return createInstrument({ ...GRID, symbol, base, quote, status: 'online' }, id, venue);
  });

  /** ETH at 2,000 in the east and 2,500 in the west; in the south SOL at 100 USDT, which are worth 0.90 each. */
  function accounts(
    balances: Readonly<Record<string, string>>,
    opened: Readonly<Record<string, string>> = {},
  ) {
    const mids = pairs.map(([, , mid]) => mid);
    const { portfolio, marks } = portfolioAt(listed, mids, balances, 'USD@east');
    const orders: Order[] = [];
    const exposure = new Exposure({ portfolio, instruments: listed, openOrders: () => orders }, opened);
    const flight = (id: number, ...rest: [side: 'buy' | 'sell', price: string, qty: string]): void => {
      const instrument = listed[id];
      if (instrument !== undefined) orders.push(openOrder(instrument, ...rest));
    };
    const doubt = (coin: string): void => {
      marks.doubted.set(coin, { coin } as CoinDoubt);
    };
    return { exposure, flight, doubt };
  }

  it('are one for a coin at both venues, what is in flight at either of them with it', () => {
    const { exposure, flight } = accounts({ 'ETH@east': '1', 'ETH@west': '2', 'SOL@south': '5' });
    expect(exposure.position('ETH@east')?.toString()).toBe('6000');
    flight(2, 'buy', '2500', '0.5');
    expect(exposure.position('ETH@east')?.toString()).toBe('7000');
    expect(exposure.position('ETH@west')?.toString()).toBe('8750');
    expect(exposure.position('SOL@south')?.toString()).toBe('450');
  });

  it('are not taken on where a coin came to one venue from another at which it is cash, and are by what came beyond', () => {
    const opened = { 'USDT@south': '12500', 'USDT@east': '2000' };
    const moved = accounts({ 'USDT@south': '8800', 'USDT@east': '5700' }, opened);
    expect(moved.exposure.position('USDT@east')?.toString()).toBe('0');
    expect(moved.exposure.gross().toString()).toBe('0');
    const bought = accounts({ 'USDT@south': '8800', 'USDT@east': '6000' }, opened);
    expect(bought.exposure.position('USDT@east')?.toString()).toBe('270');
    expect(bought.exposure.gross().toString()).toBe('270');
    // Cash that was earned is no position, and what it bought of other coins is one.
    const earned = accounts({ 'USDT@south': '13000', 'USDT@east': '2100', 'SOL@south': '5' }, opened);
    expect(earned.exposure.position('USDT@east')?.toString()).toBe('90');
    expect(earned.exposure.gross().toString()).toBe('540');
  });

  it('of a coin in doubt are the values of both, each at the price of its own venue', () => {
    const { exposure, flight, doubt } = accounts({ 'ETH@east': '1', 'ETH@west': '2', 'SOL@south': '5' });
    doubt('ETH');
    expect(exposure.position('ETH@east')?.toString()).toBe('7000');
    flight(2, 'buy', '2500', '0.5');
    flight(0, 'buy', '2000', '0.1');
    expect(exposure.position('ETH@east')?.toString()).toBe('8450');
    expect(exposure.position('ETH@west')?.toString()).toBe('8450');
    expect(exposure.position('SOL@south')?.toString()).toBe('450');
  });

  it('of a coin in doubt that has no price at one of its venues are unknown, unless none is held there', () => {
    const { exposure, doubt } = accounts({ 'ETH@east': '1', 'ETH@north': '2' });
    doubt('ETH');
    expect(exposure.position('ETH@east')).toBeUndefined();
    const none = accounts({ 'ETH@east': '1', 'ETH@north': '0' });
    none.doubt('ETH');
    expect(none.exposure.position('ETH@east')?.toString()).toBe('2000');
  });

  it('count what an order in flight pays in a venue’s own cash at what that is worth', () => {
    const { exposure, flight } = accounts({ 'USD@east': '1000', 'USDT@south': '5000' });
    flight(3, 'buy', '100', '10');
    expect(exposure.gross().toString()).toBe('900');
    flight(0, 'buy', '2000', '0.1');
    expect(exposure.gross().toString()).toBe('1100');
  });
});
