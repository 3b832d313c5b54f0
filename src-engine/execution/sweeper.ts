/** What cycles left behind, and when it is enough to be brought home. */
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Decimal } from '../domain/decimal.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { homeward } from './holding.ts';
import type { OrderPlanner } from './order-planner.ts';
import { Residues } from './residues.ts';

/** What is left is looked at this often, and after a sweep that sold nothing. */
const INTERVAL_US: DurationUs = 10 * US_PER_SECOND;
const REST_US: DurationUs = 60 * US_PER_SECOND;

export type Sweep = { readonly asset: Asset; readonly amount: Decimal; readonly venue: VenueName };

export class Sweeper {
  readonly residues = new Residues();
  readonly #planner: OrderPlanner;
  readonly #portfolio: Portfolio;
  #nextUs = 0;

  constructor(planner: OrderPlanner, portfolio: Portfolio) {
    this.#planner = planner;
    this.#portfolio = portfolio;
  }

  /**
   * The first asset of which enough is left, and free, for an order twice as large as it must be. Never more than cycles
   * left of it: the rest is the account's own. @param mayTrade whether new orders may begin at a venue.
   */
  due(nowUs: TimeUs, mayTrade: (venue: VenueName) => boolean): Sweep | undefined {
    if (nowUs < this.#nextUs) return undefined;
    this.#nextUs = nowUs + INTERVAL_US;
    const { balances, homeAsset } = this.#portfolio;
    for (const asset of this.residues.assets()) {
      const left = this.residues.of(asset);
      const free = balances.free(asset);
      const amount = left.lt(free) ? left : free;
      if (asset === homeAsset || amount.lte(0)) continue;
      const half = { ...homeward(asset, amount.div(2), homeAsset, nowUs), openingQty: undefined, key: '' };
      const next = this.#planner.next(half);
      if (next === undefined || next === 'dust' || !mayTrade(next.instrument.venue)) continue;
      return { asset, amount, venue: next.instrument.venue };
    }
    return undefined;
  }

  /** A sweep sold nothing: the market must move first. */
  rest(nowUs: TimeUs): void {
    this.#nextUs = nowUs + REST_US;
  }
}
