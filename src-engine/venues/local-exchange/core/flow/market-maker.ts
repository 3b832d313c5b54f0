import type { Side } from '../../../../domain/order.ts';
import type { SeededRandom } from '../../../../lib/random.ts';
import type { Market } from '../market.ts';
import { EngineOrder, HOUSE } from '../matching/book-side.ts';
import type { PairProfile } from './pair-profile.ts';

/** Orders that the makers keep on each side of a pair. */
const LADDER = 40;
/** Orders that one step may move because the fair price left them behind. */
const MAX_CORRECTIONS = 4;

/** One place in the ladder, and the order that stands there while it rests. */
class LadderOrder extends EngineOrder {
  readonly rank: number;

  constructor(side: Side, rank: number) {
    super(HOUSE, side, 0, 0);
    this.rank = rank;
  }
}

function emptyLadder(side: Side): LadderOrder[] {
  return Array.from({ length: LADDER }, (_, rank) => new LadderOrder(side, rank));
}

/**
 * The makers of one pair: a ladder of orders on both sides of a fair price, moved a few at a time. Their
 * prices are rounded away from the fair price, so that coarse ticks widen the spread and never cross it.
 */
export class MarketMaker {
  readonly market: Market;
  readonly #profile: PairProfile;
  readonly #random: SeededRandom;
  readonly #ladder: Readonly<Record<Side, readonly LadderOrder[]>>;
  readonly #priceScale: number;
  readonly #qtyScale: number;

  constructor(market: Market, profile: PairProfile, random: SeededRandom) {
    this.market = market;
    this.#profile = profile;
    this.#random = random;
    this.#ladder = { buy: emptyLadder('buy'), sell: emptyLadder('sell') };
    this.#priceScale = 10 ** market.pair.priceDecimals;
    this.#qtyScale = 10 ** market.pair.qtyDecimals;
  }

  /** Puts every order where it belongs around `fair`: at the start, and when the fair price jumps. */
  quoteAll(fair: number, quoteUsd: number): void {
    const mid = this.market.mid() / this.#priceScale;
    // The side that is in the way moves first.
    const order: readonly Side[] = fair >= mid ? ['sell', 'buy'] : ['buy', 'sell'];
    for (const side of order) for (const slot of this.#ladder[side]) this.#quote(slot, fair, quoteUsd);
  }

  /** One step: pulls quotes that the fair price has passed, else moves one order, most often near the top. */
  step(fair: number, quoteUsd: number): void {
    let moved = 0;
    for (const side of ['buy', 'sell'] as const) {
      for (; moved < MAX_CORRECTIONS; moved++) {
        const best = this.market.engine.sideOf(side).best();
        const slot = best?.head;
        if (!(slot instanceof LadderOrder) || !this.#isTooClose(slot, fair)) break;
        this.#quote(slot, fair, quoteUsd);
      }
    }
    if (moved > 0) return;
    const side = this.#random.next() < 0.5 ? 'buy' : 'sell';
    const rank = Math.floor(LADDER * this.#random.next() ** 2.4);
    this.#quote(this.#ladder[side][rank] as LadderOrder, fair, quoteUsd);
  }

  /** True when a quote has less than a fifth of its half spread left. */
  #isTooClose(slot: LadderOrder, fair: number): boolean {
    const distance =
      slot.side === 'buy' ? fair - slot.price / this.#priceScale : slot.price / this.#priceScale - fair;
    return distance < (fair * this.#profile.halfSpreadBps * 0.2) / 10_000;
  }

  #quote(slot: LadderOrder, fair: number, quoteUsd: number): void {
    const price = this.#price(slot, fair);
    if (price <= 0) return;
    this.#clearTheWay(slot.side, price, fair, quoteUsd);
    const qty = this.#qty(slot.rank, fair, quoteUsd);
    const { engine } = this.market;
    if (slot.level !== undefined) {
      engine.amend(slot, price, qty, 'gtc');
      return;
    }
    slot.price = price;
    slot.remaining = qty;
    engine.place(slot, 'gtc');
  }

  /** Moves the makers' own quotes of the other side that this price would run into. */
  #clearTheWay(side: Side, price: number, fair: number, quoteUsd: number): void {
    const opposite = this.market.engine.sideOf(side === 'buy' ? 'sell' : 'buy');
    for (let guard = 0; guard < LADDER; guard++) {
      const best = opposite.best();
      const blocker = best?.head;
      if (best === undefined || !(blocker instanceof LadderOrder)) return;
      if (side === 'buy' ? price < best.price : price > best.price) return;
      const target = this.#price(blocker, fair);
      this.market.engine.amend(blocker, target, this.#qty(blocker.rank, fair, quoteUsd), 'gtc');
    }
  }

  /** Price in units: half spread, plus a distance that grows with the rank, with some noise. */
  #price(slot: LadderOrder, fair: number): number {
    const { halfSpreadBps } = this.#profile;
    const tickBps = 10_000 / (fair * this.#priceScale);
    const stepBps = Math.max(this.#profile.stepBps, 0.7 * tickBps);
    const noise = 0.75 + 0.5 * this.#random.next();
    const bps = halfSpreadBps * noise + stepBps * slot.rank * (1 + 0.03 * slot.rank) * noise;
    const exact = fair * this.#priceScale * (slot.side === 'buy' ? 1 - bps / 10_000 : 1 + bps / 10_000);
    return slot.side === 'buy' ? Math.floor(exact) : Math.ceil(exact);
  }

  /** Quantity in units: log-normal around the pair's usual size, growing away from the top. */
  #qty(rank: number, fair: number, quoteUsd: number): number {
    const usd = this.#profile.levelUsd * Math.exp(0.8 * this.#random.normal()) * (0.6 + 0.05 * rank);
    const qty = Math.round((usd / (fair * quoteUsd)) * this.#qtyScale);
    return Math.max(qty, Math.ceil(Number(this.market.pair.orderMin) * this.#qtyScale));
  }
}
