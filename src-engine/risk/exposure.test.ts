import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { decimal, ZERO } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Order } from '../domain/order.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { Exposure } from './exposure.ts';

const instruments = TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test'));

/** BTC at 50,000, ETH at 2,500; an account in dollars. */
function account(
  balances: Readonly<Record<string, string>>,
  opened: Readonly<Record<string, string>>,
  homeAsset = 'USD',
) {
  const store = new BookStore(instruments, { depth: 5 });
  const mids = [500_000, 5_000, 250_000];
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
  const portfolio = new Portfolio(opening, new Marks(instruments, store.books, homeAsset));
  const orders: Order[] = [];
  const exposure = new Exposure({ portfolio, instruments, openOrders: () => orders }, opened);
  return { exposure, orders };
}

function order(symbol: string, side: 'buy' | 'sell', price: string, qty: string, filled = '0'): Order {
  const instrument = instruments.find((one) => one.symbol === symbol);
  return {
    orderId: symbol,
    intentId: symbol,
    executionId: 'x',
    venue: 'test',
    instrumentId: instrument?.id ?? 0,
    symbol,
    side,
    price: decimal(price),
    qty: decimal(qty),
    timeInForce: 'ioc',
    purpose: 'open',
    state: 'accepted',
    venueOrderId: undefined,
    filledQty: decimal(filled),
    filledNotional: ZERO,
    fees: ZERO,
    spent: ZERO,
    received: ZERO,
    asideFees: [],
    createdUs: 1,
    expireUs: 2,
    updatedUs: 1,
    reason: undefined,
  };
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
