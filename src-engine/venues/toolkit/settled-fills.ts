/**
 * Single fills of our orders where a private connection says no more of them than their sum, or leaves their fee out: a difference of two
 * sums would be no exact amount, and one that a later reading of the account could not know again. So each sum that grew has
 * the fills of its order listed, until they add up to it.
 */
import { type Decimal, decimal, type DecimalText, ZERO } from '../../domain/decimal.ts';
import type { OrderId } from '../../domain/ids.ts';
import type { UnreadRow } from '../../domain/order.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ReportedFill } from './execution-report.ts';

/** A fill as a list of the venue has it. */
export type ListedFill = ReportedFill & { readonly venueOrderId: string; readonly venueUs: TimeUs };
/** A row of such a list that cannot be booked as it is. */
export type UnreadFill = { readonly venueOrderId: string; readonly problem: string };

/** An order as the venue names it. */
export type FilledOrder = {
  readonly orderId: OrderId;
  readonly venueOrderId: string;
  readonly symbol: string;
};

export type SettledFillsOptions = {
  readonly clock: Clock;
  /** The list, for messages. */
  readonly source: string;
  /** All fills of one order that the venue lists. Rejects when it cannot be asked. */
  readonly list: (order: FilledOrder) => Promise<readonly (ListedFill | UnreadFill)[]>;
  /** A fill, each as often as it is listed. */
  readonly onFill: (orderId: OrderId, fill: ListedFill) => void;
  /** What could not be read, or was not listed in time. */
  readonly onUnread: (rows: readonly UnreadRow[]) => void;
};

type Wanted = FilledOrder & {
  sum: Decimal;
  listed: Decimal;
  isAsked: boolean;
  /** It grew while its fills were listed. */
  isStale: boolean;
  tries: number;
  stop: () => void;
};

/** Waits between lists that lack a fill: 100 ms, then twice as long each time, 25 s in all. */
const FIRST_WAIT_MS = 100;
const MAX_TRIES = 9;
/** Most orders whose fills are waited for, or were listed. */
const MAX_ORDERS = 1_000;

export class SettledFills {
  readonly #options: SettledFillsOptions;
  readonly #orders = new Map<string, Wanted>();
  #isStopped = false;

  constructor(options: SettledFillsOptions) {
    this.#options = options;
  }

  /** So much of the order has been filled. Asks for its fills where that is more than was listed. */
  want(filled: FilledOrder, cumulativeQty: DecimalText): void {
    const sum = decimal(cumulativeQty);
    if (sum.isZero()) return;
    const order = this.#orders.get(filled.venueOrderId) ?? this.#add(filled);
    if (sum.gt(order.sum)) {
      order.sum = sum;
      order.tries = 0;
    }
    if (order.listed.gte(order.sum)) return;
    if (order.isAsked) order.isStale = true;
    else void this.#ask(order);
  }

  stop(): void {
    this.#isStopped = true;
    for (const { stop } of this.#orders.values()) stop();
  }

  async #ask(order: Wanted): Promise<void> {
    order.stop();
    order.isAsked = true;
    order.isStale = false;
    order.tries++;
    const problem = await this.#list(order);
    order.isAsked = false;
    if (this.#isStopped || order.listed.gte(order.sum)) return;
    if (order.isStale) void this.#ask(order);
    else if (order.tries < MAX_TRIES) this.#again(order);
    else {
      const { venueOrderId: row, orderId } = order;
      const missing = `fills of ${order.listed.toFixed()} are listed, and ${order.sum.toFixed()} were filled`;
      this.#options.onUnread([
        {
          source: this.#options.source,
          row,
          orderId,
          problem: problem === '' ? missing : `${missing}: ${problem}`,
        },
      ]);
    }
  }

  #again(order: Wanted): void {
    const { clock } = this.#options;
    const waitUs = FIRST_WAIT_MS * 2 ** (order.tries - 1) * US_PER_MS;
    order.stop = clock.schedule(clock.nowUs() + waitUs, () => void this.#ask(order));
  }

  /** @returns why it could not be asked; empty: it was. */
  async #list(order: Wanted): Promise<string> {
    const { list, source, onFill, onUnread } = this.#options;
    const { orderId, venueOrderId } = order;
    let rows: readonly (ListedFill | UnreadFill)[];
    try {
      rows = await list(order);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    if (this.#isStopped) return '';
    const seen = new Map<string, ListedFill>();
    const unread: UnreadRow[] = [];
    for (const fill of rows) {
      // The list is of one order: whatever else it holds is not of ours.
      if (fill.venueOrderId !== venueOrderId) continue;
      if ('problem' in fill) unread.push({ source, row: venueOrderId, orderId, problem: fill.problem });
      else seen.set(fill.fillId, fill);
    }
    // The newest stands first.
    for (const fill of [...seen.values()].toSorted((a, b) => a.venueUs - b.venueUs)) onFill(orderId, fill);
    order.listed = [...seen.values()].reduce((sum, { qty }) => sum.plus(decimal(qty)), ZERO);
    if (unread.length > 0) {
      // It will not be read the next time either: what became of the order is to be asked as a whole.
      order.listed = order.sum;
      onUnread(unread);
    }
    return '';
  }

  #add({ orderId, venueOrderId, symbol }: FilledOrder): Wanted {
    const order: Wanted = {
      orderId,
      venueOrderId,
      symbol,
      sum: ZERO,
      listed: ZERO,
      isAsked: false,
      isStale: false,
      tries: 0,
      stop: () => undefined,
    };
    this.#orders.set(venueOrderId, order);
    if (this.#orders.size > MAX_ORDERS) this.#forgetOldest();
    return order;
  }

  /** The oldest whose fills are all listed; where there is none, they are all kept. */
  #forgetOldest(): void {
    for (const { venueOrderId, listed, sum, isAsked } of this.#orders.values()) {
      if (isAsked || listed.lt(sum) || sum.isZero()) continue;
      this.#orders.delete(venueOrderId);
      return;
    }
  }
}
