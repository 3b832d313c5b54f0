/** How the account stands, asked through ccxt: orders, fills and balances of one moment. */
import { type Decimal, ZERO } from '../../../domain/decimal.ts';
import type { UnreadRow, VenueAccount } from '../../../domain/order.ts';
import type { OrderId } from '../../../domain/ids.ts';
import { type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import { isAmount } from '../../toolkit/account-fields.ts';
import {
  type AccountHistory,
  type AccountQuestion,
  type HeldBalances,
  readAccountOf,
} from '../../toolkit/account-reading.ts';
import { inParts } from '../../toolkit/history-parts.ts';
import { isObject } from '../../toolkit/json.ts';
import type { AccountLink } from './account-link.ts';
import { FILLS, fillRows, openRows } from './lists.ts';
import { balancesOf, fillOf, orderOf } from './order-rows.ts';

/** Rows of one symbol’s fills. */
const MOST_FILLS = 2_000;
/** Orders that no list shows, asked one by one. */
const MOST_SINGLE = 200;
/** Of these in one question, which takes long where each is then asked by itself. */
const TOGETHER = 20;
const TOGETHER_MS = 180_000;
/** How long a reading may take. */
const WHILE_READ_MS = 60_000;

/** An order of ours, by what is known of it. */
export type SoughtOrder = {
  readonly symbol: string;
  /** Our id; undefined where a fill alone names the order. */
  readonly orderId?: OrderId | undefined;
  readonly venueOrderId?: string | undefined;
};

export type ReadAccountOptions = AccountQuestion & {
  /** Now, by our clock. */
  readonly nowUs: TimeUs;
  /** Of these the fills are asked, and of those where an order is open. */
  readonly symbols: ReadonlySet<string>;
  /** The row of an order that ended in this run: it is not asked for again. @param id the venue’s. */
  readonly endedRow: (id: string) => unknown;
  /** Those of our orders that are not known to be over. */
  readonly alive: readonly SoughtOrder[];
};

type Link = Pick<AccountLink, 'ask'>;

/** As `readAccountOf`. A history that is longer than one reading is read in parts, the oldest first. */
export function readAccount(link: Link, options: ReadAccountOptions): Promise<VenueAccount> {
  const source = {
    balances: () => readBalances(link),
    open: () => openRows(link),
    history: (open: readonly unknown[]) => wholeHistory(link, options, open),
    orderOf,
    fillOf,
    fillList: FILLS,
  };
  return readAccountOf(source, options);
}

export async function readBalances(link: Link): Promise<HeldBalances> {
  return balancesOf(await link.ask({ what: 'balances' }));
}

const wordIn = (row: unknown, field: string): string => {
  const value = isObject(row) ? row[field] : undefined;
  return typeof value === 'string' ? value : '';
};

async function wholeHistory(
  link: Link,
  options: ReadAccountOptions,
  open: readonly unknown[],
): Promise<AccountHistory<unknown>> {
  const { fills, symbolOf, endUs } = await readFills(link, options, symbolsOf(options, open));
  const unread: UnreadRow[] = [];
  const sums = filledBy(fills);
  const ended = new Map(
    fills.map((row) => {
      const id = wordIn(row, 'venueOrderId');
      return [id, wholeRow(options.endedRow(id), sums.get(id))] as const;
    }),
  );
  const asked = await readSingle(link, soughtOf(options.alive, open, fills, { symbolOf, ended }), unread);
  const orders = [...[...ended.values()].filter((row) => row !== undefined), ...asked];
  return { orders, fills, unread, endUs };
}

/** Sums of fills by the venue's id of their order. */
function filledBy(fills: readonly unknown[]): ReadonlyMap<string, Decimal> {
  const sums = new Map<string, Decimal>();
  for (const row of fills) {
    const [id, qty] = [wordIn(row, 'venueOrderId'), wordIn(row, 'qty')];
    if (isAmount(qty)) sums.set(id, (sums.get(id) ?? ZERO).plus(qty));
  }
  return sums;
}

/** A row that was remembered as its order ended; undefined: the venue has counted a fill since, so that it is asked for again. */
function wholeRow(row: unknown, filled: Decimal = ZERO): unknown {
  const known = wordIn(row, 'filledQty');
  return isAmount(known) && filled.gt(known) ? undefined : row;
}

/** Those that were traded here, and those where an order is open. */
function symbolsOf({ symbols }: ReadAccountOptions, open: readonly unknown[]): readonly string[] {
  return [...new Set([...symbols, ...open.map((row) => wordIn(row, 'symbol'))])].filter(
    (name) => name !== '',
  );
}

function readFills(
  link: Link,
  question: ReadAccountOptions,
  symbols: readonly string[],
): Promise<{
  readonly fills: readonly unknown[];
  readonly symbolOf: ReadonlyMap<unknown, string>;
  readonly endUs: TimeUs | undefined;
}> {
  const { nowUs, skewUs } = question;
  // What happens while it is read must not fall behind the end.
  const lastMs = Math.ceil((nowUs + skewUs) / US_PER_MS) + WHILE_READ_MS;
  return inParts(question, undefined, async ({ startMs, endMs = lastMs }) => {
    const symbolOf = new Map<unknown, string>();
    for (const symbol of symbols)
      for (const row of await fillRows(link, symbol, [startMs, endMs], MOST_FILLS)) symbolOf.set(row, symbol);
    return { fills: [...symbolOf.keys()], symbolOf };
  });
}

/** Orders that may be ours, and that no list shows: those that are not known to be over, and those that a fill names. */
function soughtOf(
  alive: readonly SoughtOrder[],
  open: readonly unknown[],
  fills: readonly unknown[],
  {
    symbolOf,
    ended,
  }: { readonly symbolOf: ReadonlyMap<unknown, string>; readonly ended: ReadonlyMap<string, unknown> },
): readonly SoughtOrder[] {
  const [ids, ours] = [
    new Set(open.map((row) => wordIn(row, 'venueOrderId'))),
    new Set(open.map((row) => wordIn(row, 'clientId'))),
  ];
  const sought: SoughtOrder[] = [];
  for (const order of alive) {
    const { orderId = '', venueOrderId = '' } = order;
    if (ids.has(venueOrderId) || ours.has(orderId)) continue;
    sought.push(order);
    if (venueOrderId !== '') ids.add(venueOrderId);
  }
  for (const row of fills) {
    const venueOrderId = wordIn(row, 'venueOrderId');
    if (venueOrderId === '' || ids.has(venueOrderId) || ended.get(venueOrderId) !== undefined) continue;
    ids.add(venueOrderId);
    sought.push({ symbol: symbolOf.get(row) ?? '', venueOrderId });
  }
  if (sought.length > MOST_SINGLE) throw new Error(`${sought.length} orders of the history are in no list`);
  return sought;
}

/**
 * One question after the other: the venue's answer is waited for, and not ccxt's throttle for many at once. One that is shown nowhere is
 * left out: absence settles nothing. @param unread receives those.
 */
async function readSingle(
  link: Link,
  sought: readonly SoughtOrder[],
  unread: UnreadRow[],
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (let k = 0; k < sought.length; k += TOGETHER) {
    const part = sought.slice(k, k + TOGETHER);
    const of = part.map(({ symbol, orderId, venueOrderId }) => ({ symbol, clientId: orderId, venueOrderId }));
    const rows = await link.ask({ what: 'orders', of }, TOGETHER_MS);
    if (!Array.isArray(rows) || rows.length !== part.length)
      throw new Error('the answer has not a row for each order');
    for (const [n, row] of (rows as unknown[]).entries()) {
      const { venueOrderId, orderId } = part[n] ?? {};
      if (row !== null) found.push(row);
      else if (venueOrderId !== undefined)
        unread.push({
          source: 'fetchOrder',
          row: venueOrderId,
          orderId,
          problem: 'the venue shows no such order',
        });
    }
  }
  return found;
}
