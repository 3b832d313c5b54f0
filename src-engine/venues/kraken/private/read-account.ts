/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { OrderId, VenueName } from '../../../domain/ids.ts';
import type { Fill, UnreadRow, VenueAccount } from '../../../domain/order.ts';
import {
  accountMoved,
  type AccountQuestion,
  type HeldBalances,
  MAX_READINGS,
} from '../../toolkit/account-reading.ts';
import type { PrivateRest } from './private-rest.ts';
import type { RestTrade } from './rest-rows.ts';

/**
 * As `readAccountOf`, in an order of its own: orders that a fill names and no list has are asked for by their ids, once the balances have shown that
 * the account stood still, since each such call counts against the account's rate.
 * @throws as `readAccountOf`.
 */
export async function readAccount(
  rest: PrivateRest,
  venue: VenueName,
  { sinceUs, withHistory, skewUs }: Pick<AccountQuestion, 'sinceUs' | 'withHistory' | 'skewUs'>,
): Promise<VenueAccount> {
  if (!withHistory) {
    const orders = await rest.openOrders();
    const { balances, unread } = await rest.balances();
    return { venue, orders, fills: [], balances, unread, sinceUs };
  }
  const fromUs = sinceUs + skewUs;
  for (let attempt = 1; attempt <= MAX_READINGS; attempt++) {
    const before = await rest.balances();
    const open = await rest.openOrders();
    const closed = await rest.closedOrders(fromUs);
    const trades = await rest.trades(fromUs);
    const toUs = Math.min(closed.toUs ?? Number.POSITIVE_INFINITY, trades.toUs ?? Number.POSITIVE_INFINITY);
    const isPart = Number.isFinite(toUs);
    const balances = await rest.balances();
    if (!isPart && !isSame(before, balances)) continue;
    const fills = trades.rows.filter(({ atUs }) => atUs <= toUs);
    const orders = new Map([...open, ...closed.rows].map((order) => [order.venueOrderId, order]));
    const strangers = fills.map(({ venueOrderId }) => venueOrderId).filter((id) => !orders.has(id));
    for (const order of await rest.queryOrders([...new Set(strangers)]))
      orders.set(order.venueOrderId, order);
    const owned = fills.map((trade) => ({ trade, orderId: orders.get(trade.venueOrderId)?.orderId }));
    return {
      venue,
      orders: [...orders.values()],
      fills: owned.flatMap(({ trade, orderId }) => fillOf(trade, orderId, skewUs)),
      balances: isPart ? undefined : balances.balances,
      unread: [...balances.unread, ...owned.flatMap(({ trade, orderId }) => unreadOf(trade, orderId))],
      sinceUs,
      ...(isPart ? { readToUs: toUs - skewUs } : {}),
    };
  }
  throw accountMoved();
}

function isSame(a: HeldBalances, b: HeldBalances): boolean {
  const text = ({ balances, unread }: HeldBalances): string =>
    [
      ...balances.map(({ asset, total, held = '' }) => `${asset}=${total}/${held}`),
      ...unread.map(({ row, problem }) => `${row}: ${problem}`),
    ]
      .sort()
      .join();
  return text(a) === text(b);
}

/**
 * Fills of orders that were placed elsewhere are not ours to book. Our orders ask for their fee in quote, and the row
 * reports it as an amount alone; of which asset, the order itself knows better than a name that the venue may have
 * changed since.
 */
function fillOf(trade: RestTrade, orderId: OrderId | undefined, skewUs: number): Fill[] {
  if (orderId === undefined || trade.problem !== undefined) return [];
  const { fillId, price, qty, fee, symbol, atUs } = trade;
  return [{ fillId, orderId, price, qty, fee, feeAsset: symbol.split('/')[1] ?? '', atUs: atUs - skewUs }];
}

function unreadOf({ fillId, problem }: RestTrade, orderId: OrderId | undefined): UnreadRow[] {
  return problem === undefined ? [] : [{ source: 'TradesHistory', row: fillId, orderId, problem }];
}
