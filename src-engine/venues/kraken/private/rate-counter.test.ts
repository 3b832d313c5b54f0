import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallBudget, cancelCost, type KrakenTier, TradingBudget } from './rate-counter.ts';

const TIERS: readonly KrakenTier[] = ['starter', 'intermediate', 'pro'];
const S = 1_000_000;

/** The venue's counter, written a second time from its documentation: bans a client that passes the threshold. */
class Judge {
  #count = 0;
  #atUs = 0;
  worst = 0;
  readonly perSecond: number;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  arrive(cost: number, atUs: number): void {
    this.#count = Math.max(0, this.#count - ((atUs - this.#atUs) / S) * this.perSecond) + cost;
    this.#atUs = atUs;
    this.worst = Math.max(this.worst, this.#count);
  }
}

const THRESHOLDS = { starter: 60, intermediate: 125, pro: 180 } as const;
const DECAYS = { starter: 1, intermediate: 2.34, pro: 3.75 } as const;
const AGES: readonly (readonly [number, number])[] = [
  [5, 8],
  [10, 6],
  [15, 5],
  [45, 4],
  [90, 2],
  [300, 1],
];

describe('the trading counter', () => {
  it('costs for a cancel what the documentation says, by age', () => {
    expect(
      [0, 4.9, 5, 9.9, 10, 14, 15, 44, 45, 89, 90, 299, 300, 9_999].map((age) => cancelCost(age * S)),
    ).toEqual([8, 8, 6, 6, 5, 5, 4, 4, 2, 2, 1, 1, 0, 0]);
  });

  it('never passes the venue’s threshold, whatever is placed and canceled, with messages up to 2 s late', () => {
    const action = fc.record({
      afterUs: fc.integer({ min: 0, max: 3 * S }),
      delayUs: fc.integer({ min: 0, max: 2 * S }),
      kind: fc.constantFrom('ioc', 'gtc', 'gtc', 'cancel', 'cancelAll', 'fill'),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...TIERS), fc.array(action, { maxLength: 400 }), (tier, actions) => {
        const budget = new TradingBudget(tier);
        const judge = new Judge(DECAYS[tier]);
        /** Orders that rest, with the time at which the venue got them. */
        const resting = new Map<string, number>();
        let nowUs = 1.7e15;
        let arrivedUs = nowUs;
        const age = (id: string): number =>
          AGES.find(([s]) => arrivedUs - (resting.get(id) ?? 0) < s * S)?.[1] ?? 0;
        for (const [index, { afterUs, delayUs, kind, pick }] of actions.entries()) {
          nowUs += afterUs;
          // One connection keeps its order: nothing overtakes.
          arrivedUs = Math.max(arrivedUs, nowUs + delayUs);
          const id = `order-${index}`;
          const chosen = [...resting.keys()][pick % Math.max(1, resting.size)];
          if (kind === 'ioc' || kind === 'gtc') {
            if (budget.place(id, 'BTC/USD', kind === 'gtc', nowUs) !== undefined) continue;
            judge.arrive(1, arrivedUs);
            if (kind === 'gtc') resting.set(id, arrivedUs);
            continue;
          }
          for (const target of kind === 'cancelAll' ? [...resting.keys()] : [chosen]) {
            if (target === undefined) continue;
            if (kind !== 'fill') {
              budget.cancel(target, nowUs);
              judge.arrive(age(target), arrivedUs);
            }
            budget.onEnded(target);
            resting.delete(target);
          }
        }
        expect(judge.worst).toBeLessThanOrEqual(THRESHOLDS[tier]);
      }),
      { numRuns: 300 },
    );
  });

  it('lets one pair’s orders be, when another’s limit is used up, and says how long to wait', () => {
    const budget = new TradingBudget('starter');
    const nowUs = 1.7e15;
    let placed = 0;
    while (budget.place(`a${placed}`, 'BTC/USD', false, nowUs) === undefined) placed++;
    expect(placed).toBe(58);
    expect(budget.place('x', 'BTC/USD', false, nowUs)).toBe(S);
    expect(budget.place('y', 'ETH/USD', false, nowUs)).toBeUndefined();
    expect(budget.place('x', 'BTC/USD', false, nowUs + S)).toBeUndefined();
  });

  it('keeps back what canceling all that rests would cost', () => {
    const budget = new TradingBudget('starter');
    const nowUs = 1.7e15;
    let placed = 0;
    while (budget.place(`a${placed}`, 'BTC/USD', true, nowUs) === undefined) placed++;
    expect(placed * 9).toBeLessThanOrEqual(58);
    budget.cancelAll(nowUs);
    expect(budget.count('BTC/USD', nowUs)).toBe(placed * 9);
  });

  it.each(TIERS)('keeps room for orders that are gone at once, whatever rests and is moved (%s)', (tier) => {
    const budget = new TradingBudget(tier);
    let nowUs = 1.7e15;
    let moves = 0;
    for (let tenth = 0; tenth < 3_000; tenth++, nowUs += S / 10) {
      // Two quotes that move as often as they are let.
      for (const side of ['bid', 'ask']) {
        if (budget.place(`${side}${tenth}`, 'BTC/USD', true, nowUs) !== undefined) continue;
        moves++;
        budget.cancel(`${side}${tenth}`, nowUs);
        budget.onEnded(`${side}${tenth}`);
      }
    }
    let now = 0;
    while (budget.place(`ioc${now}`, 'BTC/USD', false, nowUs) === undefined) now++;
    expect(now).toBeGreaterThanOrEqual(19);
    // What it bears for good is no more than what it took.
    expect(budget.restingMessages * 5).toBeLessThanOrEqual(moves * 2);
    expect(budget.restingMessages).toBe({ starter: 12, intermediate: 30, pro: 50 }[tier]);
  });

  it('sends nothing for a time after the venue said that the counter is full', () => {
    const budget = new TradingBudget('pro');
    budget.onRefused('BTC/USD', 1.7e15);
    expect(budget.place('x', 'BTC/USD', false, 1.7e15)).toBeGreaterThan(2 * S);
  });
});

