/** How the account stands, asked over REST: orders, fills and balances of one moment. */
import { decimal } from '../../../domain/decimal.ts';
import type { OrderId } from '../../../domain/ids.ts';
import type { UnreadRow, VenueAccount } from '../../../domain/order.ts';
import { US_PER_MS } from '../../../domain/time.ts';
import { type AccountHistory, type AccountQuestion, readAccountOf } from '../../toolkit/account-reading.ts';
import { BinanceRefused, UNKNOWN_SYMBOL } from '../rest-errors.ts';
import { balancesOf, orderOf, tradeOf } from './order-rows.ts';
import type { PrivateRest } from './private-rest.ts';
import { numericOf } from '../../toolkit/json.ts';

/** Rows of one answer, oldest first; a full one may have left newer ones out. */
const PAGE = 1_000;

export type ReadAccountOptions = AccountQuestion & {
  /** Histories are kept by symbol: of these they are asked, and of those where an order of ours is open. */
  readonly symbols: ReadonlySet<string>;
  /** As `readHeld`. */
  readonly omitsZeros: boolean;
};

type Rest = Pick<PrivateRest, 'rows' | 'object'>;

/**
 * As `readAccountOf`. An order that was canceled may show the id of the cancel in place of ours: it is known by the venue's. A symbol that
 * is no longer listed is left out, and named as unread.
 */
export function readAccount(rest: Rest, options: ReadAccountOptions): Promise<VenueAccount> {
  const source = {
    balances: () => readHeld(rest, options.omitsZeros),
    open: () => rest.rows('/api/v3/openOrders'),
    history: (open: readonly unknown[]) => readHistory(rest, options, open),
    orderOf,
    fillOf: tradeOf,
    fillList: 'myTrades',
  };
  return readAccountOf(source, options);
}

async function readHistory(
  rest: Rest,
  { symbols, known, sinceUs, skewUs }: ReadAccountOptions,
  open: readonly unknown[],
): Promise<AccountHistory<unknown>> {
  const startTime = Math.max(0, Math.floor((sinceUs + skewUs) / US_PER_MS));
  const asked = new Set([...symbols, ...open.flatMap((row) => ourSymbol(row, known))]);
  const unread: UnreadRow[] = [];
  let toMs = Number.POSITIVE_INFINITY;
  const read = async (call: 'allOrders' | 'myTrades'): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (const symbol of asked) {
      const found = await history(rest, call, symbol, startTime).catch((error: unknown) => {
        if (!(error instanceof BinanceRefused) || error.code !== UNKNOWN_SYMBOL) throw error;
        // Absence settles nothing, and the rest of the account can be read.
        unread.push({ source: call, row: symbol, problem: error.message });
        return { rows: [], fullToMs: Number.POSITIVE_INFINITY };
      });
      all.push(...found.rows);
      toMs = Math.min(toMs, found.fullToMs);
    }
    return all;
  };
  const orders = await read('allOrders');
  const fills = await read('myTrades');
  return { orders, fills, unread, endUs: Number.isFinite(toMs) ? toMs * US_PER_MS : undefined };
}

/** What is held. @param omitsZeros the venue can leave out what is not; else that is done here. @throws as PrivateRest.object. */
export async function readHeld(
  rest: Pick<PrivateRest, 'object'>,
  omitsZeros: boolean,
): Promise<ReturnType<typeof balancesOf>> {
  const read = balancesOf(await rest.object('/api/v3/account', omitsZeros ? { omitZeroBalances: true } : {}));
  if (omitsZeros) return read;
  return { ...read, balances: read.balances.filter(({ total }) => !decimal(total).isZero()) };
}

/**
 * Rows of one symbol since then, oldest first, and up to when they are complete: infinity where the answer has all.
 * @throws Error when more rows than one answer holds are of one moment.
 */
async function history(
  rest: Pick<PrivateRest, 'rows'>,
  call: 'allOrders' | 'myTrades',
  symbol: string,
  startTime: number,
): Promise<{ readonly rows: readonly unknown[]; readonly fullToMs: number }> {
  const rows = await rest.rows(`/api/v3/${call}`, { symbol, startTime, limit: PAGE });
  if (rows.length < PAGE) return { rows, fullToMs: Number.POSITIVE_INFINITY };
  const times = rows.map((row) => numericOf((row as { readonly time?: unknown } | null)?.time));
  const fullToMs = Math.max(...times.filter(Number.isFinite));
  // The next reading begins there: it must get further than this one.
  if (fullToMs > startTime) return { rows, fullToMs };
  throw new Error(`${call} of ${symbol} has ${rows.length} rows of one moment, ${startTime} ms`);
}

function ourSymbol(row: unknown, known: ReadonlyMap<string, OrderId>): string[] {
  const order = orderOf(row, known);
  return order?.orderId === undefined ? [] : [order.symbol];
}
