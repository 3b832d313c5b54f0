import type { Decimal, DecimalText } from './decimal.ts';
import type { Asset, ExecutionId, InstrumentId, IntentId, OrderId, VenueName } from './ids.ts';
import type { TimeUs } from './time.ts';

export type Side = 'buy' | 'sell';
/** `ioc`: fill what is there at once, cancel the rest. `gtc`: rest until canceled. */
export type TimeInForce = 'ioc' | 'gtc';

/**
 * The life of an order. Only the venue's events move it past `created`:
 * created → accepted → filled | canceled, or created → rejected, or created → unknown → any of them.
 * `created` is durable and handed to the venue; `denied` is ours: it never left.
 */
export type OrderState = 'created' | 'denied' | 'accepted' | 'filled' | 'canceled' | 'rejected' | 'unknown';

/**
 * What an order is to its cycle. `open`: it is the first of its cycle, or one of those that are all sent at once: new
 * risk, which every check may refuse; of several, the first that is asked about decides for all. `continue`: a later leg along the plan. `unwind`: it brings home what a failed
 * leg left. The last two only bring back what is out already: checks that exist to stop new risk let them pass.
 */
export type OrderPurpose = 'open' | 'continue' | 'unwind';

/** An order of this side and price would trade with one that rests on the other side at `other`. */
export function meets(side: Side, price: Decimal, other: Decimal): boolean {
  return side === 'buy' ? price.gte(other) : price.lte(other);
}

/** What we mean to send: exact, on tick and lot. */
export type OrderIntent = {
  readonly intentId: IntentId;
  readonly executionId: ExecutionId;
  readonly venue: VenueName;
  readonly instrumentId: InstrumentId;
  readonly symbol: string;
  readonly side: Side;
  readonly price: Decimal;
  readonly qty: Decimal;
  readonly timeInForce: TimeInForce;
  /** The venue must reject it where any of it would trade at once; only of orders that rest. */
  readonly postOnly?: boolean | undefined;
  readonly purpose: OrderPurpose;
};

/** An order as the order manager keeps it. */
export type Order = OrderIntent & {
  readonly orderId: OrderId;
  state: OrderState;
  venueOrderId: string | undefined;
  filledQty: Decimal;
  /** Sum of price × quantity over the fills, in quote. */
  filledNotional: Decimal;
  /** Sum of fees, in quote; those that were charged in base at the price of their fill. */
  fees: Decimal;
  /** What left the asset it gives, and what came of the asset it takes; fees included where they are charged there. */
  spent: Decimal;
  received: Decimal;
  /** Fees in other assets than these two. */
  readonly asideFees: { readonly asset: Asset; readonly amount: Decimal }[];
  readonly createdUs: TimeUs;
  /** The venue must not match it after this time; an adapter passes it on where the venue knows such a deadline. */
  readonly expireUs: TimeUs;
  updatedUs: TimeUs;
  /** Code and words of a denial, rejection, cancellation or doubt. */
  reason: string | undefined;
};

/**
 * Why an order was refused, where that may be everyday business and no fault of the venue: a post-only order would have taken, or our own count
 * of the venue's rate limit kept it back. A leg that a cycle needs once others of its orders were sent is kept back at a cost: that is a fault all the same.
 */
export type RejectCause = 'would-take' | 'rate-limit';

/** One execution as the venue reports it. */
export type Fill = {
  /** The venue's id of the execution: the same id reported twice is one fill. */
  readonly fillId: string;
  readonly orderId: OrderId;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly fee: DecimalText;
  readonly feeAsset: Asset;
  /** What the venue booked of its quote for it, where that is less exact than price × quantity; left out where it does not say. */
  readonly cost?: DecimalText | undefined;
  readonly atUs: TimeUs;
};

/**
 * An order as the venue lists it, when asked how the account stands. Of one that was placed elsewhere the texts are the
 * venue's own and for display only: the price of a trailing stop is `+5.0000%`.
 */
export type VenueOrder = {
  /** Ours by the form of its id; undefined for one that was placed elsewhere. */
  readonly orderId: OrderId | undefined;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side | '';
  readonly price: string;
  readonly qty: string;
  readonly filledQty: string;
  readonly state: 'open' | 'filled' | 'canceled';
  /** Which field of the row could not be read: nothing is settled from it. */
  readonly problem?: string | undefined;
};

/** A row of a venue's answer that could not be read whole. It endangers an order only where it belongs to one of ours. */
export type UnreadRow = {
  /** The list that it stood in: `OpenOrders`, `executions`. */
  readonly source: string;
  /** The venue's id of the row, or the asset of a balance; empty where it has none. */
  readonly row: string;
  /** The order that it belongs to, by the form of its id. */
  readonly orderId?: OrderId | undefined;
  readonly asset?: Asset | undefined;
  /** The field and what it holds. */
  readonly problem: string;
};

