/**
 * Another program that trades in our account at one exchange: it places orders far from the market, which rest. The engine shows them,
 * leaves them alone, and counts none as its own; a kill, a watchdog and a dead-man switch cancel every order of the account.
 */
import { fromUnits } from '../domain/decimal.ts';
import type { Account } from '../venues/local-exchange/core/accounts/accounts.ts';
import type { ExchangeCore } from '../venues/local-exchange/core/exchange-core.ts';
import type { ClientOrder } from '../venues/local-exchange/core/orders/client-order.ts';
import { Refusal } from '../venues/local-exchange/core/refusal.ts';

/** Of the best bid: nothing that happens to the market comes so far. */
const FAR_BELOW = 0.5;
/** Least orders of the venue are tiny; a few of them, so that the order passes every minimum at half the price. */
const MINIMUMS = 6;

export class OtherProgram {
  readonly #core: ExchangeCore;
  readonly #account: Account;
  /** Every order that it ever placed, by the exchange's id. */
  readonly #placed = new Map<string, ClientOrder>();

  constructor(core: ExchangeCore, account: Account) {
    this.#core = core;
    this.#account = account;
  }

  /** @param symbol of a pair. One that the venue does not trade now, or whose book is empty, is left out. */
  place(symbol: string): void {
    const market = this.#core.markets.find(({ pair }) => pair.symbol === symbol);
    const best = market?.engine.bids.best()?.price;
    if (market === undefined || best === undefined) return;
    const { priceDecimals, qtyDecimals, tickSize, orderMin, costMin } = market.pair;
    const tick = Math.round(Number(tickSize) * 10 ** priceDecimals);
    const price = Math.floor((best * FAR_BELOW) / tick) * tick;
    if (price <= 0) return;
    const unit = 10 ** -priceDecimals;
    const least = Math.max(Number(orderMin), Number(costMin) / (price * unit));
    const qty = Math.ceil(least * MINIMUMS * 10 ** qtyDecimals);
    try {
      const order = this.#core.desk.place(this.#account, market, {
        side: 'buy',
        type: 'limit',
        price: fromUnits(price, priceDecimals).toFixed(),
        qty: fromUnits(qty, qtyDecimals).toFixed(),
      });
      this.#placed.set(order.orderId, order);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  get count(): number {
    return this.#placed.size;
  }

  has(orderId: string): boolean {
    return this.#placed.has(orderId);
  }

  get open(): readonly ClientOrder[] {
    return [...this.#placed.values()].filter(({ isOpen }) => isOpen);
  }

  /** Takes back what rests. */
  end(): void {
    for (const { orderId } of this.open) this.#core.desk.cancel(this.#account, orderId);
  }
}
