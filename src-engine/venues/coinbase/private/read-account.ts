/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { OrderId, VenueName } from '../../../domain/ids.ts';
import type { Fill, UnreadRow, VenueAccount, VenueOrder } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../../domain/time.ts';
import { isObject } from '../../toolkit/json.ts';
import { askEach, unlessRefused } from '../../toolkit/asked-singly.ts';
import { concernsAll } from './error-codes.ts';
import { balancesOf, fillOf, orderOf } from './order-rows.ts';
import { FILLS, openRows, rowsOf, TooLong } from './pages.ts';
import { ORDER_LIST, type PrivateRest } from './private-rest.ts';

/** How often it is asked again when the account moved in between. */
const MAX_TRIES = 3;
/** Pages of one history: 5,000 orders, 5,000 fills. */
const MOST_PAGES = 50;
const PAGE = ['limit', 100] as const;
/** Orders that no list shows, asked one by one. */
const MOST_SINGLE = 200;
/** Orders are listed from the time that they were made, fills from their own: an order is made before it fills. */
const MADE_BEFORE_US = 60 * US_PER_SECOND;

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
  /** Venue's ids of those of our orders that are not known to be over. */
  readonly alive: readonly string[];
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
    const before = await readBalances(rest);
    const open = await openRows(rest);
    const history = withHistory ? await readHistory(rest, options) : undefined;
    const listed = [...open, ...(history?.orders ?? [])];
    const unshown: UnreadRow[] = [];
    const single = withHistory
      ? await readSingle(rest, options.alive, listed, history?.fills ?? [], unshown)
      : [];
    const after = withHistory ? await readBalances(rest) : before;
    const isPart = history?.endUs !== undefined;
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
      ...(history?.endUs === undefined ? {} : { readToUs: history.endUs - skewUs }),
    };
  }
  throw new Error(`the account changed while it was read, ${MAX_TRIES} times in a row`);
}

export async function readBalances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rowsOf(rest, '/accounts', 'accounts', [['limit', 250]], 100));
}

type History = {
  readonly orders: unknown[];
  readonly fills: unknown[];
  /** Up to when it was read by the venue's clock, where that is not now. */
  readonly endUs: TimeUs | undefined;
};

async function readHistory(rest: Rest, { sinceUs, nowUs, skewUs }: ReadAccountOptions): Promise<History> {
  const fromUs = Math.max(0, sinceUs + skewUs);
  const spanUs = Math.max(US_PER_MS, nowUs + skewUs - fromUs);
  for (let part = 1; spanUs / part >= US_PER_MS; part *= 8) {
    // Without an end nothing is left out that happens while it is read.
    const endUs = part === 1 ? undefined : Math.floor(fromUs + spanUs / part);
    const span = (from: string, to: string, earlierUs: number) =>
      [
        PAGE,
        [from, timeText(Math.max(0, fromUs - earlierUs))],
        ...(endUs === undefined ? [] : [[to, timeText(endUs)] as const]),
      ] as const;
    try {
      const made = span('start_date', 'end_date', MADE_BEFORE_US);
      const orders = await rowsOf(rest, ORDER_LIST, 'orders', made, MOST_PAGES);
      const filled = span('start_sequence_timestamp', 'end_sequence_timestamp', 0);
      const fills = await rowsOf(rest, FILLS, 'fills', filled, MOST_PAGES);
      return { orders, fills, endUs };
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
    }
  }
  throw new Error(`the history of the account has too many rows of one moment, ${timeText(fromUs)}`);
}

/**
 * An order that rested for long is in no list that begins later than it: it is asked by its id, where it is one of ours that may have
 * ended, or one that a fill names. @param unread receives those that the venue does not show.
 */
async function readSingle(
  rest: Rest,
  alive: readonly string[],
  listed: readonly unknown[],
  fills: readonly unknown[],
  unread: UnreadRow[],
): Promise<unknown[]> {
  const idOf = (row: unknown): unknown => (isObject(row) ? row['order_id'] : undefined);
  const seen = new Set(listed.map(idOf));
  const asked = new Set(
    [...alive, ...fills.map(idOf)].filter((id): id is string => typeof id === 'string' && !seen.has(id)),
  );
  if (asked.size > MOST_SINGLE) throw new Error(`${asked.size} orders of the history are in no list`);
  const answers = await askEach(asked, (id) =>
    unlessRefused(
      () => rest.get(`/orders/historical/${encodeURIComponent(id)}`),
      concernsAll,
      (problem) => void unread.push({ source: ORDER_LIST, row: id, problem }),
    ),
  );
  return answers.flatMap((answer) => (answer === undefined ? [] : [answer['order']]));
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
    const { venueOrderId } = read;
    const orderId = known.get(venueOrderId) ?? orders.get(venueOrderId)?.orderId;
    if ('problem' in read) unread.push({ source: FILLS, row: venueOrderId, orderId, problem: read.problem });
    else if (orderId !== undefined) {
      const { fillId, price, qty, fee, feeAsset, venueUs } = read;
      fills.push({ fillId, orderId, price, qty, fee, feeAsset, atUs: venueUs - skewUs });
    }
  }
  fills.sort((a, b) => a.atUs - b.atUs || (a.fillId < b.fillId ? -1 : 1));
  return { fills, unread };
}

/** RFC 3339, as all times of this API are written. */
function timeText(us: TimeUs): string {
  return new Date(us / US_PER_MS).toISOString();
}
