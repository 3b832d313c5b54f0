/** Perpetuals beside the spot market: funding, basis, open interest. Watched, never traded. */
import { z } from 'zod';
import { CARRY_REASONS } from '../domain/carry-reason.ts';
import { amountText, decimalText, timeUs } from '../domain/value-schemas.ts';

/** Rows of one answer at most, and rows that are named as unread. */
export const MAX_FUNDING_ROWS = 1_200;
export const MAX_UNREAD_ROWS = 20;

const bps = z.number();

const fundingRow = z.object({
  /** Id of the venue whose perpetual it is. */
  venue: z.string(),
  /** `BTC/USDT`, by the codes of today. */
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  /** The venue's own name of it. */
  contract: z.string(),
  /** Where the spot market of the same coins lies: at the same venue where the session has it there. Null: at none. */
  spotVenue: z.string().nullable(),
  /** Middle of that spot book; null: there is none, or it is not live. */
  spotMid: decimalText.nullable(),
  mark: decimalText,
  index: decimalText.nullable(),
  /** Mark above the middle of the spot book, in bps of it. */
  basisBps: bps.nullable(),
  /** Mark above the venue's own index, in bps of it. */
  premiumBps: bps.nullable(),
  /** Best prices of the perpetual's own book; null: the venue shows none. */
  bid: decimalText.nullable(),
  ask: decimalText.nullable(),
  /** Its best bid above the best ask of the spot book, in bps of that ask: at which a carry would be entered. Null: one of them is not known. */
  entryBps: bps.nullable(),
  /** They differ by more than 5 %: the codes may not be of one coin, and no basis is given. */
  isDoubtful: z.boolean(),
  /** Announced for the next payment, as a fraction; above 0: longs pay shorts. */
  rate: decimalText,
  /** The same over a year, in percent, not compounded; null: the interval is not known. */
  annualPct: decimalText.nullable(),
  /** From one payment to the next, in µs. */
  everyUs: z.number().nullable(),
  nextUs: timeUs.nullable(),
  /** In base. */
  openInterest: decimalText.nullable(),
  /** The venue's own time of the reading; null: it gives none. */
  venueUs: timeUs.nullable(),
  /** When it was here. */
  receivedUs: timeUs,
  ageUs: z.number(),
  /** Too old to be counted on. */
  isStale: z.boolean(),
  /** The last payment that is known, as settled. */
  paid: z.object({ paidUs: timeUs, rate: decimalText }).nullable(),
});
export type FundingRow = z.infer<typeof fundingRow>;

const fundingVenue = z.object({
  /** Id of the venue. */
  venue: z.string(),
  title: z.string(),
  /** No real venue stands behind it. */
  isSimulated: z.boolean(),
  /** `starting`: nothing came yet; `silent`: nothing for too long, or what came does not move. */
  state: z.enum(['starting', 'reading', 'failing', 'silent']),
  /** What is wrong; empty: nothing. */
  fault: z.string(),
  /** When the last reading came; null: none did. */
  readUs: timeUs.nullable(),
  contracts: z.number().int(),
  /** Rows of its answers that could not be read, since the feed began, and those of the last answer by name. */
  unreadRows: z.number().int(),
  unread: z.array(z.object({ name: z.string(), reason: z.string() })),
});
export type FundingVenue = z.infer<typeof fundingVenue>;

/** Carries on paper at a time. */
export const MAX_CARRY_LINES = 20;
/** Stake of a carry that names none, in quote. */
export const USUAL_STAKE = '10000';

export const carryLine = z.strictObject({
  /** Of both markets, such as `BTC/USDT`. */
  symbol: z.string().min(3).max(40),
  /** Id of the venue whose perpetual is sold. */
  venue: z.string().min(1).max(40),
  /** Of each leg, in quote. */
  stake: amountText.refine((text) => /[1-9]/.test(text), 'must be above zero'),
});
export type CarryLine = z.infer<typeof carryLine>;

/** A carry on paper. Amounts in quote, cut to twelve places. */
const carryStanding = z.object({
  symbol: z.string(),
  venue: z.string(),
  stake: amountText,
  /** Where its coins would lie; null: the session has no spot market of this pair. */
  spotVenue: z.string().nullable(),
  isHeld: z.boolean(),
  /** Why: the last decision, or what keeps it from being carried out. */
  reason: z.enum(CARRY_REASONS),
  sinceUs: timeUs.nullable(),
  /** Base that is held on the spot market, and sold as a perpetual. */
  qty: decimalText.nullable(),
  /** Positions that were left. */
  trades: z.number().int(),
  /** Of all payments; below 0: paid. */
  funding: decimalText,
  fees: decimalText,
  /** Of positions that were left, net of fees, funding included. */
  realized: decimalText,
  /** Of the open one, entry fees and funding included, exit fees not. */
  unrealized: decimalText.nullable(),
  payments: z.number().int(),
  /** Announced while it was held, and not known or not to be valued: the sums lack them. */
  missingPayments: z.number().int(),
});
export type CarryStanding = z.infer<typeof carryStanding>;

export const fundingView = z.object({
  /** Those that are watched, in the order in which they were chosen. */
  venues: z.array(fundingVenue),
  /** Ids of all that could be. */
  offered: z.array(z.object({ venue: z.string(), title: z.string() })),
  rows: z.array(fundingRow),
  /** Carries on paper, in the order in which they were set. */
  carries: z.array(carryStanding),
});
export type FundingView = z.infer<typeof fundingView>;
