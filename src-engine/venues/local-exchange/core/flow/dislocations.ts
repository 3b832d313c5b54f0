import type { TimeUs } from '../../../../domain/time.ts';
import type { SeededRandom } from '../../../../lib/random.ts';
import type { Market } from '../market.ts';
import { FeeMap, type PairFee, type Peers } from './peer-fees.ts';
import { feesBps, findTriangles, grossBps, type Triangle, type TriangleLeg } from './triangles.ts';

/** Mean time from one dislocation to the next: the shortest and longest that may be chosen, and what it is otherwise. */
export const EDGE_SECONDS = { min: 0.1, max: 86_400 } as const;
export const DEFAULT_EDGE_SECONDS = 7;
/** Shortest and longest life of one. */
const LIFE_US = { min: 400_000, max: 6_000_000 } as const;
/** What is left of the edge after fees and spread, in bps. */
const NET_BPS = { min: 2.5, max: 9 } as const;
/** The same where a route over several exchanges leads back: it also pays for carries, ages and slippage, some 5 bps. */
const ROUTE_NET_BPS = { min: 7, max: 14 } as const;
/** Most at a time: the most that may be chosen, and what it is otherwise. */
export const EDGES_AT_ONCE = { min: 1, max: 20 } as const;
export const DEFAULT_EDGES_AT_ONCE = 3;
/** One turn of exchanges that share a market. */
const TURN_US = 4_000_000;
/** A pair whose tick is coarser than this cannot be moved by a few bps. */
const MAX_TICK_BPS = 1.5;

type Dislocation = { readonly market: Market; readonly shiftBps: number; readonly endsUs: TimeUs };

/**
 * Moments in which the makers of one pair misprice it by a little more than the cheapest round trip through it costs: the opportunities
 * of this market. Alone an exchange misprices pairs of triangles; where others share its market, any pair that they lead back from.
 */
export class Dislocations {
  readonly #markets: readonly Market[];
  readonly #triangles: readonly Triangle[];
  readonly #peers: Peers | undefined;
  readonly #random: SeededRandom;
  readonly #meanIntervalUs: number;
  readonly #atOnce: number;
  readonly #active: Dislocation[] = [];
  #nextUs: TimeUs;

  /**
   * @param edgeSeconds mean time from one dislocation to the next. @param atOnce most of them at a time.
   * @param peers of an exchange that shares its market: then it misprices one pair at a time, in its turns.
   */
  constructor(
    markets: readonly Market[],
    random: SeededRandom,
    startUs: TimeUs,
    edgeSeconds: number,
    atOnce: number = DEFAULT_EDGES_AT_ONCE,
    peers?: Peers,
  ) {
    this.#markets = markets;
    this.#peers = peers;
    this.#triangles = findTriangles(markets);
    this.#random = random;
    this.#meanIntervalUs = edgeSeconds * 1_000_000;
    this.#atOnce = peers === undefined ? atOnce : 1;
    this.#nextUs = startUs + random.exponential(this.#meanIntervalUs);
  }

  /** How far the makers of a pair are off its fair price, in bps. */
  shiftBps(market: Market): number {
    return this.#active.find((dislocation) => dislocation.market === market)?.shiftBps ?? 0;
  }

  /** Ends and starts what is due. @returns the markets whose makers must quote again. */
  advance(nowUs: TimeUs): readonly Market[] {
    const moved: Market[] = [];
    for (let i = this.#active.length - 1; i >= 0; i--) {
      const dislocation = this.#active[i] as Dislocation;
      if (dislocation.endsUs > nowUs) continue;
      this.#active.splice(i, 1);
      moved.push(dislocation.market);
    }
    if (nowUs >= this.#nextUs) {
      this.#nextUs = nowUs + this.#random.exponential(this.#meanIntervalUs);
      const started = this.#start(nowUs);
      if (started !== undefined) moved.push(started);
    }
    return moved;
  }