/** What is held of an asset, as the venue says. */
export type VenueBalance = {
  readonly asset: Asset;
  readonly total: DecimalText;
  /** Of the total, what no new order may use: set aside for orders, or pledged; zero when left out. */
  readonly held?: DecimalText | undefined;
  /** `gas`: what is held pays for orders, whichever they are, and nothing of it is set aside for one. Left out: orders are in it, ours among them. */
  readonly heldFor?: 'gas' | undefined;
};

/** How an account stands at its venue, as the venue says. */
export type VenueAccount = {
  readonly venue: VenueName;
  /** All that are open, and those of ours that ended since `sinceUs`. */
  readonly orders: readonly VenueOrder[];
  /** Fills of our orders since `sinceUs`. */
  readonly fills: readonly Fill[];
  /** Every asset that is held; undefined where the venue keeps no account of its own (simulated fills). */
  readonly balances: readonly VenueBalance[] | undefined;
  /** Rows that could not be read; those of orders are in `orders`, with their problem. */
  readonly unread?: readonly UnreadRow[] | undefined;
  readonly sinceUs: TimeUs;
  /**
   * The history was too long for one reading: orders and fills are complete up to here, by our clock, and the rest is to be
   * asked for from here. Then there are no balances. Undefined: all of it was read, or none was asked for.
   */
  readonly readToUs?: TimeUs | undefined;
  /**
   * What was reported of orders is true no longer, as blocks with them are no part of the chain: differences of these assets alone are taken over.
   * Undefined: everything that was reported stands.
   */
  readonly takenBack?: { readonly reason: string; readonly assets: readonly Asset[] } | undefined;
};

/** Where an order stands at the venue: the only things that change an order's state after `created`. */
export type VenueOrderEvent =
  | {
      readonly kind: 'accepted';
      readonly orderId: OrderId;
      readonly venueOrderId: string;
      readonly atUs: TimeUs;
    }
  | { readonly kind: 'fill'; readonly orderId: OrderId; readonly fill: Fill; readonly atUs: TimeUs }
  | {
      readonly kind: 'canceled';
      readonly orderId: OrderId;
      readonly reason: string;
      /** The quantity filled by then, where the venue reports it: the order is over once these fills have been reported. */
      readonly filledQty?: DecimalText | undefined;
      /** What it cost although it was not made: gas of a swap that was reverted. */
      readonly charge?:
        | {
            readonly asset: Asset;
            readonly amount: DecimalText;
            /** Nobody has taken it: it is booked as far as it lies there. */
            readonly isSimulated?: true | undefined;
          }
        | undefined;
      readonly atUs: TimeUs;
    }
  | {
      readonly kind: 'rejected';
      readonly orderId: OrderId;
      readonly reason: string;
      readonly cause?: RejectCause | undefined;
      readonly atUs: TimeUs;
    }
  | { readonly kind: 'unknown'; readonly orderId: OrderId; readonly reason: string; readonly atUs: TimeUs }
  /** The venue refused to cancel: mostly because it has no such order open. What became of it is to be asked. */
  | {
      readonly kind: 'cancel-rejected';
      readonly orderId: OrderId;
      readonly reason: string;
      readonly atUs: TimeUs;
    }
  /** The connection that reports our orders: while it is down no fill is seen, and nothing new may be sent. */
  | {
      readonly kind: 'link';
      readonly venue: VenueName;
      readonly state: 'up' | 'down';
      readonly reason: string;
      readonly atUs: TimeUs;
    }
  /** The private connection sent something that could not be read in full. */
  | {
      readonly kind: 'unread-rows';
      readonly venue: VenueName;
      readonly rows: readonly UnreadRow[];
      readonly atUs: TimeUs;
    }
  /** Answer to `keepAlive`: the countdown was renewed (or ended: 0), or why it was not. */
  | {
      readonly kind: 'guarded';
      readonly venue: VenueName;
      readonly timeoutMs: number;
      /** Why the venue, or we ourselves, did not; empty: done. */
      readonly refusal: string;
      readonly atUs: TimeUs;
    }
  /** Answer to `reconcile`: everything of it was asked after the call. */
  | { readonly kind: 'account'; readonly account: VenueAccount; readonly atUs: TimeUs }
  | {
      readonly kind: 'account-failed';
      readonly venue: VenueName;
      readonly reason: string;
      readonly atUs: TimeUs;
    }
  /** Canceling everything, or the question what is open, did not reach the venue; it is tried again. */
  | {
      readonly kind: 'cancel-all-failed';
      readonly venue: VenueName;
      readonly reason: string;
      readonly atUs: TimeUs;
    }
  /** Answer to a question, not a guess: how many orders the venue shows open on the account, those placed elsewhere too. 0 ends a kill. */
  | {
      readonly kind: 'open-orders';
      readonly venue: VenueName;
      readonly count: number;
      readonly atUs: TimeUs;
    };
