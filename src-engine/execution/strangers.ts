/**
 * What in an account is not ours: orders that were placed elsewhere, and rows of the venue that cannot be read. They
 * are shown, counted and left alone.
 */
import type { Outbox } from '../domain/effect.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { UnreadRow, VenueAccount, VenueOrder } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { OrderManager } from './order-manager.ts';

/** Orders and rows that are remembered as reported. */
const MAX_REPORTED = 10_000;
/** Open orders that are listed, and unread rows that are kept to be shown. */
const MAX_LISTED = 100;
const MAX_LAST = 20;
/** Unread rows that become facts in a run; more are only counted. */
const MAX_FACTS = 1_000;

export class Strangers {
  readonly #venue: VenueName;
  readonly #outbox: Outbox;
  readonly #reported = new Set<string>();
  #facts = 0;
  /** Open when the venue last listed the account. */
  open: readonly VenueOrder[] = [];
  /** Different rows that could not be read, since the run began. */
  unreadCount = 0;
  /** The newest of them, last. */
  readonly unread: UnreadRow[] = [];

  constructor(venue: VenueName, outbox: Outbox) {
    this.#venue = venue;
    this.#outbox = outbox;
  }

  /** All orders of one list that are none of ours. @param source what to call the list. */
  onOrders(orders: readonly VenueOrder[], source: string, nowUs: TimeUs): void {
    this.open = orders.filter(({ state }) => state === 'open').slice(0, MAX_LISTED);
    for (const order of orders) {
      const { venueOrderId, orderId, problem, state } = order;
      if (problem !== undefined) this.onUnread({ source, row: venueOrderId, orderId, problem }, nowUs);
      if (state === 'open' && this.#isNew(`order ${venueOrderId}`))
        this.#outbox.emit({ type: 'foreignOrderSeen', atUs: nowUs, venue: this.#venue, order });
    }
  }

  onUnread(row: UnreadRow, nowUs: TimeUs): void {
    if (!this.#isNew(`${row.source} ${row.row} ${row.problem}`)) return;
    this.unreadCount++;
    this.unread.push(row);
    if (this.unread.length > MAX_LAST) this.unread.shift();
    if (++this.#facts <= MAX_FACTS)
      this.#outbox.emit({ type: 'venueRowUnread', atUs: nowUs, venue: this.#venue, ...row });
  }

  #isNew(name: string): boolean {
    if (this.#reported.has(name)) return false;
    if (this.#reported.size >= MAX_REPORTED) this.#reported.clear();
    this.#reported.add(name);
    return true;
  }
}

/**
 * Why rows that could not be read keep our orders from being settled; empty: none of them is about ours. A fill that was
 * booked, and what is held of an asset that is not traded, matter to none.
 */
export function unreadOfOurs(
  account: VenueAccount,
  { orders, traded }: { readonly orders: OrderManager; readonly traded: ReadonlySet<Asset> },
  strangers: Strangers,
  nowUs: TimeUs,
): string {
  let open = '';
  for (const unread of account.unread ?? []) {
    const { source, row, orderId, asset, problem } = unread;
    const isOurs = orderId !== undefined && orders.get(orderId) !== undefined;
    if (isOurs && orders.hasFill(orderId, row)) continue;
    if (isOurs) open = `order ${orderId}: ${source} ${row} cannot be read, ${problem}`;
    else if (asset !== undefined && traded.has(asset))
      open = `${source}: ${asset} cannot be read, ${problem}`;
    else strangers.onUnread(unread, nowUs);
  }
  return open;
}
