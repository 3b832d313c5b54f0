/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { UnreadRow, VenueAccount } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../../domain/time.ts';
import { type AccountHistory, type AccountQuestion, readAccountOf } from '../../toolkit/account-reading.ts';
import { askEach, unlessRefused } from '../../toolkit/asked-singly.ts';
import { isObject } from '../../toolkit/json.ts';
import { concernsAll } from './error-codes.ts';
import { balancesOf, fillOf, orderOf } from './order-rows.ts';
import { FILLS, openRows, rowsOf, TooLong } from './pages.ts';
import { ORDER_LIST, type PrivateRest } from './private-rest.ts';

/** Pages of one history: 5,000 orders, 5,000 fills. */
const MOST_PAGES = 50;
const PAGE = ['limit', 100] as const;
/** Orders that no list shows, asked one by one. */
const MOST_SINGLE = 200;
/** Orders are listed from the time that they were made, fills from their own: an order is made before it fills. */
const MADE_BEFORE_US = 60 * US_PER_SECOND;

export type ReadAccountOptions = AccountQuestion & {
  /** Now, by our clock. */
  readonly nowUs: TimeUs;
  /** Venue's ids of those of our orders that are not known to be over. */
  readonly alive: readonly string[];
};

type Rest = Pick<PrivateRest, 'get'>;

/** As `readAccountOf`. A history that is longer than one reading is read in parts, the oldest first. */
export function readAccount(rest: Rest, options: ReadAccountOptions): Promise<VenueAccount> {
  const source = {
    balances: () => readBalances(rest),
    open: () => openRows(rest),
    history: (open: readonly unknown[]) => wholeHistory(rest, options, open),
    orderOf,
    fillOf,
    fillList: FILLS,
  };
  return readAccountOf(source, options);
}

/** The lists, and the orders that none of them shows. */
async function wholeHistory(
  rest: Rest,
  options: ReadAccountOptions,
  open: readonly unknown[],
): Promise<AccountHistory<unknown>> {
  const read = await readHistory(rest, options);
  const unread: UnreadRow[] = [];
  const single = await readSingle(rest, options.alive, [...open, ...read.orders], read.fills, unread);
  return { ...read, orders: [...read.orders, ...single], unread };
}

export async function readBalances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rowsOf(rest, '/accounts', 'accounts', [['limit', 250]], 100));
}

async function readHistory(
  rest: Rest,
  { sinceUs, nowUs, skewUs }: ReadAccountOptions,
): Promise<AccountHistory<unknown>> {
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

/** RFC 3339, as all times of this API are written. */
function timeText(us: TimeUs): string {
  return new Date(us / US_PER_MS).toISOString();
}
