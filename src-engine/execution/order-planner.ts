/** What the next order of a holding is: along its plan at first, later along the cheapest way to its target. */
import { Decimal, fromUnits, roundToStep } from '../domain/decimal.ts';
import { assert } from '../domain/errors.ts';
import type { Asset, InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Leg } from '../domain/opportunity.ts';
import { isSameCoin } from '../domain/venue-asset.ts';
import type { Holding, RouteLeg } from './holding.ts';
import { affordableQty, limitBeyond, meetsMinimums, onTick, qtyUpTo } from './leg-sizing.ts';
import { type TradableBooks, type Way, WaysHome } from './way-home.ts';

/** How far an order that brings a holding home may go beyond the best price, where the price collar allows it. */
const UNWIND_SLIPPAGE_BPS = 30;
/** More of anything than an order needs. */
const PLENTY = new Decimal('1e15');

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
  readonly ways: WaysHome;
  readonly #market: TradableBooks;
  readonly #known: readonly Instrument[];
  readonly #collarBps: () => number;

  /** @param collarBps furthest that risk lets an order's price lie beyond the best one. */
  constructor(market: TradableBooks, collarBps: () => number) {
    this.#market = market;
    this.#known = market.known ?? market.instruments;
    this.#collarBps = collarBps;
    this.ways = new WaysHome(market);
  }

  /**
   * The order that moves `holding` on towards its target: along its route as far as that goes, else along the cheapest
   * way. `residual` when no order could be that small, undefined when there is no live way now.
   */
  next(holding: Holding): PlannedOrder | 'residual' | undefined {
    const onRoute = this.#along(holding, holding.route);
    if (onRoute !== undefined) return { ...onRoute, leavesPlan: false };
    if (holding.openingQty !== undefined) return 'residual';
    const way = this.#wayOf(holding, holding.avoid) ?? this.#wayOf(holding, []);
    const route = way?.legs.map((leg) => ({ ...leg, limitPrice: undefined })) ?? [];
    const onWay = this.#along(holding, route);
    if (onWay !== undefined) return { ...onWay, leavesPlan: true };
    return this.isTradable(holding) ? undefined : 'residual';
  }

  /** What the cheapest way brings of the target; 0 where there is no live one. @param avoid instruments that it may not use. */
  proceeds(holding: Holding, avoid: readonly InstrumentId[]): number {
    return this.#wayOf(holding, avoid)?.proceeds ?? 0;
  }

  /** True when some order could bring what is still wanted of a holding's target: at any venue, whatever pays for it. */
  canBring(holding: Holding): boolean {
    const { target } = holding;
    const rich = { ...holding, amount: PLENTY };
    return this.#market.instruments.some(({ id, base, quote }) => {
      if (isSameCoin(base, target))
        return this.#takes({ instrumentId: id, side: 'buy' }, { ...rich, target: base });
      return (
        isSameCoin(quote, target) &&
        this.#takes({ instrumentId: id, side: 'sell' }, { ...rich, target: quote })
      );
    });
  }

  /** True when some instrument takes an order of this size, or may once its book has prices again. */
  isTradable(holding: Holding): boolean {
    return this.ways.legsFrom(holding.asset).some((leg) => this.#takes(leg, holding));
  }

  instrument(instrumentId: InstrumentId): Instrument {
    const instrument = this.#known[instrumentId];
    assert(instrument !== undefined, `instrument ${instrumentId} exists`);
    return instrument;
  }

  find(venue: VenueName, symbol: string): Instrument | undefined {
    return this.#known.find((one) => one.venue === venue && one.symbol === symbol);
  }

  /** What a leg gives. */
  outputOf({ instrumentId, side }: Leg): Asset {
    const { base, quote } = this.instrument(instrumentId);
    return side === 'sell' ? quote : base;
  }

  #wayOf(holding: Holding, avoid: readonly InstrumentId[]): Way | undefined {
    const { asset, target, amount } = holding;
    return this.ways.cheapest(asset, target, amount.toNumber(), avoid, (leg) => this.#takes(leg, holding));
  }

  /** The order of a route's first leg; undefined when it has no price now or would be below a minimum. */
  #along(holding: Holding, route: readonly RouteLeg[]): Omit<PlannedOrder, 'leavesPlan'> | undefined {
    const [leg] = route;
    if (leg === undefined) return undefined;
    const instrument = this.instrument(leg.instrumentId);
    const limit = plannedLimit(leg, instrument) ?? this.#limitNow(leg, instrument);
    if (limit === undefined || limit.lte(0)) return undefined;
    const qty = holding.openingQty ?? this.#sizeOf(leg, instrument, holding, limit);
    if (!meetsMinimums(instrument, qty, limit)) return undefined;
    return { leg, instrument, limit, qty, route };
  }

  /** As much as the holding pays for, and where the leg gives the target, no more than is wanted of it. */
  #sizeOf(leg: Leg, instrument: Instrument, { amount, target, want }: Holding, limit: Decimal): Decimal {
    const qty = affordableQty(instrument, leg.side, amount, limit);
    if (want === undefined || this.outputOf(leg) !== target) return qty;
    const best = this.#bestPrice(leg, instrument) ?? limit;
    return Decimal.min(qty, qtyUpTo(instrument, leg.side, want, best));
  }

  /** Whether the holding makes an order of this leg above the minimums; without a price, as far as one can say. */
  #takes(leg: Leg, holding: Holding): boolean {
    const instrument = this.instrument(leg.instrumentId);
    const limit = this.#limitNow(leg, instrument);
    if (limit !== undefined) {
      return meetsMinimums(instrument, this.#sizeOf(leg, instrument, holding, limit), limit);
    }
    if (leg.side === 'buy') return holding.amount.gte(instrument.minNotional);
    const qty = roundToStep(holding.amount, instrument.lotSize, 'down');
    return qty.gt(0) && qty.gte(instrument.minQty);
  }

  #limitNow(leg: Leg, instrument: Instrument): Decimal | undefined {
    const best = this.#bestPrice(leg, instrument);
    const slippageBps = Math.min(UNWIND_SLIPPAGE_BPS, this.#collarBps());
    return best === undefined ? undefined : limitBeyond(instrument, leg.side, best, slippageBps);
  }

  #bestPrice(leg: Leg, instrument: Instrument): Decimal | undefined {
    const book = this.#market.books[leg.instrumentId];
    const count = leg.side === 'sell' ? book?.bidCount : book?.askCount;
    const units = leg.side === 'sell' ? book?.bidPrices[0] : book?.askPrices[0];
    if (count === undefined || count === 0 || units === undefined) return undefined;
    return fromUnits(units, instrument.priceDecimals);
  }
}

/** The price of the plan on the tick of now, which the venue may have changed since: never beyond what was planned. */
function plannedLimit({ limitPrice, side }: RouteLeg, instrument: Instrument): Decimal | undefined {
  return limitPrice === undefined ? undefined : onTick(instrument, side, limitPrice);
}
