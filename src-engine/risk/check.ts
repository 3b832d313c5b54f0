/** What every risk check is given, and what it answers. Checks are pure: one small file each in `checks/`. */
import type { OrderBook } from '../books/order-book.ts';
import { compare, Decimal, IN_DOUBT } from '../domain/decimal.ts';
import type { BookState } from '../domain/event.ts';
import type { Asset, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { OrderIntent } from '../domain/order.ts';
import type { DenialNumbers, RiskLevel } from '../domain/risk.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';

/** Closed set of reasons for which we deny an order ourselves. */
export type DenialCode =
  | 'killed'
  | 'not-armed'
  | 'canary-size'
  | 'not-reconciled'
  | 'instrument-closed'
  | 'off-grid'
  | 'below-minimum'
  | 'book-not-live'
  | 'book-stale'
  | 'price-collar'
  | 'reference-price'
  | 'order-notional'
  | 'order-qty'
  | 'open-notional'
  | 'insufficient-balance'
  | 'throttled'
  | 'duplicate-intent'
  | 'equity-unknown'
  | 'loss-level'
  | 'breaker-open'
  | 'strategy-stopped'
  | 'trades-per-day'
  | 'volatility'
  | 'position-limit'
  | 'gross-exposure'
  | 'related-executions'
  | 'kelly-cap'
  /** It would trade with an order of the same account that rests. */
  | 'own-quote'
  /** The intent could not be made durable, or not in time, so it was not sent. */
  | 'not-durable'
  /** This engine's lease on the database has ended, so it was not sent: another engine may trade the account. */
  | 'no-lease'
  /** A cancel of it came while its intent was being stored, so it was not sent. */
  | 'canceled'
  /** The run is not connected to its venue: it never left. */
  | 'no-venue';

/** `detail` gives the numbers as text; `numbers` are set where a limit was exceeded. */
export type Denial = {
  readonly code: DenialCode;
  readonly detail: string;
  readonly numbers?: DenialNumbers | undefined;
};

/** The last sampled mid price of an instrument, in quote. */
export type Reference = { readonly price: number; readonly ageUs: DurationUs };

/** In bps of the price; undefined while too little was seen. */
export type Volatility = {
  readonly stdevBps: number | undefined;
  readonly ewmaBps: number | undefined;
  readonly atrBps: number | undefined;
};

/** The state of the world that one order is judged by. */
export type RiskContext = {
  readonly nowUs: TimeUs;
  readonly limits: RiskLimits;
  readonly homeAsset: Asset;
  readonly killed: boolean;
  /** Why live trading is disarmed, empty when it is not; and the part of the limits on size that may be used. */
  readonly arming: { readonly refusal: string; readonly share: number };
  /** Why nothing new may be sent to the venue until it was compared with the ledger; empty: it was. */
  readonly unreconciled: string;
  /**
   * The order belongs to a cycle under way (its purpose is `continue` or `unwind`, or another leg that was sent with it
   * has been approved), or gives a foreign asset for the home currency: it takes no new risk, and checks that only stop
   * new risk let it pass.
   */
  readonly reducesExposure: boolean;
  readonly instrument: Instrument;
  /** Whether the venue has it open for trading now. */
  readonly isOpen: boolean;
  readonly book: OrderBook;
  readonly bookState: BookState;
  /** Since the book was last known to be true. */
  readonly bookAgeUs: DurationUs;
  /** Last sampled mid price; undefined before the first. */
  readonly reference: Reference | undefined;
  readonly volatility: Volatility;
  /** Value of this order in the home currency, at its limit price; undefined when no mark is known. */
  readonly notionalHome: Decimal | undefined;
  /** Value of all orders in flight, without this one. */
  readonly openNotionalHome: Decimal;
  /** What the account is worth; undefined until everything it holds has a price. */
  readonly equityHome: Decimal | undefined;
  /** Value of the position that the order would make of what it buys, in the home currency; undefined when unknown. */
  readonly positionHome: Decimal | undefined;
  /** Value of all positions with this order; undefined when unknown. */
  readonly grossHome: Decimal | undefined;
  /** 1, or less while sizes are cut: at the caution level, and where the price moves more than half a band. */
  readonly sizeFactor: number;
  readonly level: RiskLevel;
  /** Loss of the day in percent of what it began with, for the detail of a denial. */
  readonly lossPct: Decimal;
  /** Why a breaker refuses this order; undefined: none does. */
  readonly tripped: string | undefined;
  /** Why the order's cycle, or the quotes that it is one of, were stopped; undefined: they were not. */
  readonly stopped: string | undefined;
  /** Cycles begun since the UTC day began, without the order's own. */
  readonly tradesToday: number;
  /** Cycles under way that are related to the order's own, without it. */
  readonly related: number;
  /** Largest stake of a cycle by its record; undefined while that holds too little. */
  readonly kellyNotional: Decimal | undefined;
  /** The own resting order that this one would trade with; undefined: none. */
  readonly ownQuote?: OrderId | undefined;
  /** What the order needs, and what is free of it. */
  readonly required: Decimal;
  readonly free: Decimal;
  /** Of new risk: what hedges of quotes keep besides, and is not in `free`. */
  readonly kept?: Decimal | undefined;
  /** Messages the throttle still allows now, those kept for cancels included. */
  readonly tokens: number;
  /** Of these, what other orders need: cycles under way have their placements kept for them. */
  readonly tokensKept: number;
  /** When this intent was seen before, or undefined. */
  readonly seenUs: TimeUs | undefined;
};

/** What risk says whatever an order asks for: whether anything new may be at risk at all. */
export type StandingContext = Pick<
  RiskContext,
  | 'reducesExposure'
  | 'limits'
  | 'homeAsset'
  | 'level'
  | 'lossPct'
  | 'tripped'
  | 'stopped'
  | 'equityHome'
  | 'tradesToday'
>;

/** Asks nothing of the order itself. */
export type StandingCheck = (intent: unknown, context: StandingContext) => Denial | undefined;

export type Check = (intent: OrderIntent, context: RiskContext) => Denial | undefined;

/** True for a finite amount from zero up to `most`: what is not a number, or below zero, is never within a limit. */
export function isWithin(asked: Decimal | undefined, most: Decimal): asked is Decimal {
  return asked !== undefined && asked.isFinite() && !asked.isNegative() && compare(asked, most) <= 0;
}

/**
 * True where `price` is so much nearer to `reference` than `bps` of it that no rounding can be the reason; whatever is not is
 * compared exactly. @param reference and the price as estimates, both in quote.
 */
export function isWellWithin(price: number, reference: number, bps: number): boolean {
  return (Math.abs(price - reference) + price * IN_DOUBT * 1e-4) * 10_000 < reference * bps * (1 - IN_DOUBT);
}

/** The denial of something that is above its limit: `order value 5210 USD, allowed 5000 USD`. */
export function beyond(
  code: DenialCode,
  what: string,
  asked: Decimal | number | undefined,
  allowed: Decimal | number,
  unit: string,
): Denial {
  const numbers = { asked: asked === undefined ? 'unknown' : plain(asked), allowed: plain(allowed), unit };
  const askedText = asked === undefined ? 'unknown' : `${numbers.asked} ${unit}`;
  return { code, detail: `${what} ${askedText}, allowed ${numbers.allowed} ${unit}`, numbers };
}

/** Digits that show a difference in the last place of money, and no more. */
function plain(value: Decimal | number): string {
  const exact = new Decimal(value);
  return exact.isFinite() ? exact.toDecimalPlaces(12).toFixed() : exact.toString();
}
