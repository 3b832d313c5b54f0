import type { TimeUs } from '../../../../domain/time.ts';
import type { SeededRandom } from '../../../../lib/random.ts';
import type { Market } from '../market.ts';
import { feesBps, findTriangles, grossBps, type Triangle, type TriangleLeg } from './triangles.ts';

/** Mean time from one dislocation to the next: the shortest and longest that may be chosen, and what it is otherwise. */
export const EDGE_SECONDS = { min: 0.1, max: 86_400 } as const;
export const DEFAULT_EDGE_SECONDS = 7;
/** Shortest and longest life of one. */
const LIFE_US = { min: 400_000, max: 6_000_000 } as const;
/** What is left of the edge after fees and spread, in bps. */
const NET_BPS = { min: 2.5, max: 9 } as const;
/** Most at a time: the most that may be chosen, and what it is otherwise. */
export const EDGES_AT_ONCE = { min: 1, max: 20 } as const;
export const DEFAULT_EDGES_AT_ONCE = 3;
/** A pair whose tick is coarser than this cannot be moved by a few bps. */
const MAX_TICK_BPS = 1.5;

type Dislocation = { readonly market: Market; readonly shiftBps: number; readonly endsUs: TimeUs };

/**
 * Moments in which the makers of one pair of a triangle misprice it by a little more than a round trip costs:
 * the opportunities of this market.
 */
export class Dislocations {
  readonly #triangles: readonly Triangle[];
  readonly #random: SeededRandom;
  readonly #meanIntervalUs: number;
  readonly #atOnce: number;
  readonly #active: Dislocation[] = [];
  #nextUs: TimeUs;

  /** @param edgeSeconds mean time from one dislocation to the next. @param atOnce most of them at a time. */
  constructor(
    markets: readonly Market[],
    random: SeededRandom,
    startUs: TimeUs,
    edgeSeconds: number,
    atOnce: number = DEFAULT_EDGES_AT_ONCE,
  ) {
    this.#triangles = findTriangles(markets);
    this.#random = random;
    this.#meanIntervalUs = edgeSeconds * 1_000_000;
    this.#atOnce = atOnce;
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
    if (this.#triangles.length === 0 || this.#active.length >= this.#atOnce) return undefined;
    const triangle = this.#triangles[this.#random.integer(0, this.#triangles.length - 1)] as Triangle;
    const leg = this.#pickLeg(triangle);
    const cost = leg === undefined ? undefined : this.#cheapestBps(leg);
    if (leg === undefined || cost === undefined) return undefined;
    const net = NET_BPS.min + (NET_BPS.max - NET_BPS.min) * this.#random.next();
    const shift = Math.max(cost, 0) + net + tickBps(leg.market) / 2;
    const life = LIFE_US.min * (LIFE_US.max / LIFE_US.min) ** this.#random.next();
    // Selling into it gains from a higher price, buying from a lower one.
    const shiftBps = leg.side === 'sell' ? shift : -shift;
    this.#active.push({ market: leg.market, shiftBps, endsUs: nowUs + life });
    return leg.market;
  }

  /**
   * What the cheapest round trip through a leg costs in fees and spreads, in bps: sizing by any other would
   * make the cheapest pay too much.
   */
  #cheapestBps(leg: TriangleLeg): number | undefined {
    let cheapest: number | undefined;
    for (const triangle of this.#triangles) {
      if (!triangle.some(({ market, side }) => market === leg.market && side === leg.side)) continue;
      const gross = grossBps(triangle);
      if (gross === undefined) continue;
      cheapest = Math.min(cheapest ?? Number.POSITIVE_INFINITY, feesBps(triangle) - gross);
    }
    return cheapest;
  }

  /** A leg that can be moved in small steps and is not moved already. */
  #pickLeg(triangle: Triangle): TriangleLeg | undefined {
    const able = triangle.filter(
      ({ market }) => tickBps(market) <= MAX_TICK_BPS && this.shiftBps(market) === 0,
    );
    return able.length === 0 ? undefined : able[this.#random.integer(0, able.length - 1)];
  }
}

function tickBps(market: Market): number {
  const mid = market.mid();
  return mid === 0 ? Number.POSITIVE_INFINITY : 10_000 / mid;
}
