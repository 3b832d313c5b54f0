/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import type { VenueAccount } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { type AccountHistory, type AccountQuestion, readAccountOf } from '../../toolkit/account-reading.ts';
import { balancesOf, orderOf, tradeOf } from './order-rows.ts';
import { openRows, rowsOf, TooLong } from './pages.ts';
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

async function readHistory(
  rest: Rest,
  { sinceUs, nowUs, skewUs }: ReadAccountOptions,
): Promise<AccountHistory<unknown>> {
  const startTime = Math.max(0, Math.floor((sinceUs + skewUs) / US_PER_MS));
  const nowMs = Math.ceil((nowUs + skewUs) / US_PER_MS);
  for (let lengthMs = MOST_MS; lengthMs >= 1; lengthMs = Math.floor(lengthMs / 8)) {
    const endTime = startTime + lengthMs;
    const isAll = endTime >= nowMs;
    // Without an end nothing is left out that happens while it is read.
    const span = isAll ? { startTime } : { startTime, endTime };
    try {
      const orders = await rowsOf(rest, HISTORY.path, { ...HISTORY.query, ...span }, MOST_PAGES);
      const fills = await rowsOf(rest, FILLS.path, { ...FILLS.query, ...span }, MOST_PAGES);
      return { orders, fills, endUs: isAll ? undefined : endTime * US_PER_MS };
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
    }
  }
  throw new Error(`the history of the account has too many rows of one moment, ${startTime} ms`);
}
