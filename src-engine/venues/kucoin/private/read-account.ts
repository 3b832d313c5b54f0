/** How the account stands, asked over REST: orders, fills and balances of one moment. Histories are kept by symbol. */
import type { UnreadRow, VenueAccount } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import { type AccountHistory, type AccountQuestion, readAccountOf } from '../../toolkit/account-reading.ts';
import { inParts } from '../../toolkit/history-parts.ts';
import { isObject } from '../../toolkit/json.ts';
import { DONE, FILLS, historyRows, openRows } from './lists.ts';
import { askEach, unlessRefused, withSingles } from '../../toolkit/asked-singly.ts';
import { concernsAll } from './error-codes.ts';
import { balancesOf, fillOf, orderOf } from './order-rows.ts';
import type { PrivateRest } from './private-rest.ts';

/** Longest time that one question may cover (KuCoin, "Get Trade History"), but for an hour. */
const MOST_MS = 7 * 24 * 3_600_000 - 3_600_000;
/** Rows of one symbol's history. */
const MOST_ROWS = 2_000;
const ACCOUNTS = '/api/v1/accounts';

export type ReadAccountOptions = AccountQuestion & {
  /** Now, by our clock. */
  readonly nowUs: TimeUs;
  /** Of these the histories are asked, and of those where an order is open. */
  readonly symbols: ReadonlySet<string>;
  /** Those of our orders that are not known to be over, by the venue's ids. */
  readonly alive: readonly NamedOrder[];
};

type NamedOrder = { readonly id: string; readonly symbol: string };

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
  return withSingles(await readHistory(rest, options, symbolsOf(options, open)), open, {
    alive: options.alive,
    idField: 'id',
    namedBy: ({ orderId: id, symbol }) =>
      typeof id === 'string' && typeof symbol === 'string' ? { id, symbol } : undefined,
    ask: ({ id, symbol }) => rest.get(`/api/v1/hf/orders/${encodeURIComponent(id)}`, { symbol }),
    concernsAll,
    source: DONE,
  });
}

export async function readBalances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rest.get(ACCOUNTS));
}

/** Those that were traded here, and those where an order is open. */
function symbolsOf({ symbols }: ReadAccountOptions, open: readonly unknown[]): ReadonlySet<string> {
  const found = open.map((row) => (isObject(row) ? row['symbol'] : undefined));
  return new Set([...symbols, ...found.filter((symbol): symbol is string => typeof symbol === 'string')]);
}

function readHistory(
  rest: Rest,
  options: ReadAccountOptions,
  symbols: ReadonlySet<string>,
): Promise<AccountHistory<unknown>> {
  return inParts(options, MOST_MS, async ({ startMs: startAt, endMs: endAt }) => {
    const span = endAt === undefined ? { startAt } : { startAt, endAt };
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
    return { orders, fills, unread };
  });
}
