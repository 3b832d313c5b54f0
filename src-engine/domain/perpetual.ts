/** Perpetual futures as they are watched: nothing here is traded. */
import { assetOfToday } from './asset-alias.ts';
import type { DecimalText } from './decimal.ts';
import type { Asset } from './ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from './time.ts';
import { assetName } from './venue-asset.ts';

/** One linear perpetual: settled in its quote, like the spot pair of the same coins. */
export type PerpetualContract = {
  /** `BTC/USDT`, by the codes of today. */
  readonly symbol: string;
  /** The venue's own name of it. */
  readonly contract: string;
  readonly base: string;
  readonly quote: string;
};

/** Best prices of a perpetual's book, the bid below the ask, and what lies at them. All amounts are exact. */
export type PerpetualTop = {
  readonly bid: DecimalText;
  readonly ask: DecimalText;
  /** In base; 0: the venue does not say. */
  readonly bidQty: DecimalText;
  readonly askQty: DecimalText;
};

/** What the venue shows of a perpetual at one moment. All amounts are exact. */
export type PerpetualReading = {
  readonly symbol: string;
  /** The venue's own time of it; undefined where the venue gives none. */
  readonly venueUs: TimeUs | undefined;
  readonly mark: DecimalText;
  readonly index: DecimalText | undefined;
  /** Of the next payment, as announced, as a fraction of the position's value; above 0: longs pay shorts. */
  readonly rate: DecimalText;
  /** When it is paid; undefined: the venue does not say. */
  readonly nextUs: TimeUs | undefined;
  /** From one payment to the next; undefined: the venue does not say. */
  readonly everyUs: DurationUs | undefined;
  /** Open interest in base, as last read; undefined: not known. */
  readonly openInterest: DecimalText | undefined;
  /** Undefined: the venue shows no bid, no ask, or a bid that is not below the ask. */
  readonly top: PerpetualTop | undefined;
};

/** A funding payment that was made. */
export type FundingPayment = {
  readonly symbol: string;
  readonly paidUs: TimeUs;
  /** As settled, which may differ from what was announced. */
  readonly rate: DecimalText;
  /** The mark price that positions were valued at, where the venue publishes it. */
  readonly mark: DecimalText | undefined;
};

/** Something of a venue's answer that could not be read. */
export type UnreadRow = { readonly name: string; readonly reason: string };

/** The name of a venue's perpetuals in logs and views: they are no part of its spot market. */
export const perpetualVenue = (venue: string): string => `${venue}-perp`;

/** The pair of a spot market as perpetuals name theirs, whatever its venue calls it: `BTC/USDT` of `BTCUSDT`. */
export function pairOf({ base, quote }: { readonly base: Asset; readonly quote: Asset }): string {
  return `${assetOfToday(assetName(base))}/${assetOfToday(assetName(quote))}`;
}

const DAY_US = 86_400 * US_PER_SECOND;
const YEAR_US = 365 * DAY_US;
/** From one payment to the next: venues pay every hour to every eight; what lies outside of these is misread. */
const [SHORTEST_INTERVAL_US, LONGEST_INTERVAL_US]: readonly [DurationUs, DurationUs] = [
  60 * US_PER_SECOND,
  7 * DAY_US,
];

/** Whether it can lie between two payments: whole microseconds, a minute to a week. */
export function isFundingInterval(value: unknown): value is DurationUs {
  return (
    typeof value === 'number' &&
    Number.isSafeInteger(value) &&
    value >= SHORTEST_INTERVAL_US &&
    value <= LONGEST_INTERVAL_US
  );
}

/** Payments of a year at this interval. */
export const paymentsPerYear = (everyUs: DurationUs): number => YEAR_US / everyUs;
