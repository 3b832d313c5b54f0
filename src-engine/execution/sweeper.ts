/** What cycles left behind, and sold without buying it back; and when it is enough to be brought home. */
import { Decimal, type DecimalText, ZERO } from '../domain/decimal.ts';
import type { FillRecord } from '../domain/event.ts';
import { type Asset, type ExecutionId, type OrderId, SWEEP_MARK, type VenueName } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { assetName, isSameCoin, venueOfAsset } from '../domain/venue-asset.ts';
import { fillFlows } from '../portfolio/fill-flows.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { offeredFor } from './evening.ts';
import { type Execution, type MovedBefore, residualsOf } from './execution.ts';
import { type Holding, homeward, type NewHolding } from './holding.ts';
import { byCoin } from './netting.ts';
import type { OrderPlanner } from './order-planner.ts';
import { sellsForGood, Residuals, type Short } from './residuals.ts';

/** What is left is looked at this often, at full tens of seconds whenever the run began, and so long after a sweep that sold nothing. */
const INTERVAL_US: DurationUs = 10 * US_PER_SECOND;
const REST_US: DurationUs = 60 * US_PER_SECOND;

export type Sweep = {
  readonly asset: Asset;
  readonly amount: Decimal;
  readonly venue: VenueName;
  /** It is missing, and bought back for this much of the venue's cash; undefined: it is sold. */
  readonly means?: Decimal | undefined;
};

/** What a holding has that is no leg of a plan, and for which nothing is reserved. */
const UNPLANNED = { openingQty: undefined, key: '' } as const;

export class Sweeper {
  readonly residuals = new Residuals();
  readonly #planner: OrderPlanner;
  readonly #portfolio: Portfolio;
  readonly #lacking: (asset: Asset) => Decimal;
  /** What orders of the run before had moved when this one began, and what each takes. */
  readonly #orphans = new Map<
    OrderId,
    { readonly spent: Decimal; readonly received: Decimal; readonly output: Asset }
  >();
  /**
   * What each cycle in the middle of which a run ended has over of each asset, below zero: has missing. Of a coin it has one of the
   * two: what it has over at one venue is what it sold at another first.
   */
  readonly #unfinished = new Map<ExecutionId, Map<Asset, Decimal>>();
  /** Coins that a sweep under way buys back. */
  readonly #buying = new Set<Asset>();
  #nextUs = 0;

  /** @param lacking by how much less of a coin is held than is held on purpose, over all venues. */
  constructor(planner: OrderPlanner, portfolio: Portfolio, lacking: (asset: Asset) => Decimal) {
    this.#planner = planner;
    this.#portfolio = portfolio;
    this.#lacking = lacking;
  }

