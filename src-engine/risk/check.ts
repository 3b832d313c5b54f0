/** What every risk check is given, and what it answers. Checks are pure: one small file each in `checks/`. */
import type { OrderBook } from '../books/order-book.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { BookState } from '../domain/event.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { OrderIntent } from '../domain/order.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';

/** Closed set of reasons for which we deny an order ourselves. */
export type DenialCode =
  | 'killed'
  | 'instrument-closed'
  | 'off-grid'
  | 'below-minimum'
  | 'book-not-live'
  | 'book-stale'
  | 'price-collar'
  | 'order-notional'
  | 'open-notional'
  | 'insufficient-balance'
  | 'throttled'
  | 'duplicate-intent'
  /** The intent could not be made durable, or not in time, so it was not sent. */
  | 'not-durable';

/** `detail` carries the numbers: what was asked, what is allowed. */
export type Denial = { readonly code: DenialCode; readonly detail: string };

/** The state of the world that one order is judged by. */
export type RiskContext = {
  readonly nowUs: TimeUs;
  readonly limits: RiskLimits;
  readonly killed: boolean;
  readonly instrument: Instrument;
  /** Whether the venue has it open for trading now. */
  readonly isOpen: boolean;
  readonly book: OrderBook;
  readonly bookState: BookState;
  /** Since the book was last known to be true. */
  readonly bookAgeUs: DurationUs;
  /** Value of this order in the home currency, at its limit price; undefined when no mark is known. */
  readonly notionalHome: Decimal | undefined;
  /** Value of all orders in flight, without this one. */
  readonly openNotionalHome: Decimal;
  /** What the order needs, and what is free of it. */
  readonly required: Decimal;
  readonly free: Decimal;
  /** Placements the throttle still allows now. */
  readonly tokens: number;
  /** When this intent was seen before, or undefined. */
  readonly seenUs: TimeUs | undefined;
};

export type Check = (intent: OrderIntent, context: RiskContext) => Denial | undefined;
