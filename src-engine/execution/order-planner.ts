/** What the next order of a holding is: along its plan at first, later along the cheapest way home. */
import { type Decimal, fromUnits } from '../domain/decimal.ts';
import { assert } from '../domain/errors.ts';
import type { Asset, InstrumentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Leg } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import { affordableQty, limitBeyond, meetsMinimums } from './leg-sizing.ts';
import { cheapestWayHome, type TradableBooks } from './way-home.ts';

/** How far an order that brings a holding home may go beyond the best price. */
const UNWIND_SLIPPAGE_BPS = 30;

export type RouteLeg = Leg & { readonly limitPrice: Decimal | undefined };

/** An amount that is on its way: `route` leads home, its first leg is next. */
export type Holding = {
  readonly asset: Asset;
  readonly amount: Decimal;
  readonly route: readonly RouteLeg[];
  /** Tries that brought nothing; above zero the plan is left for the cheapest way home. */
  readonly attempts: number;
  /** No order before this time. */
  readonly notBeforeUs: TimeUs;
};

export type PlannedOrder = {
  readonly leg: RouteLeg;
  readonly instrument: Instrument;
  readonly limit: Decimal;
  readonly qty: Decimal;
  readonly route: readonly RouteLeg[];
};

export class OrderPlanner {
  readonly #market: TradableBooks;

  constructor(market: TradableBooks) {
    this.#market = market;
  }

  /**
   * The order that moves `holding` on towards `home`; `dust` when no order could be that small, undefined when
   * there is no live way now. @param plannedQty of the plan's first leg, which is not sized from a holding.
   */
  next(holding: Holding, home: Asset, plannedQty: Decimal | undefined): PlannedOrder | 'dust' | undefined {
    let { route } = holding;
    if (holding.attempts > 0 || route.length === 0) {
      const way = cheapestWayHome(this.#market, holding.asset, home);
      if (way === undefined) return undefined;
      route = way.map((leg) => ({ ...leg, limitPrice: undefined }));
    }
    const leg = route[0];
    if (leg === undefined) return undefined;
    const instrument = this.instrument(leg.instrumentId);
    const limit = leg.limitPrice ?? this.#limitNow(leg, instrument);
    if (limit === undefined) return undefined;
    const qty = plannedQty ?? affordableQty(instrument, leg.side, holding.amount, limit);
    if (!meetsMinimums(instrument, qty, limit)) return 'dust';
    return { leg, instrument, limit, qty, route };
  }

  /** True when some instrument takes an order of this size now. */
  isTradable(asset: Asset, amount: Decimal): boolean {
    return this.#market.instruments.some((instrument) => {
      const sells = instrument.base === asset;
      if (!sells && instrument.quote !== asset) return false;
      const leg: Leg = { instrumentId: instrument.id, side: sells ? 'sell' : 'buy' };
      const limit = this.#limitNow(leg, instrument);
      if (limit === undefined) return false;
      return meetsMinimums(instrument, affordableQty(instrument, leg.side, amount, limit), limit);
    });
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
    return limitBeyond(instrument, leg.side, fromUnits(units, instrument.priceDecimals), UNWIND_SLIPPAGE_BPS);
  }
}
