/** One order that tests of several rooms decide, review and place: 1 ETH at 2000 USD. */
import { decimal } from '../domain/decimal.ts';
import { createInstrument, type Instrument, type InstrumentSpec } from '../domain/instrument.ts';
import type { OrderIntent } from '../domain/order.ts';

/** Instrument 0 of venue `test`, in ticks of 0.01 USD and lots of 0.001 ETH. */
export function sampleInstrument(changes: Partial<InstrumentSpec> = {}): Instrument {
  const spec: InstrumentSpec = {
    symbol: 'ETH/USD',
    base: 'ETH',
    quote: 'USD',
    tickSize: '0.01',
    lotSize: '0.001',
    minQty: '0.01',
    minNotional: '5',
    takerFee: '0.001',
    status: 'online',
    ...changes,
  };
  return createInstrument(spec, 0, 'test');
}

export function sampleIntent(changes: Partial<OrderIntent> = {}): OrderIntent {
  return {
    intentId: 'run-x1-1',
    executionId: 'run-x1',
    venue: 'test',
    instrumentId: 0,
    symbol: 'ETH/USD',
    side: 'buy',
    price: decimal('2000'),
    qty: decimal('1'),
    timeInForce: 'ioc',
    purpose: 'open',
    ...changes,
  };
}
