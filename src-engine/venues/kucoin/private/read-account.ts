/** How the account stands, asked over REST: orders, fills and balances of one moment. Histories are kept by symbol. */
import type { OrderId, VenueName } from '../../../domain/ids.ts';
import type { Fill, UnreadRow, VenueAccount, VenueOrder } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { isObject } from '../../toolkit/json.ts';
import { DONE, FILLS, historyRows, openRows, TooLong } from './lists.ts';
import { askEach, unlessRefused } from '../../toolkit/asked-singly.ts';
import { concernsAll } from './error-codes.ts';
import { balancesOf, fillOf, orderOf } from './order-rows.ts';
import type { PrivateRest } from './private-rest.ts';

/** How often it is asked again when the account moved in between. */
const MAX_TRIES = 3;
/** Longest time that one question may cover (KuCoin, "Get Trade History"), but for an hour. */
const MOST_MS = 7 * 24 * 3_600_000 - 3_600_000;
/** Rows of one symbol's history. */
const MOST_ROWS = 2_000;
/** Orders that no list shows, asked one by one. */
const MOST_SINGLE = 200;
const ACCOUNTS = '/api/v1/accounts';

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
  /** Of these the histories are asked, and of those where an order is open. */
  readonly symbols: ReadonlySet<string>;
  /** Our orders by the venue's ids. */
  readonly known: ReadonlyMap<string, OrderId>;
  /** Those of our orders that are not known to be over, by the venue's ids. */
  readonly alive: readonly NamedOrder[];
};

type NamedOrder = { readonly id: string; readonly symbol: string };

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
    const before = await readBalances(rest);
    const open = await openRows(rest);
    const history = withHistory ? await readHistory(rest, options, symbolsOf(options, open)) : undefined;
    const listed = [...open, ...(history?.orders ?? [])];
    const unshown: UnreadRow[] = [...(history?.unread ?? [])];
    const single = withHistory
      ? await readSingle(rest, options.alive, listed, history?.fills ?? [], unshown)
      : [];
    const isPart = history?.endMs !== undefined;
    const after = withHistory ? await readBalances(rest) : before;
    if (!isPart && JSON.stringify(before) !== JSON.stringify(after)) continue;
    const orders = new Map<string, VenueOrder>();
    for (const row of [...listed, ...single]) {
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
      unread: [...after.unread, ...unread, ...unshown],
      sinceUs,
      ...(history?.endMs === undefined ? {} : { readToUs: history.endMs * US_PER_MS - skewUs }),
    };
  }
  throw new Error(`the account changed while it was read, ${MAX_TRIES} times in a row`);
}

export async function readBalances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rest.get(ACCOUNTS));
}

/** Those that were traded here, and those where an order is open. */
function symbolsOf({ symbols }: ReadAccountOptions, open: readonly unknown[]): ReadonlySet<string> {
  const found = open.map((row) => (isObject(row) ? row['symbol'] : undefined));
  return new Set([...symbols, ...found.filter((symbol): symbol is string => typeof symbol === 'string')]);
}

type History = {
  readonly orders: unknown[];
  readonly fills: unknown[];
  /** Histories that the venue refused. */
  readonly unread: UnreadRow[];
  /** Up to when it was read, where that is not now. */
  readonly endMs: number | undefined;
};

async function readHistory(
  rest: Rest,
  { sinceUs, nowUs, skewUs }: ReadAccountOptions,
  symbols: ReadonlySet<string>,
): Promise<History> {
  const startAt = Math.max(0, Math.floor((sinceUs + skewUs) / US_PER_MS));
  const nowMs = Math.ceil((nowUs + skewUs) / US_PER_MS);
  for (let lengthMs = MOST_MS; lengthMs >= 1; lengthMs = Math.floor(lengthMs / 8)) {
    const isAll = startAt + lengthMs >= nowMs;
    // Without an end nothing is left out that happens while it is read.
    const span = isAll ? { startAt } : { startAt, endAt: startAt + lengthMs };
    try {
      const unread: UnreadRow[] = [];
      const rowsOf = async (source: string): Promise<unknown[]> => {
        const lists = await askEach(symbols, (symbol) =>
          unlessRefused(
            () => historyRows(rest, source, { symbol, ...span }, MOST_ROWS),
            concernsAll,
            (problem) => void unread.push({ source, row: symbol, problem }),
          ),
        );
        return lists.flatMap((rows) => rows ?? []);
      };
      const orders = await rowsOf(DONE);
      const fills = await rowsOf(FILLS);
      return { orders, fills, unread, endMs: isAll ? undefined : startAt + lengthMs };
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
    }
  }
  throw new Error(`the history of the account has too many rows of one moment, ${startAt} ms`);
}

/**
 * An order that rested for long is in no list that begins later than it: it is asked by its id, where it is one of ours that may have
 * ended, or one that a fill names. @param unread receives those that the venue does not show.
 */
async function readSingle(
  rest: Rest,
  alive: readonly NamedOrder[],
  listed: readonly unknown[],
  fills: readonly unknown[],
  unread: UnreadRow[],
): Promise<unknown[]> {
  const seen = new Set(listed.map((row) => (isObject(row) ? row['id'] : undefined)));
  const asked = new Map<string, string>();
  for (const { id, symbol } of alive) if (!seen.has(id)) asked.set(id, symbol);
  for (const row of fills) {
    const { orderId: id, symbol } = isObject(row) ? row : {};
    if (typeof id === 'string' && typeof symbol === 'string' && !seen.has(id)) asked.set(id, symbol);
  }
  if (asked.size > MOST_SINGLE) throw new Error(`${asked.size} orders of the history are in no list`);
  const rows = await askEach(asked, ([id, symbol]) =>
    unlessRefused(
      () => rest.get(`/api/v1/hf/orders/${encodeURIComponent(id)}`, { symbol }),
      concernsAll,
      (problem) => void unread.push({ source: DONE, row: id, problem }),
    ),
  );
  return rows.filter((row) => row !== undefined);
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
    const read = fillOf(row);
    const orderId = known.get(read.venueOrderId) ?? orders.get(read.venueOrderId)?.orderId;
    if ('problem' in read)
      unread.push({ source: FILLS, row: read.venueOrderId, orderId, problem: read.problem });
    else if (orderId !== undefined) {
      const { fillId, price, qty, fee, feeAsset, cost, venueUs } = read;
      fills.push({ fillId, orderId, price, qty, fee, feeAsset, cost, atUs: venueUs - skewUs });
    }
  }
  fills.sort((a, b) => a.atUs - b.atUs || (a.fillId < b.fillId ? -1 : 1));
  return { fills, unread };
}
