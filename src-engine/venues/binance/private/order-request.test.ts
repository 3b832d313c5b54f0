import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../../domain/decimal.ts';
import { BinanceCredentials } from './credentials.ts';
import { OrderRequest, orderParams } from './order-request.ts';
import { signedParams } from './signed-params.ts';

const amount = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.integer({ min: 0, max: 18 }))
  .map(([digits, places]) => new Decimal(digits.toString()).times(Decimal.pow(10, -places)));
const order = fc.record({
  orderId: fc.stringMatching(/^[0-9a-f]{32}$/),
  symbol: fc.constantFrom('BTCUSDT', '1000SATSUSDT', 'ÄÖ"\\USDT', '币安人生USDT'),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  timeInForce: fc.constantFrom('ioc' as const, 'gtc' as const),
  postOnly: fc.constantFrom(true, undefined),
  price: amount,
  qty: amount,
});
const timing = fc.record({
  timestamp: fc.nat(2_000_000_000_000),
  recvWindow: fc.integer({ min: 1, max: 60_000 }),
});

test('an order is written, and signed, byte by byte as the way of any request writes and signs it', () => {
  const credentials = new BinanceCredentials('a'.repeat(64), 's'.repeat(64));
  fc.assert(
    fc.property(order, timing, (placement, when) => {
      const request = new OrderRequest(placement);
      const params = orderParams(placement);
      expect(request.plain(when)).toBe(JSON.stringify({ ...params, ...when }));
      expect(request.signed(credentials, when)).toBe(JSON.stringify(signedParams(credentials, params, when)));
    }),
    { numRuns: 300 },
  );
});
