import type { Side } from '../../../../domain/order.ts';
import type { TimeUs } from '../../../../domain/time.ts';
import type { ClientOrder } from './client-order.ts';
import type { OrderRequest } from './order-checks.ts';

/** One thing that happened to a client's order at the venue. Prices and quantities in integer units. */
export type OrderLogEntry = {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  /** The venue's time. */
  readonly atUs: TimeUs;
  readonly kind: 'placed' | 'rejected' | 'amended' | 'filled' | 'canceled';
  readonly account: string;
  /** Empty for a rejected placement: it never got one. */
  readonly orderId: string;
  readonly clOrdId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
  readonly qty: number;
  /** Message of a rejection, reason of a cancellation, execution id of a fill. */
  readonly detail: string;
};

/** Most entries kept; the oldest are dropped and counted. */
const MAX_ENTRIES = 500_000;

/** The venue's own record of what it was asked and did: the truth that tests judge a client by. */
export class OrderLog {
  readonly #entries: OrderLogEntry[] = [];
  #seq = 0;
  #dropped = 0;

  /** Notes what happened to an order. @param price in units; the order's own without it. */
  note(
    atUs: TimeUs,
    kind: OrderLogEntry['kind'],
    order: ClientOrder,
    qty: number,
    detail: string,
    price = order.price,
  ): void {
    this.#append({
      atUs,
      kind,
      account: order.account.name,
      orderId: order.orderId,
      clOrdId: order.clOrdId ?? '',
      symbol: order.market.pair.symbol,
      side: order.side,
      price,
      qty,
      detail,
    });
  }

  /** Notes an order that was refused: it has no id, and its numbers may be anything. */
  noteRejection(atUs: TimeUs, account: string, symbol: string, request: OrderRequest, detail: string): void {
    const side = request.side === 'sell' ? 'sell' : 'buy';
    const clOrdId = request.clOrdId ?? '';
    this.#append({
      atUs,
      kind: 'rejected',
      account,
      orderId: '',
      clOrdId,
      symbol,
      side,
      price: 0,
      qty: 0,
      detail,
    });
  }

  get entries(): readonly OrderLogEntry[] {
    return this.#entries;
  }

  /** How many of the oldest entries are gone. */
  get dropped(): number {
    return this.#dropped;
  }

  #append(entry: Omit<OrderLogEntry, 'seq'>): void {
    this.#entries.push({ seq: ++this.#seq, ...entry });
    if (this.#entries.length > MAX_ENTRIES) {
      this.#entries.splice(0, MAX_ENTRIES / 10);
      this.#dropped += MAX_ENTRIES / 10;
    }
  }
}
