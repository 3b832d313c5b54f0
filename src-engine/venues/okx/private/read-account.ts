/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { VenueAccount } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { type AccountHistory, type AccountQuestion, readAccountOf } from '../../toolkit/account-reading.ts';
import { inParts } from '../../toolkit/history-parts.ts';
import type { Json } from '../../toolkit/json.ts';
import { balancesOf, orderOf, tradeOf } from './order-rows.ts';
import { openRows, rowsOf } from './pages.ts';
import type { PrivateRest } from './private-rest.ts';

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

export type ReadAccountOptions = AccountQuestion & {
  /** Now, by our clock. */
  readonly nowUs: TimeUs;
};

type Rest = Pick<PrivateRest, 'get'>;

/** As `readAccountOf`. A history that is longer than one reading is read in parts, the oldest first. */
export function readAccount(rest: Rest, options: ReadAccountOptions): Promise<VenueAccount> {
  const source = {
    balances: () => balances(rest),
    open: () => openRows(rest),
    history: () => readHistory(rest, options),
    orderOf,
    fillOf: tradeOf,
    fillList: 'fills',
  };
  return readAccountOf(source, options);
}

async function balances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rest.get('/api/v5/account/balance'));
}

function readHistory(rest: Rest, options: ReadAccountOptions): Promise<AccountHistory<Json>> {
  const { sinceUs, nowUs } = options;
  const lengthMs = (nowUs - sinceUs) / US_PER_MS;
  const isOlder = ({ ofMs }: typeof ORDERS): boolean => lengthMs >= ofMs - HOUR_MS;
  return inParts(options, undefined, async ({ startMs, endMs }) => {
    // Times lie before it, not at it.
    const span = { instType: 'SPOT', ...(endMs === undefined ? {} : { end: endMs + 1 }) };
    const read = (path: string, id: 'ordId' | 'billId') => rowsOf(rest, path, span, id, MOST_PAGES, startMs);
    // The long history lacks orders that were canceled without a fill.
    const before = isOlder(ORDERS) ? await read(ORDERS.older, 'ordId') : [];
    const orders = [...before, ...(await read(ORDERS.recent, 'ordId'))];
    const fills = await read(isOlder(FILLS) ? FILLS.older : FILLS.recent, 'billId');
    return { orders, fills };
  });
}
