/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { OrderId, VenueName } from '../../../domain/ids.ts';
import type { Fill, UnreadRow, VenueAccount, VenueOrder } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Json } from '../../toolkit/json.ts';
import { balancesOf, orderOf, tradeOf } from './order-rows.ts';
import { openRows, rowsOf, TooLong } from './pages.ts';
import type { PrivateRest } from './private-rest.ts';

/** How often it is asked again when the account moved in between. */
const MAX_TRIES = 3;
const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;
/** Pages of one history: 2,000 rows. */
const MOST_PAGES = 20;
/**
 * Ended orders of the last week and of three months, fills of the last three days and of three months (OKX API v5, "Get order
 * history", "Get transaction details"): an hour before the short one ends, the long one is asked.
 */
const ORDERS = {
  recent: '/api/v5/trade/orders-history',
  ofMs: 7 * DAY_MS,
  older: '/api/v5/trade/orders-history-archive',
};
const FILLS = { recent: '/api/v5/trade/fills', ofMs: 3 * DAY_MS, older: '/api/v5/trade/fills-history' };

export type ReadAccountOptions = {
  readonly venue: VenueName;
  /** By our clock: orders and fills from then on. */
  readonly sinceUs: TimeUs;
  /** Now, by our clock. */
  readonly nowUs: TimeUs;
  /** False: what is open and the balances alone. */
  readonly withHistory: boolean;
  /** Venue's clock minus ours. */
  readonly skewUs: number;
  /** Our orders by the venue's ids. */
  readonly known: ReadonlyMap<string, OrderId>;
};

type Rest = Pick<PrivateRest, 'get'>;

/**
 * Reads the account. Open orders are asked before ended ones, and fills after both, so that an order which ends in between is
 * in one of the lists. Balances are asked before and after: when they differ, a fill fell in between, and all is asked again.
 * A history that is longer than one reading is read in parts, the oldest first, without balances until the last.
 * @throws Error when the venue refused, could not be reached, or the account kept changing.
 */
export async function readAccount(rest: Rest, options: ReadAccountOptions): Promise<VenueAccount> {
  const { venue, sinceUs, withHistory, skewUs, known } = options;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const before = await balances(rest);
    const open = await openRows(rest);
    const history = withHistory ? await readHistory(rest, options) : undefined;
    const isPart = history?.endMs !== undefined;
    const after = withHistory ? await balances(rest) : before;
    if (!isPart && JSON.stringify(before) !== JSON.stringify(after)) continue;
    const orders = new Map<string, VenueOrder>();
    for (const row of [...open, ...(history?.orders ?? [])]) {
      const order = orderOf(row, known);
      // What is open was asked first: a later row of the same order knows more of it.
      if (order !== undefined) orders.set(order.venueOrderId, order);
    }
    const { fills, unread } = ours(history?.fills ?? [], orders, known, skewUs);
    return {
      venue,
      orders: [...orders.values()],
      fills,
      balances: isPart ? undefined : after.balances,
      unread: [...after.unread, ...unread],
      sinceUs,
      ...(history?.endMs === undefined ? {} : { readToUs: history.endMs * US_PER_MS - skewUs }),
    };
  }
  throw new Error(`the account changed while it was read, ${MAX_TRIES} times in a row`);
}

async function balances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rest.get('/api/v5/account/balance'));
}

/** `endMs`: up to when it was read, where that is not now. */
async function readHistory(
  rest: Rest,
  { sinceUs, nowUs, skewUs }: ReadAccountOptions,
): Promise<{ readonly orders: Json[]; readonly fills: Json[]; readonly endMs: number | undefined }> {
  const beginMs = Math.max(0, Math.floor((sinceUs + skewUs) / US_PER_MS));
  const nowMs = Math.ceil((nowUs + skewUs) / US_PER_MS);
  const isOlder = ({ ofMs }: typeof ORDERS): boolean => nowMs - beginMs >= ofMs - HOUR_MS;
  for (let lengthMs = Math.max(DAY_MS, nowMs - beginMs); lengthMs >= 1; lengthMs = Math.floor(lengthMs / 8)) {
    const end = beginMs + lengthMs;
    const isAll = end >= nowMs;
    // Without an end nothing is left out that happens while it is read. Times lie before it, not at it.
    const span = { instType: 'SPOT', ...(isAll ? {} : { end: end + 1 }) };
    const read = (path: string, id: 'ordId' | 'billId') => rowsOf(rest, path, span, id, MOST_PAGES, beginMs);
    try {
      // The long history lacks orders that were canceled without a fill.
      const before = isOlder(ORDERS) ? await read(ORDERS.older, 'ordId') : [];
      const orders = [...before, ...(await read(ORDERS.recent, 'ordId'))];
      const fills = await read(isOlder(FILLS) ? FILLS.older : FILLS.recent, 'billId');
      return { orders, fills, endMs: isAll ? undefined : end };
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
    }
  }
  throw new Error(`the history of the account has too many rows of one moment, ${beginMs} ms`);
}

/** Fills of our orders; those of orders that were placed elsewhere are not ours to book. */
function ours(
  rows: readonly Json[],
  orders: ReadonlyMap<string, VenueOrder>,
  known: ReadonlyMap<string, OrderId>,
  skewUs: number,
): { readonly fills: Fill[]; readonly unread: UnreadRow[] } {
  const fills: Fill[] = [];
  const unread: UnreadRow[] = [];
  for (const row of rows) {
    const trade = tradeOf(row);
    const { venueOrderId } = trade;
    const orderId = trade.orderId ?? known.get(venueOrderId) ?? orders.get(venueOrderId)?.orderId;
    if ('problem' in trade)
      unread.push({ source: 'fills', row: venueOrderId, orderId, problem: trade.problem });
    else if (orderId !== undefined) {
      const { fillId, price, qty, fee, feeAsset, cost, venueUs } = trade;
      fills.push({ fillId, orderId, price, qty, fee, feeAsset, cost, atUs: venueUs - skewUs });
    }
  }
  fills.sort((a, b) => a.atUs - b.atUs || (a.fillId < b.fillId ? -1 : 1));
  return { fills, unread };
}
