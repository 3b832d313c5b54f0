/** Venues with books of a test's own, and a sizer over them. */
import { OrderBook } from '../../books/order-book.ts';
import { Decimal } from '../../domain/decimal.ts';
import { createInstrument, type Instrument, type InstrumentSpec } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { Side } from '../../domain/order.ts';
import { assetAt } from '../../domain/venue-asset.ts';
import { type FeeCharge, gridWithCharge, IN_QUOTE } from '../fee-charge.ts';
import { slotOf } from '../route-graph.ts';
import { type Route, routeOf } from '../route.ts';
import { RouteSizer } from '../route-sizing.ts';

export type Levels = readonly (readonly [price: string, qty: string])[];
export type Listed = Partial<InstrumentSpec> & {
  readonly pair: string;
  readonly venue: string;
  readonly bids?: Levels;
  readonly asks?: Levels;
};

const RULES = { tickSize: '0.01', lotSize: '0.01', minQty: '0.01', minNotional: '1', takerFee: '0.001' };

export function listed({ pair, venue, ...rules }: Listed, id: number): Instrument {
  const [base = '', quote = ''] = pair.split('/');
  const assets = { base: assetAt(base, venue), quote: assetAt(quote, venue) };
  return createInstrument({ symbol: pair, ...RULES, ...rules, ...assets }, id, venue);
}

export class RouteRig {
  readonly pairs: readonly Listed[];
  readonly instruments: readonly Instrument[];
  readonly books: readonly OrderBook[];
  readonly sizer: RouteSizer;
  readonly charges: Readonly<Record<string, FeeCharge>>;

  /** @param prices in the home currency; where left out, those of dollars at every venue. */
  constructor(
    pairs: readonly Listed[],
    charges: Readonly<Record<string, FeeCharge>> = {},
    prices?: Readonly<Record<string, number>>,
  ) {
    this.pairs = pairs;
    this.charges = charges;
    this.instruments = pairs.map(listed);
    this.books = pairs.map(({ bids = [], asks = [] }, id) => this.#book(id, bids, asks));
    this.sizer = new RouteSizer({
      instruments: this.instruments,
      books: this.books,
      grids: this.instruments.map((one) => gridWithCharge(one, this.chargeAt(one.venue))),
      chargeAt: (venue) => this.chargeAt(venue),
      priceOf: (asset) => {
        const price = prices === undefined && asset.startsWith('USD@') ? 1 : prices?.[asset];
        return price === undefined ? undefined : new Decimal(price);
      },
    });
  }

  chargeAt(venue: string): FeeCharge {
    return this.charges[venue] ?? IN_QUOTE;
  }

  /** Trades by the place of their pair in the list. */
  route(...trades: readonly (readonly [id: number, side: Side])[]): Route {
    return routeOf(
      1,
      0,
      trades.map(([id, side]) => slotOf(id, side)),
      this.instruments,
    );
  }

  #book(id: number, bids: Levels, asks: Levels): OrderBook {
    const { priceDecimals, qtyDecimals } = this.instruments[id] as Instrument;
    const units = (text: string, decimals: number) =>
      new Decimal(text).times(new Decimal(10).pow(decimals)).toNumber();
    const update = new BookUpdate();
    update.reset(id, true, 1);
    for (const [price, qty] of bids) update.pushBid(units(price, priceDecimals), units(qty, qtyDecimals));
    for (const [price, qty] of asks) update.pushAsk(units(price, priceDecimals), units(qty, qtyDecimals));
    const book = new OrderBook(10);
    book.apply(update);
    return book;
  }
}
