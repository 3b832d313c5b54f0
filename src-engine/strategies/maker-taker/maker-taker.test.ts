import { expect, test } from 'vitest';
import { OrderBook } from '../../books/order-book.ts';
import { decimal } from '../../domain/decimal.ts';
import { createInstrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { type Action, DEFAULT_MAKER_TAKER, MakerTaker, type MakerTakerSettings } from './maker-taker.ts';
import type { Purse } from './purse.ts';
import type { QuoteMarket } from './quote-rule.ts';

const SECOND = 1_000_000;
const SPEC = {
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.0001',
  minNotional: '5',
  takerFee: '0.001',
} as const;

/** A coin of 100: 4 at the best levels of the hedge, 4 at the next; half of that is counted on. */
function rig(settings: Partial<MakerTakerSettings> = {}, purse: Partial<Purse> = {}) {
  const made = (minQty: string): QuoteMarket & { isLive: boolean } => ({
    instrument: createInstrument({ ...SPEC, minQty }, 0, 'made'),
    book: new OrderBook(10),
    charge: { in: 'quote' },
    isLive: true,
  });
  const [maker, hedge] = [made('0.0001'), made('0.5')];
  const show = ({ book }: QuoteMarket, bid: number, ask: number): void => {
    const update = new BookUpdate();
    update.reset(0, true, 1);
    for (const n of [0, 1]) {
      update.pushBid((bid - n) * 10, 40_000);
      update.pushAsk((ask + n) * 10, 40_000);
    }
    book.apply(update);
  };
  show(maker, 90, 110);
  show(hedge, 100, 101);
  const all = {
    makerBase: decimal('50'),
    makerQuote: decimal('5000'),
    hedgeBase: decimal('50'),
    hedgeQuote: decimal('5000'),
    ...purse,
  };
  const machine = new MakerTaker(
    { ...DEFAULT_MAKER_TAKER, slippageBps: 0, maxQty: decimal('2'), maxNaked: decimal('3'), ...settings },
    all,
  );
  let nowUs = SECOND;
  const look = (laterUs = 0): Action[] => machine.look(maker, hedge, (nowUs += laterUs));
  /** Ids of the two quotes that rest. */
  const begin = (): [string, string] => {
    const placed = look().filter(({ kind }) => kind === 'place');
    return [placed[0]?.id ?? '', placed[1]?.id ?? ''];
  };
  const fill = (id: string, qty: string, sign = 1) =>
    machine.onQuoteFill(id, decimal(qty), decimal(qty).times(sign), decimal('98'));
  return { machine, maker, hedge, purse: all, show, look, begin, fill };
}

const kinds = (actions: readonly Action[]) => actions.map(({ kind }) => kind);
const hedgeOf = (actions: readonly Action[]) => {
  const found = actions.find((action) => action.kind === 'hedge');
  return found?.kind === 'hedge'
    ? [found.order.side, found.order.qty.toString(), found.order.limit.toString()]
    : undefined;
};

test('quotes both sides, hedges a fill at once, and counts what is not hedged against the next quote', () => {
  const { machine, look, begin, fill } = rig();
  const [bid] = begin();
  expect(machine.quotes.map(({ side, left }) => [side, left.toString()])).toEqual([
    ['buy', '2'],
    ['sell', '2'],
  ]);
  fill(bid, '2');
  machine.onQuoteEnd(bid);
  const after = look();
  expect(hedgeOf(after)).toEqual(['sell', '2', '100']);
  // Of the 4 that are counted on 2 are on their way, and of the 3 that may be open 2 are: a bid of 1 is left.
  expect(machine.quotes.find(({ side }) => side === 'buy')?.left.toString()).toBe('1');
  const hedge = after.find(({ kind }) => kind === 'hedge');
  const id = hedge?.kind === 'hedge' ? hedge.id : '';
  machine.onHedgeFill(id, decimal('2'), decimal('-2'), decimal('100'));
  machine.onHedgeEnd(id);
  expect([machine.desk.net.toString(), machine.hedgesUnderWay, hedgeOf(look())]).toEqual(['0', 0, undefined]);
});

test('several fills together are never more than the hedge side takes', () => {
  const { machine, begin, fill, look } = rig({ maxQty: decimal('9'), maxNaked: decimal('99') });
  const [bid] = begin();
  // Half of 4 + 4 is counted on.
  expect(machine.quotes.map(({ left }) => left.toString())).toEqual(['4', '4']);
  fill(bid, '1');
  expect(hedgeOf(look())).toEqual(['sell', '1', '100']);
  fill(bid, '1');
  expect(hedgeOf(look())).toEqual(['sell', '1', '100']);
  const bids = machine.quotes.filter(({ side }) => side === 'buy');
  expect(bids.map(({ left }) => left.toString())).toEqual(['2']);
});

test('balances are those that own orders leave: hedges under way and to come are taken off, the own quote is not', () => {
  const { machine, begin, fill, look } = rig(
    { maxQty: decimal('9'), maxNaked: decimal('99') },
    { hedgeBase: decimal('3') },
  );
  const [bid] = begin();
  expect(machine.quotes[0]?.left.toString()).toBe('3');
  fill(bid, '1');
  look();
  // Two rest, one is on its way: the three that lie there pay for both, and nothing is moved.
  expect(machine.quotes[0]).toMatchObject({ isLeaving: false });
  expect(machine.quotes[0]?.left.toString()).toBe('2');
});

test('what other markets need of the balances and of the hedge’s book is left to them, and a hedge that is due waits for none', () => {
  const nothing = { makerBase: '0', makerQuote: '0', hedgeBase: '0', hedgeQuote: '0', bids: '0', asks: '0' };
  const quoted = (claims: Partial<typeof nothing>): string[] => {
    const all = Object.entries({ ...nothing, ...claims }).map(([name, text]) => [name, decimal(text)]);
    const made = rig({ maxQty: decimal('9'), maxNaked: decimal('99') }, { claimed: Object.fromEntries(all) });
    const ids = made.begin();
    const left = made.machine.quotes.map(({ side, left }) => `${side} ${left.toString()}`);
    if (ids[0] !== '') {
      made.fill(ids[0], '1');
      expect(hedgeOf(made.look())?.slice(0, 2)).toEqual(['sell', '1']);
    }
    return left;
  };
  expect(quoted({})).toEqual(['buy 4', 'sell 4']);
  expect(quoted({ bids: '3' })).toEqual(['buy 1', 'sell 4']);
  expect(quoted({ asks: '1' })).toEqual(['buy 4', 'sell 3']);
  expect(quoted({ hedgeBase: '48' })).toEqual(['buy 2', 'sell 4']);
  expect(quoted({ makerBase: '49' })).toEqual(['buy 4', 'sell 1']);
});

test('what it needs of the hedge’s venue is what rests and what is open, and not what orders hold already', () => {
  const { machine, hedge, begin, fill, look } = rig();
  const [bid] = begin();
  const claims = (): string[] =>
    Object.values(machine.claims(hedge)).map((one) => one.toDecimalPlaces(1).toString());
  // Two of each side; those that are bought cost 101 each, and the fee, and one percent more should the price rise.
  expect(claims()).toEqual(['2', '204.2', '2', '2']);
  fill(bid, '1');
  expect(claims()[0]).toBe('2');
  look();
  // One of it is under way: it takes of the book, and its balance is reserved.
  expect([claims()[0], claims()[2]]).toEqual(['1', '2']);
});

test('a quote that money bounds stands while its price rises by less than one percent, and goes when money does not pay for it any more', () => {
  const { machine, hedge, show, look, begin } = rig(
    { requoteBps: 500, edgeBps: 0, maxQty: decimal('9'), maxNaked: decimal('99') },
    { hedgeQuote: decimal('200'), makerQuote: decimal('200') },
  );
  const [, ask] = begin();
  // The ask reaches the second level of its hedge: 200 / 1.01 / (102 × 1.001); the bid pays for itself: 200 / 1.01 / (90.1 × 1.001).
  expect(machine.quotes.map(({ side, left }) => [side, left.toString()])).toEqual([
    ['buy', '2.1955'],
    ['sell', '1.9394'],
  ]);
  for (const price of [102, 101, 102]) {
    show(hedge, price - 1, price);
    expect(look()).toEqual([]);
  }
  show(hedge, 102, 103);
  expect(look()).toEqual([{ kind: 'cancel', id: ask }]);
});

test('fills below the hedge’s minimum are gathered until they are enough', () => {
  const { machine, begin, fill, look } = rig();
  const [bid] = begin();
  fill(bid, '0.2');
  expect(hedgeOf(look())).toBeUndefined();
  fill(bid, '0.2');
  expect([hedgeOf(look(10 * SECOND)), machine.desk.nakedUs(11 * SECOND)]).toEqual([undefined, 0]);
  fill(bid, '0.1');
  expect(hedgeOf(look())).toEqual(['sell', '0.5', '100']);
});

test('both sides are pulled when either book is not live, whatever the budget says', () => {
  for (const which of ['maker', 'hedge'] as const) {
    const made = rig({ messagesPerMinute: 2 });
    made.begin();
    made[which].isLive = false;
    expect(kinds(made.look())).toEqual(['cancel', 'cancel']);
    expect(kinds(made.look())).toEqual([]);
  }
});

test('a quote that the hedge no longer pays for goes beyond the budget; one that could be better waits for it', () => {
  const { machine, maker, hedge, show, look, begin } = rig({ messagesPerMinute: 4 });
  const [bid, ask] = begin();
  show(hedge, 80, 81);
  expect(look()).toContainEqual({ kind: 'cancel', id: bid });
  machine.onQuoteEnd(bid);
  // One message is left: it brings the bid back at its new price. The ask could move nearer, and waits for the budget.
  expect(kinds(look())).toEqual(['place']);
  show(maker, 90, 108);
  expect(kinds(look(SECOND))).toEqual([]);
  expect(look(60 * SECOND)).toContainEqual({ kind: 'cancel', id: ask });
});

test('an order that is on its way out may still fill: nothing takes its place until its end is known', () => {
  const { machine, maker, look, begin, fill } = rig();
  const [bid, ask] = begin();
  maker.isLive = false;
  look();
  maker.isLive = true;
  expect(kinds(look())).toEqual([]);
  fill(bid, '2');
  expect(hedgeOf(look())).toEqual(['sell', '2', '100']);
  machine.onQuoteEnd(bid);
  machine.onQuoteEnd(ask);
  expect(kinds(look())).toContain('place');
});

test('where asked, a leg follows only once the other’s end is confirmed: a part that fills ends its order first', () => {
  const { machine, look, begin, fill } = rig({ hedgeAfter: 'order-end' });
  const [bid] = begin();
  fill(bid, '1');
  const after = look();
  expect([hedgeOf(after), after.some((one) => one.kind === 'cancel' && one.id === bid)]).toEqual([
    undefined,
    true,
  ]);
  // Its time runs from the fill, whenever the end is reported.
  expect([machine.desk.waiting.toString(), machine.desk.nakedUs(4 * SECOND) > 2 * SECOND]).toEqual([
    '1',
    true,
  ]);
  machine.onQuoteEnd(bid);
  expect(hedgeOf(look())).toEqual(['sell', '1', '100']);
  expect(machine.desk.waiting.toString()).toBe('0');
});

test('ping-pong waits for the way back: after a buy only sells are quoted, until as much was sold', () => {
  const { machine, look, begin, fill } = rig({ pingPong: true });
  const [bid, ask] = begin();
  fill(bid, '2');
  machine.onQuoteEnd(bid);
  look();
  look();
  expect(machine.quotes.map(({ side }) => side)).toEqual(['sell']);
  fill(ask, '2', -1);
  machine.onQuoteEnd(ask);
  look();
  expect(machine.quotes.map(({ side }) => side)).toEqual(['buy', 'sell']);
});

test('a hedge loses no more than is allowed until its deadline; then it takes what is there, and nothing is quoted meanwhile', () => {
  const { machine, hedge, show, look, begin, fill } = rig({ maxLossBps: 20, deadlineMs: 3_000 });
  const [bid, ask] = begin();
  fill(bid, '2');
  machine.onQuoteEnd(bid);
  show(hedge, 95, 96);
  const first = look();
  // Bought at 98: 98 × 0.998 = 97.804, on the grid 97.9.
  expect(hedgeOf(first)).toEqual(['sell', '2', '97.9']);
  const missed = first.find(({ kind }) => kind === 'hedge');
  machine.onHedgeEnd(missed?.kind === 'hedge' ? missed.id : '');
  const late = look(3 * SECOND);
  expect(hedgeOf(late)).toEqual(['sell', '2', '95']);
  machine.onQuoteEnd(ask);
  expect(kinds(look()).filter((kind) => kind === 'place')).toEqual([]);
});

test('after its deadline a hedge goes as far as risk’s collar, and is as large as what lies at its venue pays for', () => {
  const late = (sign: 1 | -1, collarBps: number, left: Partial<Purse> = {}) => {
    const { begin, fill, look, hedge, purse } = rig({
      collarBps,
      maxQty: decimal('9'),
      maxNaked: decimal('99'),
    });
    fill(begin()[sign === 1 ? 0 : 1], '4', sign);
    hedge.isLive = false;
    look();
    hedge.isLive = true;
    // Of what was shown 1 is left at each level, and another strategy may have taken of the balances.
    for (const qtys of [hedge.book.bidQtys, hedge.book.askQtys]) qtys.fill(10_000, 0, 2);
    Object.assign(purse, left);
    return hedgeOf(look(3 * SECOND));
  };
  expect(late(1, 100)).toEqual(['sell', '4', '99']);
  expect(late(1, 50)).toEqual(['sell', '4', '99.5']);
  expect(late(-1, 50)).toEqual(['buy', '4', '101.5']);
  expect(late(1, 50, { hedgeBase: decimal('1.5') })).toEqual(['sell', '1.5', '99.5']);
  // 205 / (101.5 × 1.001) = 2.01768….
  expect(late(-1, 50, { hedgeQuote: decimal('205') })).toEqual(['buy', '2.0176', '101.5']);
  expect(late(1, 50, { hedgeBase: decimal('0.4') })).toBeUndefined();
});
