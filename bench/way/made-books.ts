/** Books of three pairs on the bench's exchange: still, but for what a test of the way changes in them. */
import type { ExchangeCore } from '../../src-engine/venues/local-exchange/core/exchange-core.ts';
import type { Market } from '../../src-engine/venues/local-exchange/core/market.ts';
import { EngineOrder, HOUSE } from '../../src-engine/venues/local-exchange/core/matching/book-side.ts';
import { FACE_CASH, type FaceName } from '../../src-engine/venues/local-exchange/face-names.ts';

export function symbolsOf(face: FaceName): {
  readonly btc: string;
  readonly eth: string;
  readonly cross: string;
} {
  return { btc: `BTC/${FACE_CASH[face]}`, eth: `ETH/${FACE_CASH[face]}`, cross: 'ETH/BTC' };
}

/** Best prices, and the distance of two levels. At these no cycle pays, in either direction. */
const BOOKS = {
  btc: { bid: 90_000, ask: 90_010, step: 1, qty: 50 },
  eth: { bid: 3_000, ask: 3_000.5, step: 0.05, qty: 1_000 },
  cross: { bid: 0.0331, ask: 0.0336, step: 0.00005, qty: 1_000 },
} as const;
/** A bid for ETH in BTC at which buying ETH, selling it for BTC and selling that pays some 50 bps. */
export const PAYING_BID = 0.0335;
const LEVELS = 30;

type Resting = { readonly market: Market; readonly order: EngineOrder; readonly qty: number };

export class MadeBooks {
  readonly #core: ExchangeCore;
  readonly #resting: Resting[] = [];
  readonly #paying: Resting;
  /** One more ask just below the best one, of each of two books: whether it is there changes with every step. */
  readonly #flickers: readonly Resting[];
  #steps = 0;

  constructor(core: ExchangeCore, face: FaceName) {
    this.#core = core;
    const symbols = symbolsOf(face);
    const markets = {
      btc: core.market(symbols.btc),
      eth: core.market(symbols.eth),
      cross: core.market(symbols.cross),
    };
    for (const name of ['btc', 'eth', 'cross'] as const) {
      const market = markets[name];
      const { bid, ask, step, qty } = BOOKS[name];
      for (let level = 0; level < LEVELS; level++) {
        this.#resting.push(resting(market, 'buy', bid - level * step, qty));
        this.#resting.push(resting(market, 'sell', ask + level * step, qty));
      }
    }
    this.#paying = resting(markets.cross, 'buy', PAYING_BID, BOOKS.cross.qty);
    this.#flickers = (['btc', 'eth'] as const).map((name) => {
      const { ask, step, qty } = BOOKS[name];
      return resting(markets[name], 'sell', ask - step, qty);
    });
    this.restore();
  }

  /** One book gets another best price, at which nothing pays that did not pay before: one frame. */
  flicker(): void {
    const flicker = this.#flickers[this.#steps++ % this.#flickers.length] as Resting;
    if (flicker.order.level === undefined) put(flicker);
    else flicker.market.engine.cancel(flicker.order);
    this.#core.publish(flicker.market);
  }

  /** The cycle pays from here on: one frame. */
  open(): void {
    put(this.#paying);
    this.#core.publish(this.#paying.market);
  }

  /** It pays no more, and what orders took from the books is there again. */
  restore(): void {
    this.#paying.market.engine.cancel(this.#paying.order);
    for (const one of this.#resting) {
      if (one.order.level !== undefined && one.order.remaining === one.qty) continue;
      one.market.engine.cancel(one.order);
      put(one);
    }
    for (const market of this.#core.markets) this.#core.publish(market);
  }
}

function resting(market: Market, side: 'buy' | 'sell', price: number, qty: number): Resting {
  const { priceDecimals, qtyDecimals } = market.pair;
  const units = Math.round(price * 10 ** priceDecimals);
  const order = new EngineOrder(HOUSE, side, units, 0);
  return { market, order, qty: Math.round(qty * 10 ** qtyDecimals) };
}

function put({ market, order, qty }: Resting): void {
  order.remaining = qty;
  market.engine.place(order, 'gtc');
}
