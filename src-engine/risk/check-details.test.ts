/** What single checks say and where exactly their bounds are, also where another check of a review would speak first. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderBook } from '../books/order-book.ts';
import { decimal, ZERO } from '../domain/decimal.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { OrderIntent } from '../domain/order.ts';
import { sampleInstrument, sampleIntent } from '../testing/sample-intent.ts';
import { beyond, type Check, isWellWithin, type RiskContext } from './check.ts';
import { armed } from './checks/armed.ts';
import { balance } from './checks/balance.ts';
import { duplicateIntent } from './checks/duplicate-intent.ts';
import { equityKnown } from './checks/equity-known.ts';
import { instrumentOpen } from './checks/instrument-open.ts';
import { orderQty } from './checks/order-qty.ts';
import { positionLimit } from './checks/position-limit.ts';
import { priceCollar } from './checks/price-collar.ts';
import { referencePrice } from './checks/reference-price.ts';
import { relatedExecutions } from './checks/related-executions.ts';
import { staleBook } from './checks/stale-book.ts';
import { reachesBand, volatility } from './checks/volatility.ts';
import { NOW, reviewed } from './testing/reviewed.ts';

type Levels = { readonly bid?: number; readonly ask?: number };

/** A book of these best prices, in hundredths, that had both sides before. */
function bookOf({ bid = 0, ask = 0 }: Levels): OrderBook {
  const book = new OrderBook(10);
  const update = new BookUpdate();
  update.reset(0, true, NOW);
  update.pushBid(199_900, 5);
  update.pushAsk(200_000, 5);
  book.apply(update);
  update.reset(0, true, NOW);
  if (bid > 0) update.pushBid(bid, 5);
  if (ask > 0) update.pushAsk(ask, 5);
  book.apply(update);
  return book;
}

function ask(
  check: Check,
  order: Partial<Pick<OrderIntent, 'side' | 'price' | 'qty'>>,
  state: Partial<RiskContext> = {},
): string {
  const context = reviewed(
    { book: bookOf({ bid: 199_900, ask: 200_000 }), ...state },
    { maxReferenceAgeMs: 5_000, referenceCollarBps: 200, maxStdevBps: 60 },
  );
  const denial = check(sampleIntent(order), context);
  return denial === undefined ? 'ok' : `${denial.code}: ${denial.detail}`;
}

describe('arming', () => {
  it('keeps new risk from an account that is disarmed, and lets pass what brings risk back', () => {
    const arming = { refusal: 'live trading is disarmed: a kill', share: 1 };
    expect(ask(armed, {}, { arming })).toBe('not-armed: live trading is disarmed: a kill');
    expect(ask(armed, {}, { arming, reducesExposure: true })).toBe('ok');
  });

  it('gives a canary a hundredth of the largest order', () => {
    const arming = { refusal: '', share: 0.01 };
    expect(ask(armed, {}, { arming, notionalHome: decimal('50') })).toBe('ok');
    expect(ask(armed, {}, { arming, notionalHome: decimal('50.01') })).toBe(
      'canary-size: order value of the canary 50.01 USD, allowed 50 USD',
    );
    expect(ask(armed, {}, { arming, notionalHome: undefined })).toContain('canary unknown, allowed 50 USD');
    expect(ask(armed, {}, { arming, reducesExposure: true })).toBe('ok');
  });
});

describe('assets in a denial', () => {
  it('are what is paid with, and what is bought', () => {
    const poor = { free: decimal('1') };
    expect(ask(balance, {}, poor)).toBe('insufficient-balance: the order needs 2002 USD, allowed 1 USD');
    expect(ask(balance, { side: 'sell' }, { required: decimal('2'), ...poor })).toBe(
      'insufficient-balance: the order needs 2 ETH, allowed 1 ETH',
    );
    const large = { positionHome: decimal('5001') };
    expect(ask(positionLimit, {}, large)).toBe('position-limit: position in ETH 5001 USD, allowed 5000 USD');
    expect(ask(positionLimit, { side: 'sell' }, large)).toContain('position in USD 5001 USD');
  });
});

describe('a quantity', () => {
  it('is limited where its asset has a limit and the order takes risk', () => {
    const over = { qty: decimal('2.501') };
    expect(ask(orderQty, over)).toBe('order-qty: order quantity 2.501 ETH, allowed 2.5 ETH');
    expect(ask(orderQty, over, { reducesExposure: true })).toBe('ok');
    expect(ask(orderQty, over, { limits: { ...DEFAULT_LIMITS, maxOrderQty: { BTC: '1' } } })).toBe('ok');
  });
});