  #start(nowUs: TimeUs): Market | undefined {
    if (this.#active.length >= this.#atOnce) return undefined;
    const untilUs = this.#turnEndsUs(nowUs);
    if (untilUs - nowUs < LIFE_US.min) return undefined;
    const leg = this.#peers === undefined ? this.#pickOfTriangle() : this.#pickOfAll();
    const cost = leg === undefined ? undefined : this.#cheapestBps(leg);
    if (leg === undefined || cost === undefined) return undefined;
    const { min, max } = this.#peers === undefined ? NET_BPS : ROUTE_NET_BPS;
    const net = min + (max - min) * this.#random.next();
    const shift = Math.max(cost, 0) + net + tickBps(leg.market) / 2;
    const life = LIFE_US.min * (LIFE_US.max / LIFE_US.min) ** this.#random.next();
    // Selling into it gains from a higher price, buying from a lower one.
    const shiftBps = leg.side === 'sell' ? shift : -shift;
    this.#active.push({ market: leg.market, shiftBps, endsUs: Math.min(nowUs + life, untilUs) });
    return leg.market;
  }

  /**
   * What the cheapest round trip through a leg costs in fees and spreads, in bps: sizing by any other would
   * make the cheapest pay too much.
   */
  #cheapestBps(leg: TriangleLeg): number | undefined {
    let cheapest = this.#othersBps(leg);
    for (const triangle of this.#triangles) {
      if (!triangle.some(({ market, side }) => market === leg.market && side === leg.side)) continue;
      const gross = grossBps(triangle);
      if (gross === undefined) continue;
      cheapest = Math.min(cheapest ?? Number.POSITIVE_INFINITY, feesBps(triangle) - gross);
    }
    return cheapest;
  }

  /**
   * What the cheapest way through a leg and back over the other exchanges costs, in bps: both fees, and half of a spread for each book,
   * as wide as this one's, since the others' are not seen from here. Undefined: none leads back, or this book is empty.
   */
  #othersBps({ market }: TriangleLeg): number | undefined {
    if (this.#peers === undefined) return undefined;
    const { base, quote } = market.pair;
    const own = this.#markets.filter((one) => one !== market);
    const fees = new FeeMap([...this.#peers.fees, ...own.map(pairFeeOf)]);
    const back = fees.wayBack(base, quote);
    const [bid, ask] = [market.engine.bids.best()?.price, market.engine.asks.best()?.price];
    if (back === undefined || bid === undefined || ask === undefined) return undefined;
    const halfSpread = ((ask - bid) / (ask + bid)) * 10_000;
    return pairFeeOf(market).takerBps + back.takerBps + halfSpread * (1 + back.trades);
  }

  /** When its turn is over; now: it is another's. */
  #turnEndsUs(nowUs: TimeUs): TimeUs {
    if (this.#peers === undefined) return Number.POSITIVE_INFINITY;
    const { at, of } = this.#peers.turn;
    const turn = Math.floor(nowUs / TURN_US);
    return turn % of === at ? (turn + 1) * TURN_US : nowUs;
  }

  #pickOfTriangle(): TriangleLeg | undefined {
    if (this.#triangles.length === 0) return undefined;
    return this.#pickAble(this.#triangles[this.#random.integer(0, this.#triangles.length - 1)] as Triangle);
  }

  #pickOfAll(): TriangleLeg | undefined {
    return this.#pickAble(
      this.#markets.flatMap((market) => [
        { market, side: 'sell' },
        { market, side: 'buy' },
      ]),
    );
  }

  /** A leg that can be moved in small steps and is not moved already. */
  #pickAble(legs: readonly TriangleLeg[]): TriangleLeg | undefined {
    const able = legs.filter(({ market }) => tickBps(market) <= MAX_TICK_BPS && this.shiftBps(market) === 0);
    return able.length === 0 ? undefined : able[this.#random.integer(0, able.length - 1)];
  }
}

function pairFeeOf({ pair, takerFee }: Market): PairFee {
  return { base: pair.base, quote: pair.quote, takerBps: takerFee.toNumber() * 10_000 };
}

function tickBps(market: Market): number {
  const mid = market.mid();
  return mid === 0 ? Number.POSITIVE_INFINITY : 10_000 / mid;
}
