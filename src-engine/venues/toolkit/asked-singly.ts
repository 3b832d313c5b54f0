/** Questions about single orders and symbols: some side by side, and what the venue refuses to show is left out. */
import type { UnreadRow } from '../../domain/order.ts';
import type { AccountHistory } from './account-reading.ts';
import { isObject, type Json } from './json.ts';
import { VenueRefused } from './public-rest.ts';

/** Of one account, at once: its limits of calls are counted over seconds. */
const SIDE_BY_SIDE = 8;

/** Asks for each, some at a time. @returns the answers in the order of `items`. @throws what the first failed question threw. */
export async function askEach<Item, Answer>(
  items: Iterable<Item>,
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const [all, answers]: [Item[], Answer[]] = [[...items], []];
  for (let k = 0; k < all.length; k += SIDE_BY_SIDE)
    answers.push(...(await Promise.all(all.slice(k, k + SIDE_BY_SIDE).map(ask))));
  return answers;
}

/**
 * An order that the venue no longer shows, or the history of a symbol that it no longer lists: left out, as absence settles nothing, and
 * the rest of the account can be read. @param concernsAll true for a code that refuses more than what was asked: key, clock, limits.
 * @param onRefused gets the reason. @returns undefined where it was refused. @throws anything but such a refusal.
 */
export async function unlessRefused<Answer>(
  ask: () => Promise<Answer>,
  concernsAll: (code: string) => boolean,
  onRefused: (problem: string) => void,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof VenueRefused) || concernsAll(error.code)) throw error;
    onRefused(error.message);
    return undefined;
  }
}

/** How an order that no list shows is asked for by its id. */
export type SingleOrders<Named extends { readonly id: string }> = {
  /** Those of our orders that are not known to be over, by the venue's ids. */
  readonly alive: readonly Named[];
  /** Of a row of orders, the field with its id. */
  readonly idField: string;
  /** The order that a row of fills names; undefined: none. */
  readonly namedBy: (fill: Json) => Named | undefined;
  /** The order's row. */
  readonly ask: (order: Named) => Promise<unknown>;
  /** Of the account's codes, those that refuse more than one order: see `unlessRefused`. */
  readonly concernsAll: (code: string) => boolean;
  /** The list that they are missing in, for messages. */
  readonly source: string;
};

/** Orders that no list shows, asked one by one. */
const MOST_SINGLE = 200;

/**
 * A history, and the orders that none of its lists shows: one that rested for long is in no list that begins later than it. It is asked by its
 * id, where it is one of ours that may have ended, or one that a fill names. What the venue does not show is among the unread rows.
 * @param open what is open, asked before.
 */
export async function withSingles<Named extends { readonly id: string }>(
  history: AccountHistory<unknown>,
  open: readonly unknown[],
  { alive, idField, namedBy, ask, concernsAll, source }: SingleOrders<Named>,
): Promise<AccountHistory<unknown>> {
  const seen = new Set([...open, ...history.orders].map((row) => (isObject(row) ? row[idField] : undefined)));
  const named = history.fills.map((row) => (isObject(row) ? namedBy(row) : undefined));
  const asked = new Map<string, Named>();
  for (const order of [...alive, ...named])
    if (order !== undefined && !seen.has(order.id)) asked.set(order.id, order);
  if (asked.size > MOST_SINGLE) throw new Error(`${asked.size} orders of the history are in no list`);
  const unread: UnreadRow[] = [...(history.unread ?? [])];
  const rows = await askEach(asked.values(), async (order) => {
    const leaveOut = (problem: string): void => void unread.push({ source, row: order.id, problem });
    const answer = async (): Promise<unknown> => {
      const row = await ask(order);
      if (row === undefined) leaveOut('the answer has no order');
      return row;
    };
    return unlessRefused(answer, concernsAll, leaveOut);
  });
  return { ...history, orders: [...history.orders, ...rows.filter((row) => row !== undefined)], unread };
}
