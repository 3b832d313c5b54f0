/** How the account stands, asked over REST: orders, fills and balances of one moment. Histories are kept by symbol. */
import type { UnreadRow, VenueAccount } from '../../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { type AccountHistory, type AccountQuestion, readAccountOf } from '../../toolkit/account-reading.ts';
import { isObject } from '../../toolkit/json.ts';
import { DONE, FILLS, historyRows, openRows, TooLong } from './lists.ts';
import { askEach, unlessRefused } from '../../toolkit/asked-singly.ts';
import { concernsAll } from './error-codes.ts';
import { balancesOf, fillOf, orderOf } from './order-rows.ts';
import type { PrivateRest } from './private-rest.ts';

/** Longest time that one question may cover (KuCoin, "Get Trade History"), but for an hour. */
const MOST_MS = 7 * 24 * 3_600_000 - 3_600_000;
/** Rows of one symbol's history. */
const MOST_ROWS = 2_000;
/** Orders that no list shows, asked one by one. */
const MOST_SINGLE = 200;
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
  const read = await readHistory(rest, options, symbolsOf(options, open));
  const unread: UnreadRow[] = [...(read.unread ?? [])];
  const single = await readSingle(rest, options.alive, [...open, ...read.orders], read.fills, unread);
  return { ...read, orders: [...read.orders, ...single], unread };
}

export async function readBalances(rest: Rest): Promise<ReturnType<typeof balancesOf>> {
  return balancesOf(await rest.get(ACCOUNTS));
}

/** Those that were traded here, and those where an order is open. */
function symbolsOf({ symbols }: ReadAccountOptions, open: readonly unknown[]): ReadonlySet<string> {
  const found = open.map((row) => (isObject(row) ? row['symbol'] : undefined));
  return new Set([...symbols, ...found.filter((symbol): symbol is string => typeof symbol === 'string')]);
}

async function readHistory(
  rest: Rest,
  { sinceUs, nowUs, skewUs }: ReadAccountOptions,
  symbols: ReadonlySet<string>,
): Promise<AccountHistory<unknown>> {
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
      return { orders, fills, unread, endUs: isAll ? undefined : (startAt + lengthMs) * US_PER_MS };
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
