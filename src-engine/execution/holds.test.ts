/** What a venue holds back for orders of others: its holds, less what our own open orders there account for. */
import { expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { decimal } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import type { OrderIntent, Side, VenueAccount, VenueOrder } from '../domain/order.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import type { ApprovedIntent } from '../risk/risk-engine.ts';
import { holdsElsewhere } from './holds.ts';
import { OrderManager } from './order-manager.ts';

const ethUsd = (id: number, venue: string, apart = false): Instrument => {
  const [base, quote] = apart ? [`ETH@${venue}`, `USD@${venue}`] : ['ETH', 'USD'];
  const sizes = { tickSize: '0.01', lotSize: '0.001', minQty: '0.01', minNotional: '0', takerFee: '0.001' };
  return createInstrument({ symbol: 'ETH/USD', base, quote, ...sizes }, id, venue);
};

function desk(instruments: readonly Instrument[], held: Readonly<Record<string, string>>) {
  const books = new BookStore(instruments, { depth: 5 }).books;
  const marks = new Marks(instruments, books, instruments[0]?.quote ?? 'USD');
  const balances = Object.entries(held).map(([asset, total]) => ({ asset, total }));
  const portfolio = new Portfolio({ balances, realizedPnl: '0', fees: '0' }, marks);
  const orders = new OrderManager(instruments, portfolio, new Outbox());
  let count = 0;
  const place = (side: Side, qty: string) => {
    const intent: OrderIntent = {
      intentId: `x1-${++count}`,
      executionId: 'x1',
      venue: 'test',
      instrumentId: 0,
      symbol: 'ETH/USD',
      side,
      price: decimal('2000'),
      qty: decimal(qty),
      timeInForce: 'gtc',
      purpose: 'open',
    };
    return orders.place(intent as ApprovedIntent, 10);
  };
  const holds = (account: Pick<VenueAccount, 'balances'> & { readonly orders?: readonly VenueOrder[] }) => {
    const whole: VenueAccount = { venue: 'test', orders: [], fills: [], sinceUs: 0, ...account };
    const found = [...holdsElsewhere(whole, orders, portfolio)];
    return Object.fromEntries(found.map(([asset, amount]) => [asset, amount.toFixed()]));
  };
  return { orders, place, holds };
}

const listed = (orderId: string | undefined, state: VenueOrder['state'] = 'open'): VenueOrder => ({
  orderId,
  venueOrderId: `v-${orderId}`,
  symbol: 'ETH/USD',
  side: 'buy',
  price: '2000',
  qty: '1',
  filledQty: '0',
  state,
});

it('what the venue holds is held, and an asset of the ledger that it holds nothing of is zero', () => {
  const { holds } = desk([ethUsd(0, 'test')], { USD: '10000', ETH: '3' });
  expect(holds({ balances: [{ asset: 'USD', total: '10000', held: '700' }] })).toEqual({
    USD: '700',
    ETH: '0',
  });
  expect(holds({ balances: [{ asset: 'DOT', total: '5' }] })).toEqual({ USD: '0', ETH: '0', DOT: '0' });
  expect(holds({ balances: undefined })).toEqual({ USD: '0', ETH: '0' });
});

it('what pays gas is held whatever our orders need: none of them is in it', () => {
  const { orders, place, holds } = desk([ethUsd(0, 'test')], { USD: '10000', ETH: '11' });
  const sell = place('sell', '2');
  const balances = [{ asset: 'ETH', total: '11', held: '1', heldFor: 'gas' as const }];
  expect(holds({ balances, orders: [listed(sell.orderId)] })).toEqual({ USD: '0', ETH: '1' });
  expect(orders.isOpen(sell.orderId)).toBe(true);
});

it('what our own open orders need is none of it, as far as they are not filled', () => {
  const { orders, place, holds } = desk([ethUsd(0, 'test')], { USD: '10000', ETH: '3' });
  const buy = place('buy', '1');
  const sell = place('sell', '2');
  const balances = [
    { asset: 'USD', total: '10000', held: '2502' },
    { asset: 'ETH', total: '3', held: '2.5' },
  ];
  const both = [listed(buy.orderId), listed(sell.orderId)];
  expect(holds({ balances, orders: both })).toEqual({ USD: '500', ETH: '0.5' });
  // One that the venue no longer shows as open, or that is not ours, explains nothing.
  expect(holds({ balances, orders: [listed(buy.orderId, 'filled'), listed(undefined)] })).toEqual({
    USD: '2502',
    ETH: '2.5',
  });
  const fill = { fillId: 'f', orderId: buy.orderId, price: '2000', qty: '0.4', fee: '0.8', feeAsset: 'USD' };
  orders.apply({ kind: 'accepted', orderId: buy.orderId, venueOrderId: 'v', atUs: 20 });
  orders.apply({ kind: 'fill', orderId: buy.orderId, fill: { ...fill, atUs: 30 }, atUs: 30 });
  // 0.6 of 1 ETH at 2,000 USD and 10 bps are left.
  expect(holds({ balances, orders: both })).toEqual({ USD: '1300.8', ETH: '0.5' });
  orders.apply({ kind: 'canceled', orderId: buy.orderId, reason: 'test', atUs: 40 });
  expect(holds({ balances, orders: both })).toMatchObject({ USD: '2502' });
});

it('is never below zero, and an order in an asset that the venue says nothing of holds nothing there', () => {
  const { place, holds } = desk([ethUsd(0, 'test')], { USD: '10000', ETH: '3' });
  const buy = place('buy', '1');
  expect(
    holds({ balances: [{ asset: 'USD', total: '10000', held: '100' }], orders: [listed(buy.orderId)] }),
  ).toEqual({ USD: '0', ETH: '0' });
  expect(holds({ balances: [], orders: [listed(buy.orderId)] })).toEqual({ USD: '0', ETH: '0' });
});

it('in a run of several venues only the assets of that venue are in it', () => {
  const instruments = [ethUsd(0, 'test', true), ethUsd(1, 'other', true)];
  const { holds } = desk(instruments, { 'USD@test': '10000', 'USD@other': '5000' });
  expect(holds({ balances: [] })).toEqual({ 'USD@test': '0' });
});
