/** What cycles left behind, and when it is enough to be brought home. */
import { Decimal, type DecimalText, ZERO } from '../domain/decimal.ts';
import type { FillRecord } from '../domain/event.ts';
import type { Asset, ExecutionId, OrderId, VenueName } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { isSameCoin, venueOfAsset } from '../domain/venue-asset.ts';
import { fillFlows } from '../portfolio/fill-flows.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { homeward } from './holding.ts';
import { byCoin } from './netting.ts';
import type { OrderPlanner } from './order-planner.ts';
import { Residuals } from './residuals.ts';

/** What is left is looked at this often, at full tens of seconds whenever the run began, and so long after a sweep that sold nothing. */
const INTERVAL_US: DurationUs = 10 * US_PER_SECOND;
const REST_US: DurationUs = 60 * US_PER_SECOND;

export type Sweep = { readonly asset: Asset; readonly amount: Decimal; readonly venue: VenueName };

export class Sweeper {
  readonly residuals = new Residuals();
  readonly #planner: OrderPlanner;
  readonly #portfolio: Portfolio;
  /** What orders of the run before had moved when this one began. */
  readonly #orphans = new Map<OrderId, { readonly spent: Decimal; readonly received: Decimal }>();
  /** What each cycle in the middle of which a run ended has moved so far, by asset: below zero, more went out than came. */
  readonly #unfinished = new Map<ExecutionId, Map<Asset, Decimal>>();
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
    this.#nextUs = nowUs - (nowUs % INTERVAL_US) + INTERVAL_US;
    const { balances, universe } = this.#portfolio;
    for (const asset of this.residuals.assets()) {
      const left = this.residuals.of(asset);
      const free = balances.free(asset);
      const amount = left.lt(free) ? left : free;
      if (universe.isCash(asset) || amount.lte(0)) continue;
      const next = this.#wayOf(asset, amount.div(2), nowUs);
      if (next === undefined || next === 'residual' || !mayTrade(next.instrument.venue)) continue;
      return { asset, amount, venue: next.instrument.venue };
    }
    return undefined;
  }

  /** What would keep an order from selling this much of an asset now; undefined: nothing. */
  obstacle(asset: Asset, amount: Decimal, nowUs: TimeUs): string | undefined {
    const next = this.#wayOf(asset, amount, nowUs);
    if (next === 'residual') return 'it is below the smallest order of its venue';
    return next === undefined ? 'no live book leads home from it' : undefined;
  }

  #wayOf(asset: Asset, amount: Decimal, nowUs: TimeUs): ReturnType<OrderPlanner['next']> {
    const cash = this.#portfolio.universe.cashOf(venueOfAsset(asset) ?? '');
    return this.#planner.next({ ...homeward(asset, amount, cash, nowUs), openingQty: undefined, key: '' });
  }

  /** An order whose cycle ended with the run before: what it moves from now on is counted here. */
  onOrphan({ orderId, spent, received }: Order): void {
    this.#orphans.set(orderId, { spent, received });
  }

  /**
   * It is over: what it brought is left, and what it took of an earlier leg's holding is not any longer. What it brought of the
   * asset that its cycle had begun with only gives back what was the account's own.
   */
  onOrphanEnded(order: Order): void {
    const before = this.#orphans.get(order.orderId);
    this.#orphans.delete(order.orderId);
    const { base, quote } = this.#planner.instrument(order.instrumentId);
    const [from, to] = order.side === 'sell' ? [base, quote] : [quote, base];
    this.#add(order.executionId, to, order.received.minus(before?.received ?? ZERO));
    this.#add(order.executionId, from, (before?.spent ?? ZERO).minus(order.spent));
  }

  #add(executionId: ExecutionId, asset: Asset, amount: Decimal): void {
    const own = this.#unfinished.get(executionId) ?? new Map<Asset, Decimal>();
    this.#unfinished.set(executionId, own);
    let before = ZERO;
    for (const [other, moved] of own) if (isSameCoin(other, asset)) before = before.plus(moved);
    const after = before.plus(amount);
    own.set(asset, (own.get(asset) ?? ZERO).plus(amount));
    const gain = Decimal.max(after, 0).minus(Decimal.max(before, 0));
    this.residuals.add(asset, amount.gt(0) ? gain : this.#takenOf(own, asset, amount));
  }

  /** A route's sale takes of what it left of the same coin at other venues first. @returns what is taken of `asset` itself. */
  #takenOf(own: ReadonlyMap<Asset, Decimal>, asset: Asset, amount: Decimal): Decimal {
    let rest = amount;
    for (const other of own.keys()) {
      if (other === asset || !isSameCoin(other, asset)) continue;
      const there = Decimal.min(this.residuals.of(other), rest.negated());
      this.residuals.add(other, there.negated());
      rest = rest.plus(there);
    }
    return rest;
  }

  /** What each cycle left of every asset but the home currency, by its fills. */
  take(fills: readonly FillRecord[]): Map<ExecutionId, { asset: Asset; amount: DecimalText }[]> {
    const flows = new Map<ExecutionId, Map<Asset, Decimal>>();
    for (const fill of fills) {
      const own = flows.get(fill.executionId) ?? new Map<Asset, Decimal>();
      flows.set(fill.executionId, own);
      const instrument = this.#planner.find(fill.venue, fill.symbol);
      if (instrument === undefined) continue;
      const { from, spent, to, received } = fillFlows(fill.side, instrument, fill);
      own.set(from, (own.get(from) ?? ZERO).minus(spent));
      own.set(to, (own.get(to) ?? ZERO).plus(received));
    }
    const left = new Map<ExecutionId, { asset: Asset; amount: DecimalText }[]>();
    for (const [executionId, own] of flows) {
      this.#unfinished.set(executionId, own);
      // What a route bought at one venue and sold at another is nothing that is left.
      const coins = [...byCoin(own, '')].filter(([asset]) => !this.#portfolio.universe.isCash(asset));
      const kept = coins.filter(([, amount]) => amount.gt(0));
      for (const [asset, amount] of kept) this.residuals.add(asset, amount);
      // What a route sold and did not buy is missing: reported with what is left; only the trader can decide whether to buy it back.
      const isRoute = new Set([...own.keys()].map(venueOfAsset)).size > 1;
      left.set(
        executionId,
        (isRoute ? coins : kept).map(([asset, amount]) => ({ asset, amount: amount.toString() })),
      );
    }
    return left;
  }

  /** A sweep sold nothing: the market must move first. */
  rest(nowUs: TimeUs): void {
    this.#nextUs = nowUs + REST_US;
  }
}
