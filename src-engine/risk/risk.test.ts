import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderBook } from '../books/order-book.ts';
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { OrderIntent } from '../domain/order.ts';
import { sampleIntent } from '../testing/sample-intent.ts';
import type { RiskContext } from './check.ts';
import { IntentMemory } from './intent-memory.ts';
import { review } from './risk-engine.ts';
import { NOW, reviewed } from './testing/reviewed.ts';
import { Throttle } from './throttle.ts';

function bookAt(bid: number, ask: number): OrderBook {
  const book = new OrderBook(10);
  const update = new BookUpdate();
  update.reset(0, true, NOW);
  if (bid > 0) update.pushBid(bid, 1_000);
  if (ask > 0) update.pushAsk(ask, 1_000);
  book.apply(update);
  return book;
}

const context = (changes: Partial<RiskContext> = {}): RiskContext =>
  reviewed(
    { book: bookAt(199_900, 200_000), ...changes },
    {
      maxOpenNotional: '20000',
      maxGrossExposurePct: 80,
      maxTradesPerDay: 100,
      cancelReserve: 4,
    },
  );

const CALM = { stdevBps: 1, ewmaBps: 1, atrBps: 1 };

/** Code of the denial, or `ok`. */
function verdict(order: Partial<OrderIntent>, state: Partial<RiskContext> = {}): string {
  const answer = review(sampleIntent(order), context(state));
  return answer.ok ? 'ok' : answer.denial.code;
}

