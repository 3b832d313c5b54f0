/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { OrderId, VenueName } from '../../../domain/ids.ts';
import type { Fill, UnreadRow, VenueAccount, VenueOrder } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { balancesOf, orderOf, type RestTrade, tradeOf } from './order-rows.ts';
import type { PrivateRest } from './private-rest.ts';

/** The venue's clock may be this far from what we think, and a history may round: asked for more than needed. */
const OVERLAP_US = 10_000_000;
/** How often it is asked again when the account moved in between. */
const MAX_TRIES = 3;
/** Rows of one answer; a full one may have left some out. */
const PAGE = 1_000;

export type ReadAccountOptions = {
  readonly venue: VenueName;
  /** By our clock: orders and fills from then on. */
  readonly sinceUs: TimeUs;
  /** Venue's clock minus ours. */
  readonly skewUs: number;
  /** Histories are kept by symbol: of these they are asked. */
  readonly symbols: ReadonlySet<string>;
  /** Our orders by the venue's ids: an order that was canceled may show the id of the cancel in place of ours. */
  readonly known: ReadonlyMap<string, OrderId>;
};

/**
 * Reads the account. Open orders are asked before ended ones, and fills after both, so that an order which ends in between is
 * in one of the lists. Balances are asked before and after: when they differ, a fill fell in between, and all is asked again.
 * @throws Error when the venue refused, could not be reached, or the account did not stand still.
 */
export async function readAccount(rest: PrivateRest, options: ReadAccountOptions): Promise<VenueAccount> {
  const { venue, sinceUs, skewUs, known } = options;
  const startTime = Math.max(0, Math.floor((sinceUs + skewUs - OVERLAP_US) / US_PER_MS));
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const before = await balances(rest);
    const open = await rest.rows('/api/v3/openOrders');
    const symbols = new Set([...options.symbols, ...open.flatMap((row) => ourSymbol(row, known))]);
    const ended: unknown[] = [];
    for (const symbol of symbols) ended.push(...(await history(rest, 'allOrders', symbol, startTime)));
    const trades: unknown[] = [];
    for (const symbol of symbols) trades.push(...(await history(rest, 'myTrades', symbol, startTime)));
    const after = await balances(rest);
    if (JSON.stringify(before) !== JSON.stringify(after)) continue;
    const orders = new Map<string, VenueOrder>();
    for (const row of [...open, ...ended]) {
      const order = orderOf(row, known);
      if (order !== undefined) orders.set(order.venueOrderId, order);
    }
    const { fills, unread } = ours(trades, orders, known, skewUs);
    return {
      venue,
      orders: [...orders.values()],
      fills,
      balances: after.balances,
      unread: [...after.unread, ...unread],
      sinceUs,
    };
  }
  throw new Error(`the account changed while it was read, ${MAX_TRIES} times in a row`);
}

async function balances(rest: PrivateRest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rest.object('/api/v3/account', { omitZeroBalances: true }));
}

/** All rows of one symbol since then. @throws Error when there are more than one answer holds. */
async function history(
  rest: PrivateRest,
  call: 'allOrders' | 'myTrades',
  symbol: string,
  startTime: number,
): Promise<readonly unknown[]> {
  const rows = await rest.rows(`/api/v3/${call}`, { symbol, startTime, limit: PAGE });
  if (rows.length < PAGE) return rows;
  throw new Error(`${call} of ${symbol} has ${rows.length} rows since the last reading: too many to read`);
}

function ourSymbol(row: unknown, known: ReadonlyMap<string, OrderId>): string[] {
  const order = orderOf(row, known);
  return order?.orderId === undefined ? [] : [order.symbol];
}

/** Fills of our orders; those of orders that were placed elsewhere are not ours to book. */
function ours(
  rows: readonly unknown[],
  orders: ReadonlyMap<string, VenueOrder>,
  known: ReadonlyMap<string, OrderId>,
  skewUs: number,
): { readonly fills: Fill[]; readonly unread: UnreadRow[] } {
  const fills: Fill[] = [];
  const unread: UnreadRow[] = [];
  for (const row of rows) {
    const trade = tradeOf(row);
    const { venueOrderId } = trade;
    const orderId = known.get(venueOrderId) ?? orders.get(venueOrderId)?.orderId;
    if ('problem' in trade)
      unread.push({ source: 'myTrades', row: venueOrderId, orderId, problem: trade.problem });
    else if (orderId !== undefined) fills.push(fillOf(trade, orderId, skewUs));
  }
  fills.sort((a, b) => a.atUs - b.atUs || (a.fillId < b.fillId ? -1 : 1));
  return { fills, unread };
}

function fillOf(
  { fillId, price, qty, fee, feeAsset, cost, venueUs }: RestTrade,
  orderId: OrderId,
  skewUs: number,
): Fill {
  return { fillId, orderId, price, qty, fee, feeAsset, cost, atUs: venueUs - skewUs };
}
