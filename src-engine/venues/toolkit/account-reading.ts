/** How an account stands at one moment, though it takes several questions: none of them may miss what happens between two others. */
import type { OrderId, VenueName } from '../../domain/ids.ts';
import type { Fill, UnreadRow, VenueAccount, VenueBalance, VenueOrder } from '../../domain/order.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { ListedFill, UnreadFill } from './settled-fills.ts';

/** How often it is asked again when the account moved in between. */
export const MAX_READINGS = 3;

export type AccountQuestion = {
  readonly venue: VenueName;
  /** By our clock: orders and fills from then on. */
  readonly sinceUs: TimeUs;
  /** False: what is open and the balances alone. */
  readonly withHistory: boolean;
  /** Venue's clock minus ours. */
  readonly skewUs: DurationUs;
  /** Our orders by the venue's ids. */
  readonly known: ReadonlyMap<string, OrderId>;
};

export type HeldBalances = {
  readonly balances: readonly VenueBalance[];
  readonly unread: readonly UnreadRow[];
};

/** What has ended, and what was filled. */
export type AccountHistory<Row> = {
  readonly orders: readonly Row[];
  readonly fills: readonly Row[];
  /** What the venue refused to list. */
  readonly unread?: readonly UnreadRow[];
  /** Up to when it was read, by the venue's clock, where that is not now. */
  readonly endUs: TimeUs | undefined;
};

/** Ours, where the row repeats it. */
type Owned = { readonly orderId?: OrderId | undefined };
/** A row of fills, or its problem where it cannot be read whole. */
export type FillRow = (ListedFill | UnreadFill) & Owned;

/** The questions of a venue, and how its rows are read. */
export type AccountSource<Row> = {
  balances(): Promise<HeldBalances>;
  open(): Promise<readonly Row[]>;
  /**
   * Orders first, and then fills: an order that ends in between is in one of the lists. Where orders can be asked by the ids of fills alone it is the other
   * way round, and what falls in between is found by the balances, which then differ. @param open what is open, asked before.
   */
  history(open: readonly Row[]): Promise<AccountHistory<Row>>;
  /** Undefined for a row that names no order. */
  orderOf(row: Row, known: ReadonlyMap<string, OrderId>): VenueOrder | undefined;
  /** Undefined for a row that is no fill. */
  fillOf(row: Row): FillRow | undefined;
  /** The list of fills, for messages. */
  readonly fillList: string;
};

/**
 * Reads the account. Open orders are asked before ended ones, and fills after both, so that an order which ends in between is
 * in one of the lists. Balances are asked before and after: when they differ, a fill fell in between, and all is asked again.
 * Of a history that is longer than one reading its oldest part is the answer, without balances.
 * @throws Error when the venue refused, could not be reached, or the account kept changing.
 */
export async function readAccountOf<Row>(
  source: AccountSource<Row>,
  { venue, sinceUs, withHistory, skewUs, known }: AccountQuestion,
): Promise<VenueAccount> {
  for (let attempt = 1; attempt <= MAX_READINGS; attempt++) {
    const before = await source.balances();
    const open = await source.open();
    const history = withHistory ? await source.history(open) : undefined;
    const isPart = history?.endUs !== undefined;
    const after = withHistory ? await source.balances() : before;
    if (!isPart && JSON.stringify(before) !== JSON.stringify(after)) continue;
    const orders = new Map<string, VenueOrder>();
    for (const row of [...open, ...(history?.orders ?? [])]) {
      const order = source.orderOf(row, known);
      // What is open was asked first: a later row of the same order knows more of it.
      if (order !== undefined) orders.set(order.venueOrderId, order);
    }
    const { fills, unread } = ownFills(source, history?.fills ?? [], orders, { skewUs, known });
    return {
      venue,
      orders: [...orders.values()],
      fills,
      balances: isPart ? undefined : after.balances,
      unread: [...after.unread, ...unread, ...(history?.unread ?? [])],
      sinceUs,
      ...(history?.endUs === undefined ? {} : { readToUs: history.endUs - skewUs }),
    };
  }
  throw accountMoved();
}

export function accountMoved(): Error {
  return new Error(`the account changed while it was read, ${MAX_READINGS} times in a row`);
}

/** Fills of our orders, the oldest first; those of orders that were placed elsewhere are not ours to book. */
function ownFills<Row>(
  { fillOf, fillList: source }: Pick<AccountSource<Row>, 'fillOf' | 'fillList'>,
  rows: readonly Row[],
  orders: ReadonlyMap<string, VenueOrder>,
  { skewUs, known }: Pick<AccountQuestion, 'skewUs' | 'known'>,
): { readonly fills: Fill[]; readonly unread: UnreadRow[] } {
  const fills: Fill[] = [];
  const unread: UnreadRow[] = [];
  for (const row of rows) {
    const read = fillOf(row);
    if (read === undefined) continue;
    const { venueOrderId } = read;
    const orderId = read.orderId ?? known.get(venueOrderId) ?? orders.get(venueOrderId)?.orderId;
    if ('problem' in read) unread.push({ source, row: venueOrderId, orderId, problem: read.problem });
    else if (orderId !== undefined) {
      const { fillId, price, qty, fee, feeAsset, cost, venueUs } = read;
      fills.push({ fillId, orderId, price, qty, fee, feeAsset, cost, atUs: venueUs - skewUs });
    }
  }
  fills.sort((a, b) => a.atUs - b.atUs || (a.fillId < b.fillId ? -1 : 1));
  return { fills, unread };
}
