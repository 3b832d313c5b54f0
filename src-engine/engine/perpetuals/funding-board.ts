/** Perpetuals beside the spot books of the session: prices, rates and yearly rates are exact, distances in bps are estimates. */
import type { FundingRow } from '../../contract/funding-records.ts';
import type { BookStore } from '../../books/book-store.ts';
import { decimal, Decimal, fromUnits } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import {
  type FundingPayment,
  pairOf,
  paymentsPerYear,
  type PerpetualContract,
  type PerpetualReading,
} from '../../domain/perpetual.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** A reading comes every ten seconds: after six that did not come it is not counted on. */
export const STALE_US: DurationUs = 60 * US_PER_SECOND;
/** As between two venues of the spot market: beyond this a code is not known to be the same coin. */
const MAX_BASIS_BPS = 500;
const BPS = 10_000;
const BPS_STEPS = 100;
const ANNUAL_PLACES = 2;

/** What is known of one perpetual; what follows from the reading alone is worked out once. */
export type KnownPerpetual = {
  readonly contract: PerpetualContract;
  readonly reading: PerpetualReading;
  readonly receivedUs: TimeUs;
  readonly paid: FundingPayment | undefined;
  readonly annualPct: string | null;
  readonly premiumBps: number | null;
};

/** The spot market of the session that a perpetual is held against. */
export type SpotMarket = {
  readonly instrument: Instrument;
  /** Middle of its book, exact and as an estimate, and its best ask as an estimate; undefined: it is not live. */
  readonly prices: { readonly mid: Decimal; readonly estimate: number; readonly ask: number } | undefined;
};

/** The spot markets of a session by pair, so that a view searches none. */
export class SpotMarkets {
  readonly #store: BookStore;
  readonly #byPair: ReadonlyMap<string, readonly Instrument[]>;

  constructor(store: BookStore, instruments: readonly Instrument[]) {
    this.#store = store;
    this.#byPair = Map.groupBy(instruments, pairOf);
  }

  /**
   * The first whose book is live, else the first.
   * @param preferred the session's name of the venue that comes first; undefined: none does.
   */
  find(symbol: string, preferred: string | undefined): SpotMarket | undefined {
    const all = this.#byPair.get(symbol);
    if (all === undefined) return undefined;
    const own = all.find(({ venue }) => venue === preferred);
    const ordered = own === undefined ? all : [own, ...all.filter((one) => one !== own)];
    for (const instrument of ordered) {
      const prices = this.#pricesOf(instrument);
      if (prices !== undefined) return { instrument, prices };
    }
    return { instrument: ordered[0] as Instrument, prices: undefined };
  }

  #pricesOf({ id, priceDecimals }: Instrument): SpotMarket['prices'] {
    const { state, book } = this.#store.sync(id);
    if (state !== 'live' || book.isOneSided || book.isCrossed) return undefined;
    // Half of a whole number ends with the next place.
    const mid = fromUnits((book.bestBid + book.bestAsk) * 5, priceDecimals + 1);
    return { mid, estimate: mid.toNumber(), ask: book.bestAsk / 10 ** priceDecimals };
  }
}

export function knownPerpetual(
  contract: PerpetualContract,
  reading: PerpetualReading,
  receivedUs: TimeUs,
  paid: FundingPayment | undefined,
): KnownPerpetual {
  const { mark, index, rate, everyUs } = reading;
  const premiumBps = index === undefined ? null : bpsAbove(Number(mark), Number(index));
  return { contract, reading, receivedUs, paid, annualPct: annualPctOf(rate, everyUs), premiumBps };
}

export function fundingRow(
  venue: string,
  { contract, reading, receivedUs, paid, annualPct, premiumBps }: KnownPerpetual,
  spot: SpotMarket | undefined,
  nowUs: TimeUs,
): FundingRow {
  const { mark, index, rate, everyUs, nextUs, openInterest, venueUs, top } = reading;
  const basisBps = spot?.prices === undefined ? null : bpsAbove(Number(mark), spot.prices.estimate);
  const isDoubtful = basisBps !== null && Math.abs(basisBps) > MAX_BASIS_BPS;
  const ageUs = Math.max(0, nowUs - receivedUs);
  return {
    venue,
    ...contract,
    spotVenue: spot?.instrument.venue ?? null,
    spotMid: spot?.prices?.mid.toFixed() ?? null,
    mark,
    index: index ?? null,
    basisBps: isDoubtful ? null : basisBps,
    premiumBps,
    bid: top?.bid ?? null,
    ask: top?.ask ?? null,
    entryBps:
      isDoubtful || top === undefined || spot?.prices === undefined
        ? null
        : bpsAbove(Number(top.bid), spot.prices.ask),
    isDoubtful,
    rate,
    annualPct,
    everyUs: everyUs ?? null,
    nextUs: nextUs ?? null,
    openInterest: openInterest ?? null,
    venueUs: venueUs ?? null,
    receivedUs,
    ageUs,
    isStale: ageUs > STALE_US,
    paid: paid === undefined ? null : { paidUs: paid.paidUs, rate: paid.rate },
  };
}

/** Of a rate paid so often, in percent a year of 365 days, not compounded; null: it is not known how often. */
export function annualPctOf(rate: string, everyUs: DurationUs | undefined): string | null {
  if (everyUs === undefined) return null;
  const annual = decimal(rate).times(paymentsPerYear(everyUs)).times(100);
  return annual.toDecimalPlaces(ANNUAL_PLACES, Decimal.ROUND_HALF_UP).toFixed();
}

/** An estimate, to hundredths of a basis point. */
function bpsAbove(price: number, base: number): number | null {
  const bps = (price / base - 1) * BPS;
  return Number.isFinite(bps) ? Math.round(bps * BPS_STEPS) / BPS_STEPS : null;
}
