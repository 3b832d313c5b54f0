/** What the watch over quotes calls "surely nothing", the exact rule must not act on: over markets of many grids, fees and purses. */
import { expect, it } from 'vitest';
import { OrderBook } from '../../books/order-book.ts';
import { Decimal, decimal } from '../../domain/decimal.ts';
import { createInstrument, type InstrumentSpec, takeChange } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { SeededRandom } from '../../lib/random.ts';
import { DEFAULT_MAKER_TAKER, MakerTaker } from './maker-taker.ts';
import type { Purse } from './purse.ts';
import type { QuoteMarket } from './quote-rule.ts';

const SEEDS = 30;
const STEPS = 150;

const BASE = { symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', priceDecimals: 2, qtyDecimals: 6 } as const;
const TICKS = ['0.01', '0.1', '0.25', '0.5'];
const LOTS = ['0.000001', '0.0001', '0.001', '0.01'];
const MINIMUMS = ['0.000001', '0.02', '0.5'];
const NOTIONALS = ['0', '5', '60'];
const FEES = ['0', '0.0004', '0.001', '0.0026'];

class World {
  readonly maker: QuoteMarket & { isLive: boolean };
  readonly hedge: QuoteMarket & { isLive: boolean };
  readonly machine: MakerTaker;
  readonly purse: Purse;
  readonly may = { buy: true, sell: true };
  nowUs = 1e15;
  /** Quotes at their venue, those whose cancel is on its way with the step of its answer. */
  readonly #resting = new Map<string, { readonly sign: 1 | -1; left: Decimal; endsAt: number }>();
  readonly #random: SeededRandom;
  #mid = 10_000;

  constructor(seed: number) {
    const random = new SeededRandom(seed, 5);
    this.#random = random;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
    const made = (): QuoteMarket & { isLive: boolean } => {
      const [tickSize, lotSize] = [pick(TICKS), pick(LOTS)];
      const minQty = Decimal.max(pick(MINIMUMS), lotSize).toString();
      const finer = random.next() < 0.3 ? { qtyDecimals: 4, lotSize: '0.0001' } : {};
      const spec: InstrumentSpec = {
        ...BASE,
        tickSize,
        lotSize,
        minQty,
        minNotional: pick(NOTIONALS),
        takerFee: pick(FEES),
        makerFee: pick([...FEES, undefined]),
        ...finer,
      };
      const charge = random.next() < 0.3 ? ({ in: 'received' } as const) : ({ in: 'quote' } as const);
      return { instrument: createInstrument(spec, 0, 'made'), book: new OrderBook(10), charge, isLive: true };
    };
    [this.maker, this.hedge] = [made(), made()];
    const some = (most: number): Decimal => decimal((random.next() * most).toFixed(6));
    const isPoor = random.next() < 0.3;
    this.purse = {
      makerBase: some(5),
      makerQuote: some(isPoor ? 40 : 500),
      hedgeBase: some(5),
      hedgeQuote: some(isPoor ? 90 : 500),
    };
    this.machine = new MakerTaker(
      {
        ...DEFAULT_MAKER_TAKER,
        maxQty: decimal(pick(['0.3', '1', '2.5'])),
        maxNaked: decimal(pick(['0.5', '3'])),
        skewBps: pick([0, 4]),
        requoteBps: pick([1, 5]),
        depthShare: pick([0.5, 0.8, 1]),
        messagesPerMinute: pick([30, 6_000]),
        pingPong: random.next() < 0.2,
        hedgeAfter: random.next() < 0.2 ? 'order-end' : 'fill',
      },
      this.purse,
    );
  }

  show(): void {
    const random = this.#random;
    const move = random.next();
    if (move < 0.3) this.#mid += Math.round(random.normal() * (move < 0.03 ? 60 : 2));
    const draw = ({ book, instrument }: QuoteMarket, half: number): void => {
      const tick = Math.round(instrument.tickSize.toNumber() * 100);
      const update = new BookUpdate();
      update.reset(0, true, this.nowUs);
      for (const n of [0, 1, 2, 3]) {
        const size = () => Math.max(1, Math.floor(10 ** instrument.qtyDecimals * (0.05 + random.next())));
        update.pushBid((Math.floor((this.#mid - half) / tick) - n) * tick, size());
        update.pushAsk((Math.ceil((this.#mid + half) / tick) + n) * tick, size());
      }
      book.apply(update);
    };
    if (random.next() < 0.6) draw(this.maker, 60);
    if (random.next() < 0.6) draw(this.hedge, 10);
    for (const market of [this.maker, this.hedge])
      market.isLive = random.next() < (market.isLive ? 0.98 : 0.3);
    // What was refused is not placed again for a while.
    for (const side of ['buy', 'sell'] as const)
      this.may[side] = random.next() < (this.may[side] ? 0.97 : 0.3);
    if (random.next() < 0.01) this.charge(random.next() < 0.5 ? this.maker : this.hedge);
  }

  /** A venue changes its fees, as maker and as taker. */
  charge({ instrument }: QuoteMarket): void {
    const fee = (): string => FEES[Math.floor(this.#random.next() * FEES.length)] ?? '0';
    takeChange(instrument, { takerFee: fee(), makerFee: fee() });
    this.machine.forget();
  }

  /** What comes back from the venues before the next look. */
  answers(step: number): void {
    for (const [id, own] of this.#resting) {
      if (this.#random.next() < 0.01) {
        const qty = Decimal.min(own.left, decimal((this.#random.next() * 0.4).toFixed(6)));
        own.left = own.left.minus(qty);
        this.machine.onQuoteFill(id, qty, qty.times(own.sign), decimal(this.#mid / 100));
        if (own.left.isZero()) own.endsAt = step;
      }
      if (step < own.endsAt) continue;
      this.machine.onQuoteEnd(id);
      this.#resting.delete(id);
    }
  }

  /** @returns how many actions. */
  look(step: number): number {
    const actions = this.machine.look(this.maker, this.hedge, this.nowUs, {
      place: (side) => this.may[side],
    });
    for (const action of actions) {
      if (action.kind === 'place')
        this.#resting.set(action.id, {
          sign: action.side === 'buy' ? 1 : -1,
          left: action.qty,
          endsAt: Number.POSITIVE_INFINITY,
        });
      const resting = action.kind === 'cancel' ? this.#resting.get(action.id) : undefined;
      if (resting !== undefined) resting.endsAt = step + 2;
      if (action.kind !== 'hedge') continue;
      const { qty, side, limit } = action.order;
      this.machine.onHedgeFill(action.id, qty, side === 'sell' ? qty.negated() : qty, limit);
      this.machine.onHedgeEnd(action.id);
    }
    return actions.length;
  }
}

it('never misses what the rule would do, and nearly always sees that there is nothing', () => {
  let quiet = 0;
  let sure = 0;
  let acted = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = new World(seed);
    for (let step = 0; step < STEPS; step++) {
      world.nowUs += 20_000;
      world.answers(step);
      world.show();
      const { maker, hedge, nowUs, machine, may } = world;
      const mayAct = machine.mayAct(maker, hedge, nowUs, may.buy, may.sell);
      const actions = world.look(step);
      if (!mayAct) expect([actions, machine.desk.isEnough], `seed ${seed}, step ${step}`).toEqual([0, false]);
      if (actions > 0) acted++;
      else quiet++;
      if (!mayAct) sure++;
    }
  }
  expect(acted).toBeGreaterThan(SEEDS * 5);
  expect(sure / quiet).toBeGreaterThan(0.9);
});
