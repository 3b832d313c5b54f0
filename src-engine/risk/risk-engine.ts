/** The only place that approves an order. What it approves carries a mark that nobody else can put on. */
import type { OrderIntent } from '../domain/order.ts';
import type { Check, Denial, RiskContext } from './check.ts';
import { balance } from './checks/balance.ts';
import { duplicateIntent } from './checks/duplicate-intent.ts';
import { instrumentOpen } from './checks/instrument-open.ts';
import { killSwitch } from './checks/kill-switch.ts';
import { messageThrottle } from './checks/message-throttle.ts';
import { openNotional } from './checks/open-notional.ts';
import { orderGrid } from './checks/order-grid.ts';
import { orderNotional } from './checks/order-notional.ts';
import { priceCollar } from './checks/price-collar.ts';
import { staleBook } from './checks/stale-book.ts';

declare const approved: unique symbol;

/** An intent that passed every check. Only `review` makes one; the order manager takes nothing else. */
export type ApprovedIntent = OrderIntent & { readonly [approved]: true };

export type Review =
  | { readonly ok: true; readonly intent: ApprovedIntent }
  | { readonly ok: false; readonly denial: Denial };

/** In the order in which they are asked; the first denial stands. */
const CHECKS: readonly Check[] = [
  killSwitch,
  instrumentOpen,
  orderGrid,
  staleBook,
  priceCollar,
  orderNotional,
  openNotional,
  balance,
  messageThrottle,
  duplicateIntent,
];

/** Judges one order by every check. */
export function review(intent: OrderIntent, context: RiskContext): Review {
  for (const check of CHECKS) {
    const denial = check(intent, context);
    if (denial !== undefined) return { ok: false, denial };
  }
  return { ok: true, intent: intent as ApprovedIntent };
}
