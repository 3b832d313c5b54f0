/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import { decimal } from '../../../domain/decimal.ts';
import type { OrderId, VenueName } from '../../../domain/ids.ts';
import type { Fill, UnreadRow, VenueAccount, VenueOrder } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { BinanceRefused, UNKNOWN_SYMBOL } from '../rest-errors.ts';
import { balancesOf, orderOf, type RestTrade, tradeOf } from './order-rows.ts';
import type { PrivateRest } from './private-rest.ts';
import { numericOf } from '../../toolkit/json.ts';

/** How often it is asked again when the account moved in between. */
const MAX_TRIES = 3;
/** Rows of one answer, oldest first; a full one may have left newer ones out. */
const PAGE = 1_000;

export type ReadAccountOptions = {
  readonly venue: VenueName;
  /** By our clock: orders and fills from then on. */
  readonly sinceUs: TimeUs;
  /** False: what is open and the balances alone. */
  readonly withHistory: boolean;
  /** Venue's clock minus ours. */
  readonly skewUs: number;
  /** Histories are kept by symbol: of these they are asked. */
  readonly symbols: ReadonlySet<string>;
  /** Our orders by the venue's ids: an order that was canceled may show the id of the cancel in place of ours. */
  readonly known: ReadonlyMap<string, OrderId>;
  /** As `readHeld`. */
  readonly omitsZeros: boolean;
};

/**
 * Reads the account. Open orders are asked before ended ones, and fills after both, so that an order which ends in between is
 * in one of the lists. Balances are asked before and after: when they differ, a fill fell in between, and all is asked again.
 * Of a history that is longer than one answer, its oldest part is the answer, without balances. A symbol that is no longer listed is left
 * out, and named as unread.
 * @throws Error when the venue refused, could not be reached, or the account kept changing.
 */
export async function readAccount(
  rest: Pick<PrivateRest, 'rows' | 'object'>,
  options: ReadAccountOptions,
): Promise<VenueAccount> {
  const { venue, sinceUs, withHistory, skewUs, known, omitsZeros } = options;
  const startTime = Math.max(0, Math.floor((sinceUs + skewUs) / US_PER_MS));
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const before = await readHeld(rest, omitsZeros);
    const open = await rest.rows('/api/v3/openOrders');
    const symbols = withHistory
      ? new Set([...options.symbols, ...open.flatMap((row) => ourSymbol(row, known))])
      : [];
    let toMs = Number.POSITIVE_INFINITY;
    const unlisted: UnreadRow[] = [];
    const read = async (call: 'allOrders' | 'myTrades'): Promise<unknown[]> => {
      const all: unknown[] = [];
      for (const symbol of symbols) {
        const found = await history(rest, call, symbol, startTime).catch((error: unknown) => {
          if (!(error instanceof BinanceRefused) || error.code !== UNKNOWN_SYMBOL) throw error;
          // Absence settles nothing, and the rest of the account can be read.
          unlisted.push({ source: call, row: symbol, problem: error.message });
          return { rows: [], fullToMs: Number.POSITIVE_INFINITY };
        });
        all.push(...found.rows);
        toMs = Math.min(toMs, found.fullToMs);
      }
      return all;
    };
    const ended = await read('allOrders');
    const trades = await read('myTrades');
    const isPart = Number.isFinite(toMs);
    const after = withHistory ? await readHeld(rest, omitsZeros) : before;
    if (!isPart && JSON.stringify(before) !== JSON.stringify(after)) continue;
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
      balances: isPart ? undefined : after.balances,
      unread: [...after.unread, ...unread, ...unlisted],
      sinceUs,
      ...(isPart ? { readToUs: toMs * US_PER_MS - skewUs } : {}),
    };
  }
  throw new Error(`the account changed while it was read, ${MAX_TRIES} times in a row`);
}

/** What is held. @param omitsZeros the venue can leave out what is not; else that is done here. @throws as PrivateRest.object. */
export async function readHeld(
  rest: Pick<PrivateRest, 'object'>,
  omitsZeros: boolean,
): Promise<ReturnType<typeof balancesOf>> {
  const read = balancesOf(await rest.object('/api/v3/account', omitsZeros ? { omitZeroBalances: true } : {}));
  if (omitsZeros) return read;
  return { ...read, balances: read.balances.filter(({ total }) => !decimal(total).isZero()) };
}

/**
 * Rows of one symbol since then, oldest first, and up to when they are complete: infinity where the answer has all.
 * @throws Error when more rows than one answer holds are of one moment.
 */
async function history(
  rest: Pick<PrivateRest, 'rows'>,
  call: 'allOrders' | 'myTrades',
  symbol: string,
  startTime: number,
): Promise<{ readonly rows: readonly unknown[]; readonly fullToMs: number }> {
  const rows = await rest.rows(`/api/v3/${call}`, { symbol, startTime, limit: PAGE });
  if (rows.length < PAGE) return { rows, fullToMs: Number.POSITIVE_INFINITY };
  const times = rows.map((row) => numericOf((row as { readonly time?: unknown } | null)?.time));
  const fullToMs = Math.max(...times.filter(Number.isFinite));
  // The next reading begins there: it must get further than this one.
  if (fullToMs > startTime) return { rows, fullToMs };
  throw new Error(`${call} of ${symbol} has ${rows.length} rows of one moment, ${startTime} ms`);
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