  /**
   * The first asset of which enough is left, and free, for an order twice as large as it must be. Never more than cycles
   * left of it: the rest is the account's own. @param mayTrade whether new orders may begin at a venue.
   */
  due(nowUs: TimeUs, mayTrade: (venue: VenueName) => boolean): Sweep | undefined {
    if (nowUs < this.#nextUs) return undefined;
    this.#nextUs = nowUs - (nowUs % INTERVAL_US) + INTERVAL_US;
    const missing = this.#missingDue(nowUs, mayTrade);
    if (missing !== undefined) return missing;
    const { balances, universe } = this.#portfolio;
    for (const asset of this.residuals.assets()) {
      const left = this.residuals.beyondShorts(asset);
      const free = balances.spendable(asset);
      const amount = left.lt(free) ? left : free;
      if (universe.isCash(asset) || amount.lte(0)) continue;
      const next = this.#wayOf(asset, amount.div(2), nowUs);
      if (next === undefined || next === 'residual' || !mayTrade(next.instrument.venue)) continue;
      return { asset, amount, venue: next.instrument.venue };
    }
    return undefined;
  }

  /**
   * What executions sold and did not buy back, of this run and the ones before, as far as the account really has less than it holds
   * on purpose: what was bought by hand, and adopted, settles it.
   */
  missing(): Short[] {
    return this.residuals.shorts().flatMap(({ asset, amount }) => {
      const missing = Decimal.min(amount, this.#lacking(asset));
      return missing.gt(0) ? [{ asset, amount: missing }] : [];
    });
  }

  /** It is so much that some order buys it back. */
  isBuyable({ asset, amount }: Short, nowUs: TimeUs): boolean {
    return this.#planner.canBring({ ...homeward('', ZERO, asset, nowUs), want: amount, ...UNPLANNED });
  }

  #missingDue(nowUs: TimeUs, mayTrade: (venue: VenueName) => boolean): Sweep | undefined {
    for (const { asset, amount } of this.missing()) {
      const venue = venueOfAsset(asset) ?? this.#portfolio.universe.venues[0] ?? '';
      const holding = this.#offer(asset, amount, nowUs);
      const next = holding && this.#planner.next(holding);
      if (holding === undefined || next === undefined || next === 'residual' || !mayTrade(venue)) continue;
      if (this.#buying.has(assetName(asset)) || this.#mayStillCome(asset)) continue;
      return { asset, amount, venue, means: holding.amount };
    }
    return undefined;
  }

  /** An order of the run before may have bought it: its end is not known yet. */
  #mayStillCome(asset: Asset): boolean {
    for (const { output } of this.#orphans.values()) if (isSameCoin(output, asset)) return true;
    return false;
  }

  /** Of the cash of its venue as much as buys this much back; undefined where nothing says how much that is. */
  #offer(asset: Asset, amount: Decimal, nowUs: TimeUs): Holding | undefined {
    const { universe, balances } = this.#portfolio;
    if (this.#portfolio.isDoubted(asset)) return undefined;
    const cash = universe.cashOf(venueOfAsset(asset) ?? '');
    const means = offeredFor(asset, amount, cash, this.#portfolio);
    const offered = means && Decimal.min(means, balances.spendable(cash));
    if (offered === undefined || offered.lte(0)) return undefined;
    return { ...missingOf(asset, amount, cash, offered, nowUs), ...UNPLANNED };
  }

  /** What would keep an order from selling this much of an asset now; undefined: nothing. */
  obstacle(asset: Asset, amount: Decimal, nowUs: TimeUs): string | undefined {
    const next = this.#wayOf(asset, amount, nowUs);
    if (next === 'residual') return 'it is below the smallest order of its venue';
    return next === undefined ? 'no live book leads home from it' : undefined;
  }

  #wayOf(asset: Asset, amount: Decimal, nowUs: TimeUs): ReturnType<OrderPlanner['next']> {
    const cash = this.#portfolio.universe.cashOf(venueOfAsset(asset) ?? '');
    return this.#planner.next({ ...homeward(asset, amount, cash, nowUs), ...UNPLANNED });
  }

  /** An order whose cycle ended with the run before: what it moves from now on is counted here. */
  onOrphan(order: Order): void {
    const { orderId, spent, received } = order;
    this.#orphans.set(orderId, { spent, received, output: this.#planner.outputOf(order) });
  }

  /**
   * It is over: what it brought is left, and what it took of an earlier leg's holding is not any longer. What it brought of the
   * asset that its cycle had begun with only gives back what was the account's own.
   */
  onOrphanEnded(order: Order): void {
    const before = this.#orphans.get(order.orderId);
    this.#orphans.delete(order.orderId);
    this.#move(order, before ?? { spent: ZERO, received: ZERO });
  }

  /** An order of a cycle without a record was filled after its end: as much more counts as it moved since. */
  onOrphanFilled(order: Order, before: MovedBefore): void {
    this.#move(order, before);
    // Of what is no part of the way a fee was paid.
    for (const { asset, amount } of order.asideFees.slice(before.asideFees))
      this.residuals.add(asset, amount.negated());
  }

  #move(order: Order, before: Pick<MovedBefore, 'spent' | 'received'>): void {
    const { base, quote } = this.#planner.instrument(order.instrumentId);
    const [from, to] = order.side === 'sell' ? [base, quote] : [quote, base];
    this.#add(order.executionId, to, order.received.minus(before.received));
    this.#add(order.executionId, from, before.spent.minus(order.spent));
  }

  /** First against what it has of the coin the other way round, at other venues before this one; the rest is over or missing here. */
  #add(executionId: ExecutionId, asset: Asset, amount: Decimal): void {
    const own = this.#unfinished.get(executionId) ?? new Map<Asset, Decimal>();
    this.#unfinished.set(executionId, own);
    const places = [...own.keys()].filter((other) => other !== asset && isSameCoin(other, asset));
    places.push(asset);
    const isCash = this.#portfolio.universe.isCash(asset);
    let rest = amount.abs();
    if (amount.gt(0)) {
      for (const place of places) rest = rest.minus(this.#bringBack(own, place, rest, isCash));
      own.set(asset, (own.get(asset) ?? ZERO).plus(rest));
      this.residuals.add(asset, rest);
      return;
    }
    let gone = ZERO;
    for (const place of places) {
      const part = Decimal.min(rest, Decimal.max(ZERO, own.get(place) ?? ZERO));
      const there = Decimal.min(part, this.residuals.of(place));
      own.set(place, (own.get(place) ?? ZERO).minus(part));
      this.residuals.add(place, there.negated());
      rest = rest.minus(part);
      // What a sweep has sold since is sold a second time.
      gone = gone.plus(part).minus(there);
    }
    const taken = rest.plus(gone).negated();
    const isForGood = sellsForGood(executionId);
    if (!isForGood) own.set(asset, (own.get(asset) ?? ZERO).minus(rest));
    if (isForGood || isCash) this.residuals.add(asset, taken);
    else this.residuals.book(asset, taken);
  }

  /** @returns how much of `most`, zero or more, gives back what its own sales left missing at a place. */
  #bringBack(own: Map<Asset, Decimal>, place: Asset, most: Decimal, isCash: boolean): Decimal {
    const missing = Decimal.max(ZERO, (own.get(place) ?? ZERO).negated());
    const part = Decimal.min(most, missing);
    own.set(place, (own.get(place) ?? ZERO).plus(part));
    if (isCash) return part;
    // What of it is not missing any longer was taken of what others had left there.
    this.residuals.add(place, this.residuals.owe(place, part.negated()).negated());
    return part;
  }