describe('review', () => {
  it('says of the cycle that is one too many which it would be', () => {
    const answer = review(sampleIntent({}), context({ tradesToday: 100 }));
    expect(answer).toMatchObject({
      denial: {
        detail: 'with this one 101 trades today, allowed 100 trades today',
        numbers: { asked: '101', allowed: '100' },
      },
    });
  });

  it('passes what breaks no rule', () => {
    expect(verdict({})).toBe('ok');
  });

  const table: [string, Partial<OrderIntent>, Partial<RiskContext>, string][] = [
    ['price on tick', { price: decimal('2000.01') }, {}, 'ok'],
    ['price off tick', { price: decimal('2000.001') }, {}, 'off-grid'],
    ['price zero', { price: ZERO }, {}, 'off-grid'],
    ['quantity off lot', { qty: decimal('1.0001') }, {}, 'off-grid'],
    ['smallest quantity', { qty: decimal('0.01') }, {}, 'ok'],
    ['a lot below the smallest quantity', { qty: decimal('0.009') }, {}, 'below-minimum'],
    [
      'smallest value',
      { qty: decimal('0.01'), price: decimal('500'), side: 'sell' },
      { book: bookAt(50_000, 50_100), reference: { price: 500, ageUs: 0 } },
      'ok',
    ],
    [
      'value below the smallest',
      { qty: decimal('0.01'), price: decimal('499.99'), side: 'sell' },
      { book: bookAt(50_000, 50_100), reference: { price: 500, ageUs: 0 } },
      'below-minimum',
    ],
    ['an account not compared', {}, { unreconciled: 'test: not compared with it yet' }, 'not-reconciled'],
    ['going home to such an account', { purpose: 'unwind' }, { unreconciled: 'cut' }, 'not-reconciled'],
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
    ['one token above the reserve', {}, { tokens: 5 }, 'ok'],
    ['less than a token above the reserve', {}, { tokens: 4.99 }, 'throttled'],
    ['one token above what cycles under way need', {}, { tokens: 8, tokensKept: 3 }, 'ok'],
    ['less than that', {}, { tokens: 7.99, tokensKept: 3 }, 'throttled'],
    ['a later leg may use those', { purpose: 'continue' }, { tokens: 5, tokensKept: 3 }, 'ok'],
    ['but not the reserve', { purpose: 'unwind' }, { tokens: 4.99, tokensKept: 3 }, 'throttled'],
    ['quantity at the limit', { qty: decimal('2.5') }, {}, 'ok'],
    ['a lot above it', { qty: decimal('2.501') }, {}, 'order-qty'],
    ['half sizes: value at half the limit', {}, { sizeFactor: 0.5, notionalHome: decimal('2500') }, 'ok'],
    [
      'half sizes: above it by the last digit',
      {},
      { sizeFactor: 0.5, notionalHome: decimal('2500.000000000001') },
      'order-notional',
    ],
    ['open value with an unknown order', {}, { openNotionalHome: new Decimal(Number.NaN) }, 'open-notional'],
    ['no sampled price', {}, { reference: undefined }, 'reference-price'],
    ['sampled price as old as allowed', {}, { reference: { price: 2_000, ageUs: 5_000_000 } }, 'ok'],
    ['a microsecond older', {}, { reference: { price: 2_000, ageUs: 5_000_001 } }, 'reference-price'],
    [
      'buy at the collar of the sampled price',
      { price: decimal('2040') },
      { reference: { price: 2_000, ageUs: 0 }, book: bookAt(203_900, 204_000) },
      'ok',
    ],
    [
      'buy beyond it',
      { price: decimal('2040.01') },
      { reference: { price: 2_000, ageUs: 0 }, book: bookAt(203_900, 204_000) },
      'reference-price',
    ],
    [
      'sell far above it: too good to be true',
      { side: 'sell', price: decimal('2100') },
      { book: bookAt(210_000, 210_100) },
      'reference-price',
    ],
    [
      'sell below it',
      { side: 'sell', price: decimal('1950') },
      { book: bookAt(195_000, 195_100) },
      'reference-price',
    ],
    ['the account has no known worth', {}, { equityHome: undefined }, 'equity-unknown'],
    ['the account is worth nothing', {}, { equityHome: ZERO }, 'equity-unknown'],
    ['caution takes orders', {}, { level: 'caution' }, 'ok'],
    ['restricted takes none', {}, { level: 'restricted' }, 'loss-level'],
    ['but what reduces exposure', {}, { level: 'restricted', reducesExposure: true }, 'ok'],
    ['halted takes none', {}, { level: 'halted' }, 'loss-level'],
    ['a tripped breaker', {}, { tripped: 'drawdown is latched' }, 'breaker-open'],
    ['a stopped cycle', {}, { stopped: 'test USD>ETH: 8 tries' }, 'strategy-stopped'],
    ['the last cycle of the day', {}, { tradesToday: 99 }, 'ok'],
    ['one more', {}, { tradesToday: 100 }, 'trades-per-day'],
    ['a count of cycles below zero', {}, { tradesToday: -1 }, 'trades-per-day'],
    ['a count of cycles that is not a number', {}, { tradesToday: Number.NaN }, 'trades-per-day'],
    ['standard deviation at its band', {}, { volatility: { ...CALM, stdevBps: 60 } }, 'ok'],
    ['above it', {}, { volatility: { ...CALM, stdevBps: 60.000001 } }, 'volatility'],
    ['EWMA above its band', {}, { volatility: { ...CALM, ewmaBps: 60.000001 } }, 'volatility'],
    ['ATR at its band', {}, { volatility: { ...CALM, atrBps: 250 } }, 'ok'],
    ['ATR above it', {}, { volatility: { ...CALM, atrBps: 250.000001 } }, 'volatility'],
    ['position at 5 %', {}, { positionHome: decimal('5000') }, 'ok'],
    ['above it by the last digit', {}, { positionHome: decimal('5000.000000000001') }, 'position-limit'],
    ['position without a price', {}, { positionHome: undefined }, 'position-limit'],
    ['gross exposure at 80 %', {}, { grossHome: decimal('80000') }, 'ok'],
    ['above it by the last digit', {}, { grossHome: decimal('80000.000000000001') }, 'gross-exposure'],
    ['the third related cycle', {}, { related: 2 }, 'ok'],
    ['the fourth', {}, { related: 3 }, 'related-executions'],
    ['stake at the Kelly cap', {}, { kellyNotional: decimal('2000') }, 'ok'],
    ['above it by the last digit', {}, { kellyNotional: decimal('1999.999999999999') }, 'kelly-cap'],
    ['no edge on record', {}, { kellyNotional: ZERO }, 'kelly-cap'],
    ['seen an hour ago', {}, { seenUs: NOW - 3_600_000_001 }, 'ok'],
    ['seen within the hour', {}, { seenUs: NOW - 3_600_000_000 }, 'duplicate-intent'],
  ];

  it.each(table)('%s', (_name, order, state, expected) => {
    expect(verdict(order, state)).toBe(expected);
  });

  it('lets the kill switch speak first, and carries the numbers', () => {
    expect(verdict({ price: decimal('2000.001') }, { killed: true, tokens: 0 })).toBe('killed');
    const answer = review(sampleIntent({ price: decimal('2100') }), context());
    expect(answer.ok ? undefined : answer.denial).toEqual({
      code: 'price-collar',
      detail: '2100 is beyond the best price 2000 by 500 bps, allowed 100 bps',
      numbers: { asked: '500', allowed: '100', unit: 'bps' },
    });
  });

  it('says of a message too many how many are left and how many are asked for', () => {
    const answer = review(sampleIntent(), context({ tokens: 6.5, tokensKept: 3 }));
    expect(answer.ok ? undefined : answer.denial).toEqual({
      code: 'throttled',
      detail: `6.50 messages are left, an order needs 1 above the 7 that are reserved (${DEFAULT_LIMITS.maxOrdersPerSecond} a second)`,
      numbers: { asked: '8', allowed: '6.50', unit: 'messages' },
    });
    // A debt is shown as none left.
    const debt = review(sampleIntent(), context({ tokens: -2 }));
    expect(debt.ok ? undefined : debt.denial.numbers?.allowed).toBe('0.00');
  });

  it('lets pass what brings risk back, whatever stops new risk', () => {
    const against: Partial<RiskContext> = {
      reducesExposure: true,
      level: 'halted',
      lossPct: decimal('9'),
      tripped: 'data-quality is open',
      stopped: 'stopped',
      equityHome: undefined,
      positionHome: decimal('1000000000'),
      grossHome: decimal('1000000000'),
      notionalHome: decimal('1000000000'),
      openNotionalHome: decimal('1000000000'),
      tradesToday: 1_000,
      related: 50,
      kellyNotional: ZERO,
      reference: undefined,
      volatility: { stdevBps: 500, ewmaBps: 500, atrBps: 5_000 },
    };
    expect(verdict({ purpose: 'unwind' }, against)).toBe('ok');
    expect(verdict({ purpose: 'continue' }, against)).toBe('ok');
    expect(verdict({ purpose: 'unwind' }, { ...against, killed: true })).toBe('killed');
    expect(verdict({ purpose: 'unwind', price: decimal('2100') }, against)).toBe('price-collar');
    expect(verdict({ purpose: 'unwind' }, { ...against, free: ZERO })).toBe('insufficient-balance');
  });

  it('every code that is promised is given by some check', () => {
    const codes = new Set(table.map(([, , , code]) => code));
    for (const code of ['price-collar', 'order-notional', 'order-qty', 'open-notional', 'position-limit'])
      expect(codes).toContain(code);
    expect(codes.size).toBeGreaterThan(18);
  });
});

