/**
 * Own orders that rest. At accounts books are shown without them, so that no quote is priced by another own one and no cycle counts on taking
 * it, and an order that would trade with one of them is found before it is sent. A simulated venue keeps them
 * apart from its books, and its orders are held to the same.
 */
import type { BookStore } from '../books/book-store.ts';
import { Decimal, decimal } from '../domain/decimal.ts';
import type { EngineEvent, OrderRecord } from '../domain/event.ts';
import type { InstrumentId, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { meets, type Order, type OrderIntent, type Side } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';

type Resting = { readonly instrumentId: InstrumentId; readonly side: Side; readonly price: Decimal };

export class OwnOrders {
  readonly #store: BookStore;
  readonly #isShown: boolean;
  readonly #instruments: ReadonlyMap<string, Instrument>;
  readonly #resting = new Map<OrderId, Resting>();

  /** @param isShown the books that are read show them, as those of accounts do; a simulated venue keeps them apart. */
  constructor(store: BookStore, isShown: boolean) {
    this.#store = store;
    this.#isShown = isShown;
    this.#instruments = new Map(store.instruments.map((one) => [keyOf(one), one]));
  }

  /** What an earlier run left, and may rest still: it is no quote of this one. */
  begin(open: Iterable<Order>, nowUs: TimeUs): void {
    // What rested at a simulated venue ended with the run.
    if (!this.#isShown) return;
    for (const { orderId, venue, symbol, side, price, qty, filledQty, timeInForce } of open)
      if (timeInForce === 'gtc')
        this.#add({ orderId, venue, symbol, side }, price, qty.minus(filledQty), nowUs);
  }

  /** Facts of the run. */
  watch(events: readonly EngineEvent[]): void {
    for (const event of events) {
      const { type, atUs } = event;
      if (type === 'orderCreated') {
        const { order } = event;
        if (order.timeInForce === 'gtc') this.#add(order, decimal(order.price), decimal(order.qty), atUs);
      } else if (type === 'orderFilled') this.#change(event.order, event.order.state === 'filled', atUs);
      else if (
        type === 'orderCanceled' ||
        type === 'orderRejected' ||
        type === 'orderDenied' ||
        type === 'orderSettled'
      )
        this.#change(event.order, true, atUs);
    }
  }

  /** The own order that one of these terms would trade with; undefined: it meets others' alone. */
  crossedBy({
    instrumentId,
    side,
    price,
  }: Pick<OrderIntent, 'instrumentId' | 'side' | 'price'>): OrderId | undefined {
    if (this.#resting.size === 0) return undefined;
    for (const [orderId, own] of this.#resting) {
      if (own.instrumentId !== instrumentId || own.side === side) continue;
      if (meets(side, price, own.price)) return orderId;
    }
    return undefined;
  }

  #add(
    { orderId, venue, symbol, side }: Pick<OrderRecord, 'orderId' | 'venue' | 'symbol' | 'side'>,
    price: Decimal,
    left: Decimal,
    nowUs: TimeUs,
  ): void {
    const instrument = this.#instruments.get(keyOf({ venue, symbol }));
    if (instrument === undefined || this.#resting.has(orderId)) return;
    const { id, priceDecimals, qtyDecimals } = instrument;
    this.#resting.set(orderId, { instrumentId: id, side, price });
    if (!this.#isShown) return;
    const sync = this.#store.sync(id);
    const shown = { orderId, isBid: side === 'buy', price: unitsOf(price, priceDecimals) };
    sync.ownOrders.add(shown, unitsOf(left, qtyDecimals), nowUs, sync.lastUpdateUs);
  }

  #change({ orderId, qty, filledQty }: OrderRecord, isOver: boolean, nowUs: TimeUs): void {
    const own = this.#resting.get(orderId);
    if (own === undefined) return;
    if (isOver) this.#resting.delete(orderId);
    if (!this.#isShown) return;
    const { qtyDecimals } = this.#store.instruments[own.instrumentId] as Instrument;
    const left = isOver ? 0 : unitsOf(Decimal.max(0, decimal(qty).minus(filledQty)), qtyDecimals);
    this.#store.sync(own.instrumentId).ownOrders.change(orderId, left, isOver, nowUs);
  }
}

const keyOf = ({ venue, symbol }: Pick<Instrument, 'venue' | 'symbol'>): string => `${venue} ${symbol}`;

function unitsOf(amount: Decimal, decimals: number): number {
  return amount.times(Decimal.pow(10, decimals)).ceil().toNumber();
}
