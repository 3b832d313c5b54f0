/** Lists of an account through ccxt. Which way a venue's pages go ccxt does not say: a time that holds more than a page is cut in two. */
import { type Page, pageOf } from './order-rows.ts';
import { TooLong } from '../../toolkit/history-parts.ts';
import { isObject } from '../../toolkit/json.ts';
import { PartlyCanceled } from '../../venue-account.ts';
import type { AccountLink } from './account-link.ts';

type Link = Pick<AccountLink, 'ask'>;

export const FILLS = 'fetchMyTrades';
/** Every open order is canceled by a call of its own, each through ccxt’s throttle. The process gives up ten seconds before, and says why. */
const CANCEL_ALL_MS = 60_000;
/** Questions for the fills of one symbol. */
const MOST_QUESTIONS = 60;

/**
 * All fills of a symbol in a time, in ms by the venue's clock.
 * @param most rows that are read. @throws TooLong when it has more; else as AccountLink.ask.
 */
export async function fillRows(
  link: Link,
  symbol: string,
  [fromMs, toMs]: readonly [fromMs: number, toMs: number],
  most: number,
): Promise<readonly unknown[]> {
  // Halves of a time overlap a little: a fill of both is one.
  const rows = new Map<unknown, unknown>();
  const times = [[fromMs, toMs] as const];
  for (let asked = 0; times.length > 0; asked++) {
    const [from, to] = times.pop() as readonly [number, number];
    const page = pageOf(await link.ask({ what: 'fills', symbol, fromMs: from, toMs: to }));
    if (page.isWhole) for (const row of page.rows) rows.set(idOf(row) ?? row, row);
    else if (to - from <= 1)
      throw new Error(`${symbol} has more fills in one moment, ${from} ms, than a page`);
    else {
      const middle = Math.floor((from + to) / 2);
      times.push([middle, to], [from, middle]);
    }
    if (rows.size > most || asked > MOST_QUESTIONS)
      throw new TooLong(`${symbol} has more than ${rows.size} fills`);
  }
  return [...rows.values()];
}

/** Undefined for one that cannot be read. */
function idOf(row: unknown): string | undefined {
  const { fillId, venueOrderId } = isObject(row) ? row : {};
  return typeof fillId === 'string' && typeof venueOrderId === 'string'
    ? `${fillId} ${venueOrderId}`
    : undefined;
}

/** All open orders, those placed elsewhere too. @throws Error where they are more than a page; else as AccountLink.ask. */
export async function openRows(link: Link): Promise<readonly unknown[]> {
  const { rows, isWhole } = await openPage(link);
  if (isWhole) return rows;
  throw new Error(`more orders are open than the ${rows.length} that ccxt lists at once`);
}

/** @returns how many were canceled. @throws PartlyCanceled where that was not all; else as AccountLink.ask. */
export async function cancelAll(link: Link): Promise<number> {
  const value = await link.ask({ what: 'cancel-all' }, CANCEL_ALL_MS);
  const { canceled, problem } = isObject(value) ? value : {};
  if (typeof canceled !== 'number' || typeof problem !== 'string')
    throw new Error('the answer does not say what was canceled');
  if (problem !== '') throw new PartlyCanceled(canceled, problem);
  return canceled;
}

/** How many are open, at least. @throws as AccountLink.ask. */
export async function countOpen(link: Link, isForKill = false): Promise<number> {
  return (await openPage(link, isForKill)).rows.length;
}

/** @param isForKill it waits for no other question. */
async function openPage(link: Link, isForKill = false): Promise<Page> {
  return pageOf(await link.ask(isForKill ? { what: 'open', isForKill } : { what: 'open' }));
}
