import { describe, expect, it, test } from 'vitest';
import { OrderBook } from '../../books/order-book.ts';
import type { FeeCharge } from '../../detection/fee-charge.ts';
import { Decimal, decimal, ONE, ZERO } from '../../domain/decimal.ts';
import { createInstrument, type InstrumentSpec } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { SeededRandom } from '../../lib/random.ts';
import {
  isQuote,
  keptOf,
  type Quote,
  type QuoteMarket,
  quoteOf,
  type QuoteRoom,
  type QuoteTerms,
} from './quote-rule.ts';

type Level = readonly [price: number, qty: number];
const IN_QUOTE: FeeCharge = { in: 'quote' };

function market(
  of: Partial<InstrumentSpec>,
  bids: readonly Level[],
  asks: readonly Level[],
  charge: FeeCharge = IN_QUOTE,
  isLive = true,
): QuoteMarket {
  const instrument = createInstrument(
    {
      symbol: 'BTC/USDT',
      base: 'BTC',
      quote: 'USDT',
      tickSize: '0.1',
      lotSize: '0.0001',
      minQty: '0.0001',
      minNotional: '5',
      priceDecimals: 2,
      qtyDecimals: 8,
      takerFee: '0.001',
      ...of,
    },
    0,
    'maker',
  );
  const book = new OrderBook(50);
  const update = new BookUpdate();
  update.reset(0, true, 1);
  const units = (value: number, decimals: number) => Math.round(value * 10 ** decimals);
  for (const [price, qty] of bids) update.pushBid(units(price, 2), units(qty, 8));
  for (const [price, qty] of asks) update.pushAsk(units(price, 2), units(qty, 8));
  book.apply(update);
  return { instrument, book, charge, isLive };
}

const TERMS: QuoteTerms = {
  edgeBps: 10,
  maxQty: decimal('2'),
  depthShare: 1,
  slippageBps: 0,
  collarBps: 100,
};
const ROOM: QuoteRoom = {
  committed: decimal('0.5'),
  atMaker: decimal('1000000'),
  atHedge: decimal('1000000'),
};
const HEDGE = { takerFee: '0.002', tickSize: '0.01', lotSize: '0.001' };
const BIDS: readonly Level[] = [
  [50_000, 1],
  [49_990, 2],
];
const ASKS: readonly Level[] = [
  [50_010, 1],
  [50_020, 2],
];
/** A maker's book so wide that no own level is in the way. */
const wide = (charge: FeeCharge = IN_QUOTE) => market({}, [[40_000, 1]], [[60_000, 1]], charge);

function quoted(
  side: 'buy' | 'sell',
  maker: QuoteMarket,
  hedge: QuoteMarket,
  terms = TERMS,
  room = ROOM,
): Quote {
  const answer = quoteOf(side, maker, hedge, terms, room);
  if (!isQuote(answer)) throw new Error(`${answer.code}: ${answer.detail}`);
  return answer;
}

const texts = ({ price, qty, bound, hedgeLimit }: Quote) => [price, qty, bound, hedgeLimit].map(String);

describe('known answers, reckoned by hand', () => {
  // Half a coin is committed, two more go into the second level: 49,990 × 0.998 / (1.001 × 1.001) = 49,790.389….
  it('a bid, with fees in quote at both venues', () => {
    expect(texts(quoted('buy', wide(), market(HEDGE, BIDS, ASKS)))).toEqual([
      '40000.1',
      '2',
      '49790.3',
      '49990',
    ]);
  });

  // 50,020 × 1.002 × 1.001 / 0.999 = 50,220.380….
  it('an ask', () => {
    expect(texts(quoted('sell', wide(), market(HEDGE, BIDS, ASKS)))).toEqual([
      '59999.9',
      '2',
      '50220.4',
      '50020',
    ]);
  });

  // A bid that keeps 0.999 of what it buys: 49,990 × 0.998 × 0.999 / 1.001 = 49,790.339….
  it('a fee that the maker takes out of what is received', () => {
    expect(quoted('buy', wide({ in: 'received' }), market(HEDGE, BIDS, ASKS)).bound.toString()).toBe(
      '49790.3',
    );
  });

  // 50,020 / 0.998 × 1.001 / 0.999 = 50,220.581…, and 2.5 of the ladder keep no more than 2.495 sold.
  it('a fee that the hedge takes out of what is received', () => {
    const hedge = market(HEDGE, BIDS, ASKS, { in: 'received' });
    const quote = quoted('sell', wide(), hedge, { ...TERMS, maxQty: decimal('9') });
    expect([quote.bound.toString(), quote.qty.toString()]).toEqual(['50220.6', '2.495']);
  });

  it('a slippage buffer widens the hedge’s limit by whole ticks, and the quote pays for it', () => {
    const { hedgeLimit, bound } = quoted('buy', wide(), market(HEDGE, BIDS, ASKS), {
      ...TERMS,
      slippageBps: 2,
    });
    expect([hedgeLimit.toString(), bound.lt('49790.3')]).toEqual(['49980.01', true]);
  });

  it('a quote is one tick before the best of its side, and never through the other', () => {
    const hedge = market(HEDGE, BIDS, ASKS);
    const bidAt = (bid: number, ask: number) =>
      String(quoted('buy', market({}, [[bid, 1]], [[ask, 1]]), hedge).price);
    expect(bidAt(49_780, 49_800)).toBe('49780.1');
    expect(bidAt(49_795, 49_800)).toBe('49790.3');
    expect(bidAt(49_700, 49_700.1)).toBe('49700');
  });
});

