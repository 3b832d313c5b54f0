import { expect, test } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { takeChange } from '../domain/instrument.ts';
import { sampleInstrument } from '../testing/sample-intent.ts';
import { OrderCosts, type OrderTerms } from './order-cost.ts';

const terms = (side: OrderTerms['side'], price: string, qty: string): OrderTerms => ({
  side,
  price: decimal(price),
  qty: decimal(qty),
});

test('a cost is computed once for the same order, and again when its side, price, quantity, or fee is another one', () => {
  const instrument = sampleInstrument();
  takeChange(instrument, { takerFee: '0.001' });
  const costs = new OrderCosts();
  const first = costs.of(terms('buy', '2000', '1.5'), instrument);
  expect([first.asset, first.amount.toFixed(), first.notional.toFixed()]).toEqual(['USD', '3003', '3000']);
  expect(costs.of(terms('buy', '2000', '1.5'), instrument)).toBe(first);
  const sale = costs.of(terms('sell', '2000', '1.5'), instrument);
  expect([sale.asset, sale.amount.toFixed(), sale.notional.toFixed()]).toEqual(['ETH', '1.5', '3000']);
  expect(costs.of(terms('buy', '2000.01', '1.5'), instrument).amount.toFixed()).toBe('3003.015015');
  expect(costs.of(terms('buy', '2000', '1.6'), instrument).amount.toFixed()).toBe('3203.2');
  takeChange(instrument, { takerFee: '0.002' });
  expect(costs.of(terms('buy', '2000', '1.5'), instrument).amount.toFixed()).toBe('3006');
  // However many orders came between.
  for (let n = 1; n < 20; n++) costs.of(terms('buy', '2000', String(n)), instrument);
  expect(costs.of(terms('buy', '2000', '1.5'), instrument).amount.toFixed()).toBe('3006');
});

test('its value in the home currency follows the mark', () => {
  const cost = new OrderCosts().of(terms('buy', '2000', '1.5'), sampleInstrument());
  const [one, half] = [decimal('1'), decimal('0.5')];
  expect(cost.notionalHome(one).toFixed()).toBe('3000');
  expect(cost.notionalHome(one)).toBe(cost.notionalHome(one));
  expect(cost.notionalHome(half).toFixed()).toBe('1500');
  expect(cost.notionalHome(one).toFixed()).toBe('3000');
});

test('its value in the home currency has ten places', () => {
  const cost = new OrderCosts().of(terms('buy', '1', '1'), sampleInstrument());
  expect(cost.notionalHome(decimal('0.12345678912')).toFixed()).toBe('0.1234567891');
});

test('eight orders, two plans of four legs, are remembered at once', () => {
  const instrument = sampleInstrument();
  const costs = new OrderCosts();
  const quantities = ['1', '2', '3', '4', '5', '6', '7', '8'];
  const first = quantities.map((qty) => costs.of(terms('buy', '2000', qty), instrument));
  for (const [at, qty] of quantities.entries())
    expect(costs.of(terms('buy', '2000', qty), instrument)).toBe(first[at]);
});
