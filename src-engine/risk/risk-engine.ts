/** The only place that approves an order. What it approves carries a mark that no other code can set. */
import type { OrderIntent } from '../domain/order.ts';
import type { Check, Denial, RiskContext, StandingCheck, StandingContext } from './check.ts';
import { armed } from './checks/armed.ts';
import { balance } from './checks/balance.ts';
import { breakers } from './checks/breakers.ts';
import { duplicateIntent } from './checks/duplicate-intent.ts';
import { equityKnown } from './checks/equity-known.ts';
import { grossExposure } from './checks/gross-exposure.ts';
import { instrumentOpen } from './checks/instrument-open.ts';
import { kellyCap } from './checks/kelly-cap.ts';
import { killSwitch } from './checks/kill-switch.ts';
import { lossLevel } from './checks/loss-level.ts';
import { messageThrottle } from './checks/message-throttle.ts';
import { openNotional } from './checks/open-notional.ts';
import { orderGrid } from './checks/order-grid.ts';
import { orderNotional } from './checks/order-notional.ts';
import { orderQty } from './checks/order-qty.ts';
import { ownQuote } from './checks/own-quote.ts';
import { positionLimit } from './checks/position-limit.ts';
import { priceCollar } from './checks/price-collar.ts';
import { reconciled } from './checks/reconciled.ts';
import { referencePrice } from './checks/reference-price.ts';
import { relatedExecutions } from './checks/related-executions.ts';
import { staleBook } from './checks/stale-book.ts';
import { strategyStopped } from './checks/strategy-stopped.ts';
import { tradesPerDay } from './checks/trades-per-day.ts';
import { volatility } from './checks/volatility.ts';

declare const approved: unique symbol;

/** An intent that passed every check. Only `review` makes one; the order manager takes nothing else. */
export type ApprovedIntent = OrderIntent & { readonly [approved]: true };

export type Review =
  | { readonly ok: true; readonly intent: ApprovedIntent }
  | { readonly ok: false; readonly denial: Denial };

/** Those that hold whatever the order: what stands against all that is new, and against quotes that rest already. */
const STANDING_CHECKS: readonly StandingCheck[] = [
  lossLevel,
  breakers,
  strategyStopped,
  equityKnown,
  tradesPerDay,
];

/**
 * In the order in which they are asked; the first denial stands. First what the venue or the latch forbids, then what
 * the order itself says, then what the account may still risk, last what it uses up.
 */
export const CHECKS: readonly Check[] = [
  killSwitch,
  armed,
  reconciled,
  instrumentOpen,
  orderGrid,
  staleBook,
  priceCollar,
  ownQuote,
  referencePrice,
  ...STANDING_CHECKS,
  volatility,
  orderNotional,
  orderQty,
  openNotional,
  positionLimit,
  grossExposure,
  relatedExecutions,
  kellyCap,
  balance,
  messageThrottle,
  duplicateIntent,
];

/** Those that each order which rests is held to besides: what limits its size and the account, and the market's own movement. */
const RESTING_CHECKS: readonly Check[] = [
  volatility,
  orderNotional,
  orderQty,
  openNotional,
  positionLimit,
  grossExposure,
  kellyCap,
];

/** Judges one order by every check. */
export function review(intent: OrderIntent, context: RiskContext): Review {
  const denial = firstDenial(CHECKS, intent, context);
  return denial === undefined ? { ok: true, intent: intent as ApprovedIntent } : { ok: false, denial };
}

/** Judges an order that rests, as if what is left of it were to be placed now. @param context of the account without it. */
export function reviewResting(intent: OrderIntent, context: RiskContext): Denial | undefined {
  return firstDenial(RESTING_CHECKS, intent, context);
}

/** Why nothing new may be at risk, whatever the order; undefined: nothing stands against it. */
export function reviewStanding(context: StandingContext): Denial | undefined {
  return firstDenial(STANDING_CHECKS, undefined, context);
}

function firstDenial<I, C>(
  checks: readonly ((intent: I, context: C) => Denial | undefined)[],
  intent: I,
  context: C,
): Denial | undefined {
  for (const check of checks) {
    const denial = check(intent, context);
    if (denial !== undefined) return denial;
  }
  return undefined;
}