test('no quote where a book is not live, the ladder is spoken for, funds are out, or either minimum is not met', () => {
  const hedge = market(HEDGE, BIDS, ASKS);
  const codeOf = (maker: QuoteMarket, at: QuoteMarket, room = ROOM, terms = TERMS) => {
    const answer = quoteOf('buy', maker, at, terms, room);
    return isQuote(answer) ? 'quoted' : answer.code;
  };
  expect(codeOf(market({}, [], [], IN_QUOTE, false), hedge)).toBe('book-not-live');
  expect(codeOf(wide(), market(HEDGE, BIDS, ASKS, IN_QUOTE, false))).toBe('book-not-live');
  expect(codeOf(wide(), hedge, { ...ROOM, committed: decimal('3') })).toBe('hedge-too-thin');
  expect(codeOf(wide(), market(HEDGE, [], ASKS))).toBe('hedge-too-thin');
  // The second level is beyond what risk lets the hedge reach.
  expect(codeOf(wide(), hedge, { ...ROOM, committed: decimal('1') }, { ...TERMS, collarBps: 1 })).toBe(
    'hedge-too-thin',
  );
  expect(codeOf(wide(), hedge, { ...ROOM, atMaker: ZERO })).toBe('no-funds');
  expect(codeOf(wide(), hedge, { ...ROOM, atHedge: ZERO })).toBe('no-funds');
  expect(codeOf(wide(), market({ ...HEDGE, minQty: '5' }, BIDS, ASKS))).toBe('below-minimum');
  expect(codeOf(wide(), hedge, { ...ROOM, atMaker: decimal('40') })).toBe('below-minimum');
});

test('of 800 seeded markets: the hedge’s worst price pays both fees and the edge, the size is what its ladder and the funds hold', () => {
  const random = new SeededRandom(16);
  let quotes = 0;
  for (let k = 0; k < 800; k++) {
    const mid = 20 + random.next() * 1_000;
    const levels = (sign: number, at: number): Level[] =>
      Array.from({ length: 1 + random.integer(0, 5) }, (_, n) => [
        Math.round((at + sign * (0.01 + n * random.next())) * 100 + sign * n) / 100,
        0.01 + random.next() * 3,
      ]);
    const charge = (): FeeCharge => (random.next() < 0.5 ? IN_QUOTE : { in: 'received' });
    const fee = () => (random.integer(0, 40) / 10_000).toString();
    const other = mid * (1 + (random.next() - 0.5) / 50);
    const hedge = market({ ...HEDGE, takerFee: fee() }, levels(-1, mid), levels(1, mid), charge());
    const maker = market({ takerFee: fee() }, levels(-1, other), levels(1, other), charge());
    const side = random.next() < 0.5 ? 'buy' : 'sell';
    const terms = {
      edgeBps: random.integer(0, 30),
      maxQty: decimal('4'),
      depthShare: 0.1 + random.next() * 0.9,
      slippageBps: random.integer(0, 5),
      collarBps: k % 2 === 0 ? 100 : 10_000,
    };
    const amount = () => decimal((random.next() * 3_000).toFixed(4));
    const room = { committed: decimal((random.next() * 2).toFixed(4)), atMaker: amount(), atHedge: amount() };
    const answer = quoteOf(side, maker, hedge, terms, room);
    if (!isQuote(answer)) continue;
    quotes++;
    const { price, qty, hedgeLimit } = answer;
    const [makerFee, hedgeFee] = [maker, hedge].map(({ instrument }) => instrument.takerFee as Decimal) as [
      Decimal,
      Decimal,
    ];
    const asked = ONE.plus(new Decimal(terms.edgeBps).div(10_000));
    const paid = (at: QuoteMarket, rate: Decimal, f: Decimal) =>
      at.charge.in === 'received' ? rate : rate.times(ONE.plus(f));
    const isBid = side === 'buy';
    const hedged = isBid ? qty.times(keptOf(maker)) : qty.div(keptOf(hedge));
    // Cash of a whole round of `qty`: what leaves, times the edge, is never above what comes.
    const [out, comes] = isBid
      ? [qty.times(paid(maker, price, makerFee)), hedged.times(hedgeLimit).times(ONE.minus(hedgeFee))]
      : [hedged.times(paid(hedge, hedgeLimit, hedgeFee)), qty.times(price).times(ONE.minus(makerFee))];
    expect(comes.gte(out.times(asked)), `seed case ${k}`).toBe(true);
    // What the hedge may take at its limit or better, for all that is committed and this.
    const { book } = hedge;
    const [prices, qtys, count] = isBid
      ? [book.bidPrices, book.bidQtys, book.bidCount]
      : [book.askPrices, book.askQtys, book.askCount];
    let shown = ZERO;
    for (let level = 0; level < count; level++) {
      const at = new Decimal(prices[level] as number).div(100);
      if (isBid ? at.gte(hedgeLimit) : at.lte(hedgeLimit))
        shown = shown.plus(new Decimal(qtys[level] as number).div(1e8).times(terms.depthShare));
    }
    expect(shown.plus('1e-7').gte(hedged.plus(room.committed)), `seed case ${k}`).toBe(true);
    expect((isBid ? out : qty).lte(room.atMaker)).toBe(true);
    expect((isBid ? hedged : out).lte(room.atHedge.plus('1e-12'))).toBe(true);
    expect(book.bidCount === 0 || !isBid || price.lt(maker.book.bestAsk / 100)).toBe(true);
  }
  expect(quotes).toBeGreaterThan(200);
});
