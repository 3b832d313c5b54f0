/** Schemas of what lies where: targets, transfers between venues, and the board of moves. The types follow from them. */
import { z } from 'zod';
import { decimalText, timeUs } from './value-schemas.ts';

/**
 * Of a transfer between two venues. `declared`: the trader says that it was made; the source still shows the amount. `departed`: it left
 * the source and is in flight. `arrived`: the destination shows it. `canceled`: the trader withdrew the declaration.
 */
export const transferState = z.enum(['declared', 'departed', 'arrived', 'canceled']);

export const transfer = z.object({
  transferId: z.string(),
  /** The code, without a venue. */
  coin: z.string(),
  /** What leaves the source, fee included. */
  amount: decimalText,
  /** The most that may be missing at the destination, as the trader entered it. */
  fee: decimalText,
  from: z.string(),
  to: z.string(),
  network: z.string(),
  /** Expected from the declaration to the arrival. */
  minutes: z.number(),
  state: transferState,
  declaredUs: timeUs,
  expectedUs: timeUs,
  departedUs: timeUs.nullable(),
  endedUs: timeUs.nullable(),
  /** What left the source, and what the destination showed; 0 before that. */
  left: decimalText,
  arrived: decimalText,
  /** The expected time has passed and it has not arrived. */
  isLate: z.boolean(),
  /** Booked as left because the destination showed it first: the source still has to show it. */
  isPresumed: z.boolean(),
});
export type Transfer = z.infer<typeof transfer>;

/** How much of a coin is to lie at a venue, and where that is too little or too much, in percent of it. */
export const inventoryTarget = z.object({
  coin: z.string(),
  venue: z.string(),
  target: decimalText,
  lowPct: z.number(),
  highPct: z.number(),
});
export type InventoryTarget = z.infer<typeof inventoryTarget>;

/** What a venue asks for a withdrawal over one network, as the trader entered it; null: not known. */
export const transferTerms = z.object({
  coin: z.string(),
  venue: z.string(),
  network: z.string(),
  fee: decimalText.nullable(),
  minimum: decimalText.nullable(),
  minutes: z.number().nullable(),
});
export type TransferTerms = z.infer<typeof transferTerms>;

/** What of it must survive a restart. Of ended transfers the last ones. */
export const inventoryStanding = z.object({
  targets: z.array(inventoryTarget).readonly(),
  terms: z.array(transferTerms).readonly(),
  transfers: z.array(transfer).readonly(),
});
export type InventoryStanding = z.infer<typeof inventoryStanding>;

/** `dry`: below the lower end of the band. `no-target`: nothing says how much is to lie there. */
export const stockState = z.enum(['no-target', 'dry', 'in-band', 'overfull']);
export type StockState = z.infer<typeof stockState>;

/**
 * A move that would bring a coin back. `reverse`: buy it where it is short and sell it where it is plenty. `transfer`: the trader sends it.
 * `top-up`: an asset that fees are paid in runs out. `dust`: too little for an order. What is not known is null, and never 0.
 */
export const inventoryMove = z.object({
  kind: z.enum(['reverse', 'transfer', 'top-up', 'dust']),
  coin: z.string(),
  /** Where it would come from; null: it would be bought. */
  from: z.string().nullable(),
  to: z.string(),
  amount: decimalText,
  /** Of `reverse`: the coin that goes the other way. */
  through: z.string().nullable(),
  /** Of a transfer: as entered by the trader. */
  network: z.string().nullable(),
  fee: decimalText.nullable(),
  minimum: decimalText.nullable(),
  minutes: z.number().nullable(),
  costBps: z.number().nullable(),
  costHome: decimalText.nullable(),
  /** Days of edge missed for lack of this coin, at the pace of this run, that cost as much; null: unknown, or none was missed. */
  breakEvenDays: z.number().nullable(),
  /** What else to know, one sentence; empty: nothing. */
  note: z.string(),
});
export type InventoryMove = z.infer<typeof inventoryMove>;

export const inventoryRow = z.object({
  coin: z.string(),
  venue: z.string(),
  held: decimalText,
  free: decimalText,
  /** Declared, and not seen to leave yet; part of `held`. */
  leaving: decimalText,
  /** In flight to this venue, before its fee. */
  arriving: decimalText,
  valueHome: decimalText.nullable(),
  target: decimalText.nullable(),
  /** The trader set it; else it is an equal share of all that is held of the coin. */
  isOwnTarget: z.boolean(),
  lowPct: z.number(),
  highPct: z.number(),
  /** Held, of the target; null without one. */
  filledPct: z.number().nullable(),
  state: stockState,
  /** Net of the fills that were booked in the last 24 hours, as a rate; null while too little time was seen. */
  driftPerDay: decimalText.nullable(),
  /** Until nothing is left at that drift; null: it does not fall, or is not known. */
  daysOfSupply: z.number().nullable(),
  /** Profit of opportunities that were not taken in this run because this was missing, in the home currency. */
  missedHome: decimalText,
  moves: z.array(inventoryMove),
});
export type InventoryRow = z.infer<typeof inventoryRow>;

/** A stablecoin beside its peg currency. */
export const pegStanding = z.object({
  coin: z.string(),
  peg: z.string(),
  bandPct: z.number(),
  /** In the peg currency; null: no live book says so. */
  price: z.number().nullable(),
  /** How the price was found. */
  source: z.string(),
  /** Why cycles and routes through it are stopped; empty: they are not. */
  reason: z.string(),
});
export type PegStanding = z.infer<typeof pegStanding>;

export const inventoryView = z.object({
  homeAsset: z.string(),
  /** False: transfers are declared and seen at the venues; true: they are simulated. */
  isSimulated: z.boolean(),
  /** Of the session; transfers go from one of them to another. */
  venues: z.array(z.string()),
  rows: z.array(inventoryRow),
  /** Open ones first, then those that ended last. */
  transfers: z.array(transfer),
  terms: z.array(transferTerms),
  pegs: z.array(pegStanding),
});
export type InventoryView = z.infer<typeof inventoryView>;