describe('the call counter', () => {
  it('keeps calls for what is urgent', () => {
    const budget = new CallBudget('starter');
    const nowUs = 1.7e15;
    let calls = 0;
    for (; budget.readyUs(1, false, nowUs) === nowUs; calls++) budget.take(1, nowUs);
    expect(calls).toBe(10);
    let urgent = 0;
    for (; budget.readyUs(1, true, nowUs) === nowUs; urgent++) budget.take(1, nowUs);
    expect(urgent).toBe(4);
    expect(budget.readyUs(1, true, nowUs)).toBeGreaterThan(nowUs + 3 * S);
  });

  it.each(TIERS)('never passes the maximum of %s with messages up to 2 s late', (tier) => {
    const max = { starter: 15, intermediate: 20, pro: 20 }[tier];
    const perSecond = { starter: 0.33, intermediate: 0.5, pro: 1 }[tier];
    const call = fc.record({
      afterUs: fc.integer({ min: 0, max: 2 * S }),
      delayUs: fc.integer({ min: 0, max: 2 * S }),
      cost: fc.constantFrom(1, 2),
      isUrgent: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 300 }), (calls) => {
        const budget = new CallBudget(tier);
        const judge = new Judge(perSecond);
        let nowUs = 1.7e15;
        let arrivedUs = nowUs;
        for (const { afterUs, delayUs, cost, isUrgent } of calls) {
          nowUs += afterUs;
          if (budget.readyUs(cost, isUrgent, nowUs) > nowUs) continue;
          budget.take(cost, nowUs);
          arrivedUs = Math.max(arrivedUs, nowUs + delayUs);
          judge.arrive(cost, arrivedUs);
        }
        expect(judge.worst).toBeLessThanOrEqual(max);
      }),
    );
  });
});
