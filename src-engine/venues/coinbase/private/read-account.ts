/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { VenueAccount } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import { type AccountHistory, type AccountQuestion, readAccountOf } from '../../toolkit/account-reading.ts';
import { withSingles } from '../../toolkit/asked-singly.ts';
import { inParts } from '../../toolkit/history-parts.ts';
import { concernsAll } from './error-codes.ts';
import { balancesOf, fillOf, orderOf } from './order-rows.ts';
import { FILLS, openRows, rowsOf } from './pages.ts';
import { ORDER_LIST, type PrivateRest } from './private-rest.ts';

/** Pages of one history: 5,000 orders, 5,000 fills. */
const MOST_PAGES = 50;
const PAGE = ['limit', 100] as const;
/** Orders are listed from the time that they were made, fills from their own: an order is made before it fills. */
const MADE_BEFORE_MS = 60_000;

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
  return withSingles(await readHistory(rest, options), open, {
    alive: options.alive.map((id) => ({ id })),
    idField: 'order_id',
    namedBy: ({ order_id: id }) => (typeof id === 'string' ? { id } : undefined),
    ask: async ({ id }) => (await rest.get(`/orders/historical/${encodeURIComponent(id)}`))['order'],
    concernsAll,
    source: ORDER_LIST,
  });
}

export async function readBalances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rowsOf(rest, '/accounts', 'accounts', [['limit', 250]], 100));
}

function readHistory(rest: Rest, options: ReadAccountOptions): Promise<AccountHistory<unknown>> {
  return inParts(options, undefined, async ({ startMs, endMs }) => {
    const span = (from: string, to: string, earlierMs: number) =>
      [
        PAGE,
        [from, timeText(Math.max(0, startMs - earlierMs))],
        ...(endMs === undefined ? [] : [[to, timeText(endMs)] as const]),
      ] as const;
    const made = span('start_date', 'end_date', MADE_BEFORE_MS);
    const orders = await rowsOf(rest, ORDER_LIST, 'orders', made, MOST_PAGES);
    const filled = span('start_sequence_timestamp', 'end_sequence_timestamp', 0);
    const fills = await rowsOf(rest, FILLS, 'fills', filled, MOST_PAGES);
    return { orders, fills };
  });
}

/** RFC 3339, as all times of this API are written. */
function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