describe('the price collar', () => {
  it('needs the side that the order trades against, and no other', () => {
    const none = 'price-collar: ETH/USD has no opposite price';
    expect(ask(priceCollar, {}, { book: bookOf({ bid: 199_900 }) })).toBe(none);
    expect(ask(priceCollar, {}, { book: bookOf({ ask: 200_000 }) })).toBe('ok');
    const sell = { side: 'sell', price: decimal('1999') } as const;
    expect(ask(priceCollar, sell, { book: bookOf({ ask: 200_000 }) })).toBe(none);
    expect(ask(priceCollar, sell, { book: bookOf({ bid: 199_900 }) })).toBe('ok');
  });

  it('holds for prices of less than one and of one unit of the book, and refuses a price of zero', () => {
    const cheap = { book: bookOf({ bid: 1, ask: 50 }) };
    expect(ask(priceCollar, { side: 'sell', price: decimal('0.01') }, cheap)).toBe('ok');
    expect(ask(priceCollar, { price: decimal('0.5') }, cheap)).toBe('ok');
    expect(ask(priceCollar, { price: decimal('0.51') }, cheap)).toContain(
      '0.51 is beyond the best price 0.5 by 200 bps, allowed 100 bps',
    );
    expect(ask(priceCollar, { price: ZERO })).toContain('0 is beyond');
  });

  it('refuses a sale that is further below the best bid, however far, and a price that is in other units', () => {
    const sell = (price: string) => ask(priceCollar, { side: 'sell', price: decimal(price) });
    // The best bid is 1,999.
    expect([sell('1979.01'), sell('2500')]).toEqual(['ok', 'ok']);
    expect(sell('1979')).toContain('1979 is beyond the best price 1999 by 100.05');
    for (const price of ['1000', '1', '0.01']) expect(sell(price)).toContain('price-collar');
    for (const price of ['200000', '20000000']) {
      expect(ask(priceCollar, { price: decimal(price) })).toContain('price-collar');
    }
  });
});

