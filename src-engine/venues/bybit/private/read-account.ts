/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { VenueAccount } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import { type AccountHistory, type AccountQuestion, readAccountOf } from '../../toolkit/account-reading.ts';
import { inParts } from '../../toolkit/history-parts.ts';
import { balancesOf, orderOf, tradeOf } from './order-rows.ts';
import { openRows, rowsOf } from './pages.ts';
import type { PrivateRest } from './private-rest.ts';

/** Longest time that one question may cover (Bybit v5, "Get Order History", "Get Trade History"), but for an hour. */
const MOST_MS = 7 * 24 * 3_600_000 - 3_600_000;
/** Pages of one history: 1,000 orders, 2,000 fills. */
const MOST_PAGES = 20;
const HISTORY = { path: '/v5/order/history', query: { category: 'spot', limit: 50 } } as const;
const FILLS = { path: '/v5/execution/list', query: { category: 'spot', limit: 100 } } as const;

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
    fillList: 'execution/list',
  };
  return readAccountOf(source, options);
}

async function balances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rest.get('/v5/account/wallet-balance', { accountType: 'UNIFIED' }));
}

function readHistory(rest: Rest, options: ReadAccountOptions): Promise<AccountHistory<unknown>> {
  return inParts(options, MOST_MS, async ({ startMs: startTime, endMs: endTime }) => {
    const span = endTime === undefined ? { startTime } : { startTime, endTime };
    const orders = await rowsOf(rest, HISTORY.path, { ...HISTORY.query, ...span }, MOST_PAGES);
    const fills = await rowsOf(rest, FILLS.path, { ...FILLS.query, ...span }, MOST_PAGES);
    return { orders, fills };
  });
}
