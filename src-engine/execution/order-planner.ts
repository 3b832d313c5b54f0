/** What the next order of a holding is: along its plan at first, later along the cheapest way home. */
import { type Decimal, fromUnits, roundToStep } from '../domain/decimal.ts';
import { assert } from '../domain/errors.ts';
import type { Asset, InstrumentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Leg } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import { affordableQty, limitBeyond, meetsMinimums } from './leg-sizing.ts';
import { cheapestWayHome, type PairsByAsset, pairsByAsset, type TradableBooks } from './way-home.ts';

/** How far an order that brings a holding home may go beyond the best price, where the price collar allows it. */
const UNWIND_SLIPPAGE_BPS = 30;

export type RouteLeg = Leg & { readonly limitPrice: Decimal | undefined };

/** An amount that is on its way: `route` leads home, its first leg is next; empty: the cheapest way is to be found. */
export type Holding = {
  readonly asset: Asset;
  readonly amount: Decimal;
  readonly route: readonly RouteLeg[];
  /** Tries that brought nothing; above zero the plan is left. */
  readonly attempts: number;
  /** Instruments on which a try to go home just found nothing: other ways come first. */
  readonly avoid: readonly InstrumentId[];
  /** No order before this time. */
  readonly notBeforeUs: TimeUs;
};

export type PlannedOrder = {
  readonly leg: RouteLeg;
  readonly instrument: Instrument;
  readonly limit: Decimal;
  readonly qty: Decimal;
  readonly route: readonly RouteLeg[];
  /** True when it goes another way than the holding's route. */
  readonly leavesPlan: boolean;
};

export class OrderPlanner {
  readonly #market: TradableBooks;
  readonly #pairs: PairsByAsset;
  readonly #collarBps: () => number;

  /** @param collarBps furthest that risk lets an order's price lie beyond the best one. */
  constructor(market: TradableBooks, collarBps: () => number) {
    this.#market = market;
    this.#collarBps = collarBps;
    this.#pairs = pairsByAsset(market.instruments);
  }

  /**
   * The order that moves `holding` on towards `home`: along its route as far as that goes, else along the cheapest
   * way. `dust` when no order could be that small, undefined when there is no live way now.
   * @param plannedQty of the plan's first leg, which is not sized from a holding and has no other way.
   */
  next(holding: Holding, home: Asset, plannedQty: Decimal | undefined): PlannedOrder | 'dust' | undefined {
    const onRoute = this.#along(holding.route, holding.amount, plannedQty);
    if (onRoute !== undefined) return { ...onRoute, leavesPlan: false };
    if (plannedQty !== undefined) return 'dust';
    const way = this.#wayHome(holding, home, holding.avoid) ?? this.#wayHome(holding, home, []);
    if (way === undefined) return this.isTradable(holding.asset, holding.amount) ? undefined : 'dust';
    const route = way.map((leg) => ({ ...leg, limitPrice: undefined }));
    const onWay = this.#along(route, holding.amount, undefined);
    assert(
      onWay !== undefined,
      `the first leg of a way home takes ${holding.amount.toString()} ${holding.asset}`,
    );
    return { ...onWay, leavesPlan: true };
  }

  /** The order of a route's first leg; undefined when it has no price now or would be below a minimum. */
  #along(
    route: readonly RouteLeg[],
    amount: Decimal,
    plannedQty: Decimal | undefined,
  ): Omit<PlannedOrder, 'leavesPlan'> | undefined {
    const [leg] = route;
    if (leg === undefined) return undefined;
    const instrument = this.instrument(leg.instrumentId);
    const limit = leg.limitPrice ?? this.#limitNow(leg, instrument);
    if (limit === undefined) return undefined;
    const qty = plannedQty ?? affordableQty(instrument, leg.side, amount, limit);
    if (!meetsMinimums(instrument, qty, limit)) return undefined;
    return { leg, instrument, limit, qty, route };
  }

  #wayHome(holding: Holding, home: Asset, avoid: readonly InstrumentId[]): Leg[] | undefined {
    const { asset, amount } = holding;
    return cheapestWayHome(this.#market, this.#pairs, asset, home, avoid, (leg) => this.#takes(leg, amount));
  }

  /** True when some instrument takes an order of this size, or may once its book has prices again. */
  isTradable(asset: Asset, amount: Decimal): boolean {
    return (this.#pairs.get(asset) ?? []).some(({ id, base }) =>
      this.#takes({ instrumentId: id, side: base === asset ? 'sell' : 'buy' }, amount),
    );
  }

  /** Whether `amount` of the leg's input makes an order above the minimums; without a price, as far as one can say. */
  #takes(leg: Leg, amount: Decimal): boolean {
    const instrument = this.instrument(leg.instrumentId);
    const limit = this.#limitNow(leg, instrument);
    if (limit !== undefined) {
      return meetsMinimums(instrument, affordableQty(instrument, leg.side, amount, limit), limit);
    }
    if (leg.side === 'buy') return amount.gte(instrument.minNotional);
    const qty = roundToStep(amount, instrument.lotSize, 'down');
    return qty.gt(0) && qty.gte(instrument.minQty);
  }

  instrument(instrumentId: InstrumentId): Instrument {
    const instrument = this.#market.instruments[instrumentId];
    assert(instrument !== undefined, `instrument ${instrumentId} exists`);
    return instrument;
  }

  #limitNow(leg: Leg, instrument: Instrument): Decimal | undefined {
    const book = this.#market.books[leg.instrumentId];
    if (book === undefined) return undefined;
    const count = leg.side === 'sell' ? book.bidCount : book.askCount;
    const units = leg.side === 'sell' ? book.bidPrices[0] : book.askPrices[0];
    if (count === 0 || units === undefined) return undefined;
    const slippageBps = Math.min(UNWIND_SLIPPAGE_BPS, this.#collarBps());
    return limitBeyond(instrument, leg.side, fromUnits(units, instrument.priceDecimals), slippageBps);
  }
}