  /** What each cycle left of every asset but the home currency, by its fills; below zero: it sold that and did not buy it back. */
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
      // What a route bought at one venue and sold at another is nothing that is left.
      const netted = byCoin(own, '');
      const coins = [...netted].filter(([asset]) => !this.#portfolio.universe.isCash(asset));
      // What a sweep had sold when the run ended was to be sold.
      const open = sellsForGood(executionId) ? coins.filter(([, amount]) => amount.gt(0)) : coins;
      this.#unfinished.set(executionId, sellsForGood(executionId) ? new Map(open) : netted);
      for (const [asset, amount] of open) {
        if (amount.gt(0)) this.residuals.add(asset, amount);
        else this.residuals.owe(asset, amount.negated());
      }
      left.set(
        executionId,
        open.map(([asset, amount]) => ({ asset, amount: amount.toString() })),
      );
    }
    return left;
  }

  /** What a sweep is, what is said of it, and what it does first. */
  begin(sweep: Sweep, id: ExecutionId, nowUs: TimeUs) {
    const { asset, venue, means } = sweep;
    const executionId = `${id}${SWEEP_MARK}`;
    const home = this.#portfolio.universe.cashOf(venue);
    const lacks = means === undefined ? undefined : { asset, amount: sweep.amount };
    if (lacks !== undefined) this.#buying.add(assetName(asset));
    const amount = (lacks === undefined ? sweep.amount : sweep.amount.negated()).toString();
    return {
      what: {
        executionId,
        venue,
        cycle: undefined,
        path: [home, asset],
        startAsset: home,
        startedUs: nowUs,
        lacks,
      },
      fact: { type: 'sweepStarted', atUs: nowUs, executionId, venue, asset, amount },
      first:
        means === undefined
          ? homeward(asset, sweep.amount, home, nowUs)
          : missingOf(asset, sweep.amount, home, means, nowUs),
    } as const;
  }

  /** An execution is over: what it left is kept, and what it sold and did not buy back is missing. */
  onFinished(execution: Execution): void {
    const { cycle, path, lacks } = execution;
    if (lacks !== undefined) this.#buying.delete(assetName(lacks.asset));
    for (const { asset, amount } of residualsOf(execution)) {
      // A sweep sells what was left, or what an operator wants sold; of what is no part of the way a fee was paid.
      const isTraded = cycle !== undefined && path.some((each) => isSameCoin(each, asset));
      if (isTraded && !this.#portfolio.universe.isCash(asset)) this.residuals.book(asset, amount);
      else this.residuals.add(asset, amount);
    }
  }

  /** A sweep sold nothing: the market must move first. */
  rest(nowUs: TimeUs): void {
    this.#nextUs = nowUs + REST_US;
  }
}

/** What is to become so much of a missing coin. */
function missingOf(asset: Asset, amount: Decimal, cash: Asset, means: Decimal, nowUs: TimeUs): NewHolding {
  return { ...homeward(cash, means, asset, nowUs), want: amount };
}