describe('a price that is so near that estimates are enough', () => {
  it('is within the bound on either side by more than any rounding, and never at it or beyond', () => {
    for (const price of [100, 100.9, 99.1, 100.999_99, 99.000_01])
      expect(isWellWithin(price, 100, 100)).toBe(true);
    for (const price of [101, 99, 101.1, 98.9, 150, 50, 0, 1e9, -100])
      expect(isWellWithin(price, 100, 100)).toBe(false);
    for (const price of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(isWellWithin(price, 100, 100)).toBe(false);
    expect(isWellWithin(0, 0, 100)).toBe(false);
  });
});

describe('the sampled price', () => {
  it('may be a millisecond ahead of the clock and not more, and not older than allowed', () => {
    const aged = (ageUs: number) => ({ reference: { price: 2_000, ageUs } });
    expect(ask(referencePrice, {}, aged(-1_000))).toBe('ok');
    expect(ask(referencePrice, {}, aged(-1_001))).toContain('reference-price');
    expect(ask(referencePrice, {}, aged(5_000_001))).toBe(
      'reference-price: the sampled price of ETH/USD is old: 5000.001 ms, allowed 5000 ms',
    );
  });

  it('of less than one is a price as any other', () => {
    const reference = { price: 0.5, ageUs: 0 };
    expect(ask(referencePrice, { price: decimal('0.51') }, { reference })).toBe('ok');
    expect(ask(referencePrice, { price: decimal('0.511') }, { reference })).toContain('by 220 bps');
  });
});

describe('a book', () => {
  it('may be a second ahead of the clock and not more', () => {
    expect(ask(staleBook, {}, { bookAgeUs: -1_000_000 })).toBe('ok');
    expect(ask(staleBook, {}, { bookAgeUs: -1_000_001 })).toContain('book-stale');
    expect(ask(staleBook, {}, { bookAgeUs: 3_000_001 })).toBe(
      'book-stale: ETH/USD is 3000.001 ms old, allowed 3000 ms old',
    );
  });
});

describe('other checks', () => {
  it('take a price that does not move at all for calm', () => {
    expect(ask(volatility, {}, { volatility: { stdevBps: 0, ewmaBps: 0.5, atrBps: 0 } })).toBe('ok');
  });

  it.each([
    ['stdevBps', 'standard deviation', DEFAULT_LIMITS.maxStdevBps],
    ['ewmaBps', 'EWMA volatility', DEFAULT_LIMITS.maxEwmaBps],
    ['atrBps', 'average true range', DEFAULT_LIMITS.maxAtrBps],
  ] as const)('hold each measure of a price against its own band: %s', (measure, name, most) => {
    const calm = { stdevBps: undefined, ewmaBps: undefined, atrBps: undefined };
    expect(ask(volatility, {}, { volatility: { ...calm, [measure]: most } })).toBe('ok');
    expect(ask(volatility, {}, { volatility: { ...calm, [measure]: most * 2 } })).toContain(
      `${name} of ETH/USD`,
    );
    // From half of a band on, and of that measure alone.
    expect(reachesBand({ ...calm, [measure]: most / 2 }, DEFAULT_LIMITS, 0.5)).toBe(true);
    expect(reachesBand({ ...calm, [measure]: most / 2 - 0.001 }, DEFAULT_LIMITS, 0.5)).toBe(false);
    expect(reachesBand(calm, DEFAULT_LIMITS, 0.5)).toBe(false);
  });

  it('take an account that is worth half a dollar for one of known worth', () => {
    expect(ask(equityKnown, {}, { equityHome: decimal('0.5') })).toBe('ok');
    expect(ask(equityKnown, {}, { equityHome: ZERO })).toBe('equity-unknown: the account is worth 0 USD');
  });

  it('count the cycle that is asked for among its related ones', () => {
    expect(ask(relatedExecutions, {}, { related: 3 })).toBe(
      'related-executions: with this one 4 related cycles, allowed 3 related cycles',
    );
  });

  it('say when an intent was placed, and why an instrument is closed', () => {
    expect(ask(duplicateIntent, {}, { seenUs: NOW - 1_500_000 })).toBe(
      'duplicate-intent: run-x1-1 was placed 1.5 s ago',
    );
    expect(ask(instrumentOpen, {}, { isOpen: false })).toBe(
      'instrument-closed: the venue has ETH/USD closed for trading',
    );
    const stopped = { ...sampleInstrument(), stoppedFor: 'its tick changed to 13 decimals' };
    expect(ask(instrumentOpen, {}, { isOpen: false, instrument: stopped })).toBe(
      'instrument-closed: ETH/USD is not traded in this run: its tick changed to 13 decimals',
    );
  });

  it('show a difference in the twelfth place and no further one, and amounts that are not a number', () => {
    const denial = (asked: string) => beyond('order-notional', 'order value', decimal(asked), 5_000, 'USD');
    expect(denial('5000.0000000000014').numbers?.asked).toBe('5000.000000000001');
    expect(beyond('open-notional', 'open value', Number.NaN, 1, 'USD').detail).toBe(
      'open value NaN USD, allowed 1 USD',
    );
    expect(beyond('open-notional', 'open value', undefined, 1, 'USD').numbers).toEqual({
      asked: 'unknown',
      allowed: '1',
      unit: 'USD',
    });
  });
});

describe('a price near its collar', () => {
  it('is judged as exact decimals judge it, however near', () => {
    const side = fc.constantFrom('buy' as const, 'sell' as const);
    const bps = fc.constantFrom(0, 0.01, 0.3, 1, 12.5, 100, 4_999);
    fc.assert(
      fc.property(
        side,
        fc.integer({ min: 2, max: 2 ** 50 }),
        bps,
        fc.integer({ min: -2, max: 2 }),
        (way, best, most, ticks) => {
          const sign = way === 'buy' ? 1 : -1;
          const edge = decimal(best)
            .times(10_000 + sign * Math.floor(most))
            .div(10_000)
            .floor()
            .plus(ticks);
          const price = edge.div(100);
          const book = bookOf(way === 'buy' ? { bid: best - 1, ask: best } : { bid: best, ask: best + 1 });
          const context = reviewed({ book }, { priceCollarBps: most, referenceCollarBps: most });
          const away = price.times(100).minus(best).times(10_000);
          const allowed = decimal(best).times(most);
          const isBeyond = (distance: typeof away): boolean => price.lte(0) || distance.gt(allowed);
          const order = sampleIntent({ side: way, price });
          expect(priceCollar(order, context) !== undefined).toBe(isBeyond(away.times(sign)));
          const reference = { price: best / 100, ageUs: 0 };
          const mid = decimal(reference.price);
          const isAway = price.minus(mid).abs().times(10_000).gt(mid.times(most));
          expect(referencePrice(order, { ...context, reference }) !== undefined).toBe(isAway);
        },
      ),
      { numRuns: 200 },
    );
  });
});
