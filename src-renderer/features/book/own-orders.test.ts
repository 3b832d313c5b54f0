import { expect, test } from 'vitest';
import type { OrderRecord } from '../../../src-engine/domain/event.ts';
import { ownOrders } from './own-orders.ts';

const BTC = { venue: 'simulated', symbol: 'BTC/USD', priceDecimals: 1, qtyDecimals: 8 };

test('what is open and not filled is added up by price', () => {
  const at = (of: Partial<OrderRecord>): OrderRecord => ({
    orderId: 'o',
    intentId: 'i',
    executionId: 'x',
    venue: 'simulated',
    symbol: 'BTC/USD',
    side: 'buy',
    price: '67234.5',
    qty: '1',
    timeInForce: 'gtc',
    state: 'accepted',
    filledQty: '0',
    filledNotional: '0',
    fees: '0',
    reason: '',
    createdUs: 0,
    updatedUs: 0,
    ...of,
  });
  const own = ownOrders(
    [
      at({ state: 'accepted', qty: '0.5', filledQty: '0.1' }),
      at({ state: 'unknown', qty: '0.25' }),
      at({ state: 'filled', qty: '9' }),
      at({ state: 'accepted', qty: '9', symbol: 'ETH/USD' }),
    ],
    BTC,
  );
  expect([...own]).toEqual([[672_345, 65_000_000]]);
});
