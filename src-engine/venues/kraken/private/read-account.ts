/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type { Fill, VenueAccount, VenueOrder } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import type { PrivateRest } from './private-rest.ts';
import type { RestOrder, RestTrade } from './rest-rows.ts';

/** The venue's clock may be this far from what we think, and a history may round: asked for more than needed. */
const OVERLAP_US = 10_000_000;
/** How often it is asked again when the account moved in between. */
const MAX_TRIES = 3;

type Balances = readonly { readonly asset: Asset; readonly total: DecimalText }[];

/**
 * Reads the account. Open orders are asked before ended ones, and fills after both, so that an order which ends in
 * between is in one of the lists. Balances are asked before and after: when they differ, a fill fell in between, and
 * everything is asked again.
 * @param sinceUs by our clock. @param skewUs venue's clock minus ours.
 * @throws Error when the venue refused, could not be reached, or the account did not stand still.
 */
export async function readAccount(
  rest: PrivateRest,
  venue: VenueName,
  sinceUs: TimeUs,
  skewUs: number,
): Promise<VenueAccount> {
  const fromUs = sinceUs + skewUs - OVERLAP_US;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const before = await rest.balances();
    const open = await rest.openOrders();
    const closed = await rest.closedOrders(fromUs);
    const trades = await rest.trades(fromUs);
    const balances = await rest.balances();
    if (!isSame(before, balances)) continue;
    const orders = new Map([...open, ...closed].map((order) => [order.venueOrderId, order]));
    const strangers = trades.map(({ venueOrderId }) => venueOrderId).filter((id) => !orders.has(id));
    if (strangers.length > 0) {
      for (const order of await rest.queryOrders([...new Set(strangers)]))
        orders.set(order.venueOrderId, order);
    }
    return {
      venue,
      orders: [...orders.values()].map(venueOrder),
      fills: trades.flatMap((trade) => fillOf(trade, orders.get(trade.venueOrderId)?.orderId, skewUs)),
      balances,
      sinceUs,
    };
  }
  throw new Error(`the account changed while it was read, ${MAX_TRIES} times over`);
}

function isSame(a: Balances, b: Balances): boolean {
  const text = (balances: Balances): string =>
    balances
      .map(({ asset, total }) => `${asset}=${total}`)
      .sort()
      .join();
  return text(a) === text(b);
}

function venueOrder(order: RestOrder): VenueOrder {
  const { orderId, venueOrderId, symbol, side, price, qty, filledQty, state } = order;
  return { orderId, venueOrderId, symbol, side, price, qty, filledQty, state };
}

/** Fills of orders that were placed elsewhere are not ours to book. */
function fillOf(trade: RestTrade, orderId: OrderId | undefined, skewUs: number): Fill[] {
  if (orderId === undefined) return [];
  const { fillId, price, qty, fee, symbol, atUs } = trade;
  return [{ fillId, orderId, price, qty, fee, feeAsset: symbol.split('/')[1] ?? '', atUs: atUs - skewUs }];
}
