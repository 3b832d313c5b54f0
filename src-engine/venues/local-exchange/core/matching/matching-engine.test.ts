import {
  type Arbitrary,
  array,
  assert as check,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  tuple,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side } from '../../../../domain/order.ts';
import { EngineOrder } from './book-side.ts';
import { type MatchListener, MatchingEngine, type OrderStyle, type PlaceOutcome } from './matching-engine.ts';

type FillNote = { taker: EngineOrder; maker: EngineOrder; price: number; qty: number };

function rig(): { engine: MatchingEngine; fills: FillNote[] } {
  const fills: FillNote[] = [];
  const listener: MatchListener = {
    onFill: (taker, maker, price, qty) => fills.push({ taker, maker, price, qty }),
    onLevelChange: () => undefined,
  };
  return { engine: new MatchingEngine(listener), fills };
}

const order = (owner: number, side: Side, price: number, qty: number): EngineOrder =>
  new EngineOrder(owner, side, price, qty);

const whole = (min: number, max: number): Arbitrary<number> => integer({ min, max });

describe('the matching engine', () => {
  it('fills the best price first and the older order first at the same price', () => {
    const { engine, fills } = rig();
    const old = order(1, 'sell', 100, 5);
    const young = order(2, 'sell', 100, 5);
    const better = order(3, 'sell', 99, 2);
    for (const ask of [old, young, better]) engine.place(ask, 'gtc');
    expect(engine.place(order(9, 'buy', 100, 9), 'ioc')).toBe('filled');
    expect(fills.map((fill) => [fill.maker, fill.price, fill.qty])).toEqual([
      [better, 99, 2],
      [old, 100, 5],
      [young, 100, 2],
    ]);
    expect(engine.asks.best()?.qty).toBe(3);
  });

  it('keeps the place in the queue only when the quantity shrinks at the same price', () => {
    const { engine, fills } = rig();
    const first = order(1, 'buy', 50, 10);
    const second = order(2, 'buy', 50, 10);
    engine.place(first, 'gtc');
    engine.place(second, 'gtc');
    engine.amend(first, 50, 4, 'gtc');
    engine.place(order(9, 'sell', 50, 4), 'ioc');
    expect(fills.map((fill) => fill.maker)).toEqual([first]);

    const third = order(3, 'buy', 50, 1);
    engine.place(third, 'gtc');
    engine.amend(second, 50, 11, 'gtc');
    engine.place(order(9, 'sell', 50, 2), 'ioc');
    expect(fills.slice(1).map((fill) => fill.maker)).toEqual([third, second]);
  });

  it('honours ioc, market, post-only and self-trade', () => {
    const { engine, fills } = rig();
    engine.place(order(1, 'sell', 100, 5), 'gtc');
    expect(engine.place(order(2, 'buy', 100, 1), 'post-only')).toBe('would-take');
    expect(engine.place(order(2, 'buy', 99, 1), 'post-only')).toBe('resting');
    expect(engine.place(order(2, 'buy', 98, 7), 'ioc')).toBe('dropped');
    expect(engine.place(order(1, 'buy', 100, 1), 'gtc')).toBe('self-trade');
    expect(fills).toEqual([]);
    expect(engine.place(order(3, 'buy', 0, 8), 'market')).toBe('dropped');
    expect(fills.map((fill) => fill.qty)).toEqual([5]);
    expect(engine.cancel(order(3, 'buy', 1, 1))).toBe(false);
  });

  it('holds its invariants under any sequence of commands', () => {
    const style = constantFrom<OrderStyle>('gtc', 'gtc', 'gtc', 'ioc', 'post-only', 'market');
    const side = constantFrom<Side>('buy', 'sell');
    const command = oneof(
      {
        weight: 6,
        arbitrary: tuple(constant('place' as const), side, whole(90, 110), whole(1, 20), style),
      },
      {
        weight: 1,
        arbitrary: tuple(constant('cancel' as const), side, whole(0, 50), whole(1, 1), style),
      },
      {
        weight: 2,
        arbitrary: tuple(constant('amend' as const), side, whole(90, 110), whole(1, 20), style),
      },
    );
    check(
      property(array(command, { maxLength: 120 }), (commands) => {
        const { engine, fills } = rig();
        const all: { order: EngineOrder; asked: number; filled: number }[] = [];
        const arrival = new Map<EngineOrder, number>();
        let clock = 0;
        for (const [kind, orderSide, a, b, orderStyle] of commands) {
          fills.length = 0;
          const target = all.length === 0 ? undefined : all[a % all.length];
          let taker: EngineOrder | undefined;
          let outcome: PlaceOutcome | undefined;
          if (kind === 'place') {
            taker = order(all.length + 1, orderSide, a, b);
            all.push({ order: taker, asked: b, filled: 0 });
            arrival.set(taker, clock++);
            outcome = engine.place(taker, orderStyle);
            if (outcome === 'would-take') expect(fills).toEqual([]);
          } else if (target?.order.level !== undefined) {
            taker = target.order;
            if (kind === 'cancel') {
              target.asked = target.filled + target.order.remaining;
              engine.cancel(target.order);
            } else {
              const keeps = a === taker.price && b <= taker.remaining;
              if (!keeps) arrival.set(taker, clock++);
              target.asked = target.filled + b;
              engine.amend(taker, a, b, 'gtc');
            }
          }
          checkFills(fills, all, arrival);
          checkBook(engine, all, arrival);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Conservation, limits, and price-time priority of one command's fills. */
function checkFills(
  fills: readonly FillNote[],
  all: { order: EngineOrder; asked: number; filled: number }[],
  arrival: ReadonlyMap<EngineOrder, number>,
): void {
  let previous: FillNote | undefined;
  for (const fill of fills) {
    const taker = all.find((entry) => entry.order === fill.taker);
    const maker = all.find((entry) => entry.order === fill.maker);
    if (taker === undefined || maker === undefined) throw new Error('a fill names an unknown order');
    taker.filled += fill.qty;
    maker.filled += fill.qty;
    expect(fill.qty).toBeGreaterThan(0);
    expect(taker.filled).toBeLessThanOrEqual(taker.asked);
    expect(maker.filled).toBeLessThanOrEqual(maker.asked);
    expect(fill.price).toBe(fill.maker.price);
    if (previous !== undefined) {
      const worse = fill.taker.side === 'buy' ? fill.price - previous.price : previous.price - fill.price;
      expect(worse).toBeGreaterThanOrEqual(0);
      if (worse === 0) {
        expect(arrival.get(fill.maker) as number).toBeGreaterThan(arrival.get(previous.maker) as number);
      }
    }
    previous = fill;
  }
}

/** Never crossed, levels add up, what was asked is filled or left, and queues are in order of arrival. */
function checkBook(
  engine: MatchingEngine,
  all: readonly { order: EngineOrder; asked: number; filled: number }[],
  arrival: ReadonlyMap<EngineOrder, number>,
): void {
  const bid = engine.bids.best()?.price ?? -Infinity;
  const ask = engine.asks.best()?.price ?? Infinity;
  expect(bid).toBeLessThan(ask);
  for (const entry of all) {
    if (entry.order.level !== undefined) expect(entry.filled + entry.order.remaining).toBe(entry.asked);
  }
  for (const side of [engine.bids, engine.asks]) {
    for (let rank = 0; rank < side.depth; rank++) {
      const level = side.at(rank);
      let sum = 0;
      let last = -1;
      for (let queued = level?.head; queued !== undefined; queued = queued.next) {
        sum += queued.remaining;
        expect(queued.remaining).toBeGreaterThan(0);
        expect(arrival.get(queued) as number).toBeGreaterThan(last);
        last = arrival.get(queued) as number;
      }
      expect(level?.qty).toBe(sum);
      expect(sum).toBeGreaterThan(0);
    }
  }
}
