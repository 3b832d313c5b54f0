import { describe, expect, it } from 'vitest';
import { OrderBook } from '../books/order-book.ts';
import { decimal, ZERO } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { OrderIntent } from '../domain/order.ts';
import type { RiskContext } from './check.ts';
import { IntentMemory } from './intent-memory.ts';
import { review } from './risk-engine.ts';
import { Throttle } from './throttle.ts';

const NOW = 10_000_000_000;
const instrument = createInstrument(
  {
    symbol: 'ETH/USD',
    base: 'ETH',
    quote: 'USD',
    tickSize: '0.01',
    lotSize: '0.001',
    minQty: '0.01',
    minNotional: '5',
    takerFee: '0.001',
    status: 'online',
  },
  0,
  'test',
);

function bookAt(bid: number, ask: number): OrderBook {
  const book = new OrderBook(10);
  const update = new BookUpdate();
  update.reset(0, true, NOW);
  if (bid > 0) update.pushBid(bid, 1_000);
  if (ask > 0) update.pushAsk(ask, 1_000);
  book.apply(update);
  return book;
}

const intent = (changes: Partial<OrderIntent> = {}): OrderIntent => ({
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
});

const context = (changes: Partial<RiskContext> = {}): RiskContext => ({
  nowUs: NOW,
  limits: {
    ...DEFAULT_LIMITS,
    maxOrderNotional: '5000',
    maxOpenNotional: '20000',
    priceCollarBps: 100,
    maxBookAgeMs: 3_000,
  },
  killed: false,
  instrument,
  isOpen: true,
  book: bookAt(199_900, 200_000),
  bookState: 'live',
  bookAgeUs: 0,
  notionalHome: decimal('2000'),
  openNotionalHome: ZERO,
  required: decimal('2002'),
  free: decimal('10000'),
  tokens: 10,
  seenUs: undefined,
  ...changes,
});

/** Code of the denial, or `ok`. */
function verdict(order: Partial<OrderIntent>, state: Partial<RiskContext> = {}): string {
  const answer = review(intent(order), context(state));
  return answer.ok ? 'ok' : answer.denial.code;
}

describe('review', () => {
  it('passes what breaks no rule', () => {
    expect(verdict({})).toBe('ok');
  });

  it.each([
    ['price on tick', { price: decimal('2000.01') }, {}, 'ok'],
    ['price off tick', { price: decimal('2000.001') }, {}, 'off-grid'],
    ['price zero', { price: ZERO }, {}, 'off-grid'],
    ['quantity off lot', { qty: decimal('1.0001') }, {}, 'off-grid'],
    ['smallest quantity', { qty: decimal('0.01') }, {}, 'ok'],
    ['a lot below the smallest quantity', { qty: decimal('0.009') }, {}, 'below-minimum'],
    [
      'smallest value',
      { qty: decimal('0.01'), price: decimal('500'), side: 'sell' },
      { book: bookAt(50_000, 50_100) },
      'ok',
    ],
    [
      'value below the smallest',
      { qty: decimal('0.01'), price: decimal('499.99'), side: 'sell' },
      { book: bookAt(50_000, 50_100) },
      'below-minimum',
    ],
    ['closed for trading', {}, { isOpen: false }, 'instrument-closed'],
    ['book syncing', {}, { bookState: 'syncing' }, 'book-not-live'],
    ['book stale', {}, { bookState: 'stale' }, 'book-not-live'],
    ['book crossed', {}, { book: bookAt(200_100, 200_000) }, 'book-not-live'],
    ['book one-sided', {}, { book: bookAt(0, 200_000) }, 'book-not-live'],
    ['book as old as allowed', {}, { bookAgeUs: 3_000_000 }, 'ok'],
    ['book a microsecond older', {}, { bookAgeUs: 3_000_001 }, 'book-stale'],
    ['buy at the collar', { price: decimal('2020') }, {}, 'ok'],
    ['buy a tick beyond the collar', { price: decimal('2020.01') }, {}, 'price-collar'],
    ['sell at the collar', { side: 'sell', price: decimal('1979.01') }, {}, 'ok'],
    ['sell a tick beyond the collar', { side: 'sell', price: decimal('1979') }, {}, 'price-collar'],
    ['order value at the limit', {}, { notionalHome: decimal('5000') }, 'ok'],
    ['order value above the limit', {}, { notionalHome: decimal('5000.000000000001') }, 'order-notional'],
    ['order value unknown', {}, { notionalHome: undefined }, 'order-notional'],
    ['open value at the limit', {}, { openNotionalHome: decimal('18000') }, 'ok'],
    ['open value above the limit', {}, { openNotionalHome: decimal('18000.01') }, 'open-notional'],
    ['balance just enough', {}, { free: decimal('2002') }, 'ok'],
    ['balance too small by the last digit', {}, { free: decimal('2001.9999999999') }, 'insufficient-balance'],
    ['one token left', {}, { tokens: 1 }, 'ok'],
    ['less than a token left', {}, { tokens: 0.99 }, 'throttled'],
    ['seen an hour ago', {}, { seenUs: NOW - 3_600_000_001 }, 'ok'],
    ['seen within the hour', {}, { seenUs: NOW - 3_600_000_000 }, 'duplicate-intent'],
  ] as [string, Partial<OrderIntent>, Partial<RiskContext>, string][])(
    '%s',
    (_name, order, state, expected) => {
      expect(verdict(order, state)).toBe(expected);
    },
  );

  it('lets the kill switch speak first, and carries the numbers', () => {
    expect(verdict({ price: decimal('2000.001') }, { killed: true, tokens: 0 })).toBe('killed');
    const answer = review(intent({ price: decimal('2100') }), context());
    expect(answer.ok ? '' : answer.denial.detail).toBe('2100 is 500 bps beyond 2000, the collar is 100 bps');
  });
});

describe('throttle', () => {
  it('holds a second of placements and refills with time', () => {
    const throttle = new Throttle(2);
    expect(throttle.available(NOW)).toBe(2);
    throttle.take();
    throttle.take();
    expect(throttle.available(NOW)).toBe(0);
    expect(throttle.available(NOW + 500_000)).toBeCloseTo(1, 9);
    expect(throttle.available(NOW + 60_000_000)).toBe(2);
    expect(throttle.available(NOW)).toBe(2);
    throttle.setRate(1);
    expect(throttle.available(NOW + 60_000_000)).toBe(1);
  });
});

describe('intent memory', () => {
  it('forgets after an hour, and only then', () => {
    const memory = new IntentMemory();
    memory.remember('a', NOW);
    memory.remember('b', NOW + 3_600_000_000);
    expect(memory.seenAt('a')).toBe(NOW);
    memory.remember('c', NOW + 3_600_000_001);
    expect(memory.seenAt('a')).toBeUndefined();
    expect(memory.seenAt('b')).toBe(NOW + 3_600_000_000);
  });
});