describe('no check approves what cannot be', () => {
  const absurd = (values: readonly number[]) => fc.constantFrom(...values.map((value) => new Decimal(value)));
  const wrong = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -1e-12, 1e30];
  const amount = absurd(wrong);
  const numbers = fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, -1e12, 1e30);

  /** What an order or its context may get wrong, one field at a time, in an order that takes risk. */
  const orders: Record<string, fc.Arbitrary<Partial<OrderIntent>>> = {
    price: absurd([...wrong, 0]).map((price) => ({ price })),
    qty: absurd([...wrong, 0]).map((qty) => ({ qty })),
  };
  const contexts: Record<string, fc.Arbitrary<Partial<RiskContext>>> = {
    notionalHome: amount.map((notionalHome) => ({ notionalHome })),
    openNotionalHome: amount.map((openNotionalHome) => ({ openNotionalHome })),
    positionHome: amount.map((positionHome) => ({ positionHome })),
    grossHome: amount.map((grossHome) => ({ grossHome })),
    equityHome: absurd([Number.NaN, Number.POSITIVE_INFINITY, -1, 0]).map((equityHome) => ({ equityHome })),
    required: absurd([...wrong, 0]).map((required) => ({ required })),
    free: absurd([Number.NaN, Number.NEGATIVE_INFINITY, -1, 0]).map((free) => ({ free })),
    bookAgeUs: numbers.map((bookAgeUs) => ({ bookAgeUs })),
    tokens: fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, -1, 0).map((tokens) => ({ tokens })),
    tradesToday: numbers.map((tradesToday) => ({ tradesToday })),
    related: numbers.map((related) => ({ related })),
    kellyNotional: absurd([Number.NaN, -1, 0]).map((kellyNotional) => ({ kellyNotional })),
    referencePrice: numbers.map((price) => ({ reference: { price, ageUs: 0 } })),
    referenceAge: numbers.map((ageUs) => ({ reference: { price: 2_000, ageUs } })),
    stdevBps: numbers.map((stdevBps) => ({ volatility: { ...CALM, stdevBps } })),
    ewmaBps: numbers.map((ewmaBps) => ({ volatility: { ...CALM, ewmaBps } })),
    atrBps: numbers.map((atrBps) => ({ volatility: { ...CALM, atrBps } })),
    sizeFactor: fc.constantFrom(Number.NaN, -1, 0).map((sizeFactor) => ({ sizeFactor })),
  };

  it.each(Object.keys(orders))('an order with a wrong %s', (field) => {
    fc.assert(fc.property(orders[field] ?? fc.constant({}), (order) => verdict(order) !== 'ok'));
  });

  it.each(['price', 'qty', 'required', 'free', 'bookAgeUs', 'tokens'])(
    'nor an order that goes home, with a wrong %s',
    (field) => {
      const home = { reducesExposure: true } as const;
      const property = fc.property(
        orders[field] ?? fc.constant({}),
        contexts[field] ?? fc.constant({}),
        (order, state) => {
          const whole = sampleIntent({ purpose: 'unwind', ...order });
          const required = whole.price.times(whole.qty).times('1.001');
          return verdict(whole, { ...home, required, ...state }) !== 'ok';
        },
      );
      fc.assert(property);
    },
  );

  it.each(Object.keys(contexts))('a context with a wrong %s', (field) => {
    const property = fc.property(contexts[field] ?? fc.constant({}), (state) => verdict({}, state) !== 'ok');
    fc.assert(property);
  });

  it('any mix of them', () => {
    const all = fc.tuple(...Object.values(contexts)).map((parts) => Object.assign({}, ...parts));
    fc.assert(fc.property(all, (state) => verdict({}, state) !== 'ok'));
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
    const slowed = new Throttle(4);
    slowed.available(NOW);
    slowed.setRate(1);
    slowed.take();
    expect(slowed.available(NOW)).toBe(0);
  });

  it('counts cancels beyond what it has, but for no more than a second', () => {
    const throttle = new Throttle(4);
    throttle.available(NOW);
    for (let i = 0; i < 100; i++) throttle.take();
    expect(throttle.available(NOW)).toBe(-4);
    expect(throttle.available(NOW + 1_250_000)).toBeCloseTo(1, 9);
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
