/** One market at all its venues, and the venues beside each other, as views and calls have them. */
import { z } from 'zod';
import { bookState, decimalText, timeUs } from '../domain/value-schemas.ts';

/** Markets at several venues that one answer lists: those with the best edge first, quarantined ones last. */
export const MAX_CROSS_MARKETS = 200;
/** Orders that one comparison reads, newest first. */
export const MAX_COMPARED_ORDERS = 20_000;

const bps = z.number();

const crossVenueRow = z.object({
  instrumentId: z.number().int(),
  venue: z.string(),
  symbol: z.string(),
  state: bookState,
  /** Why it is not live, or not traded; empty: it is both. */
  reason: z.string(),
  /** Since the last change of its book, in µs; null before the first. */
  ageUs: z.number().nullable(),
  /** From the venue and back, as last measured, in µs; null: not measured yet. */
  roundTripUs: z.number().nullable(),
  /** In quote; null: nothing there, or the book is not live. */
  bid: decimalText.nullable(),
  bidQty: decimalText.nullable(),
  ask: decimalText.nullable(),
  askQty: decimalText.nullable(),
  /** Of the taker; null: not known. */
  feeBps: bps.nullable(),
  /** What a seller is left with of a unit, and what a buyer pays for one that he keeps: after the taker fee, rounded against him. */
  netBid: decimalText.nullable(),
  netAsk: decimalText.nullable(),
  /** What each order costs besides, in quote, whatever its size, and no part of the two above: gas. Left out: nothing. */
  orderCost: decimalText.optional(),
  /** Of all venues where an order costs nothing besides; none is where the market is quarantined. */
  isBestBid: z.boolean(),
  isBestAsk: z.boolean(),
  /** How long its price moves before those of the other venues, in ms; below zero: after them. Null: nothing stands out from chance. */
  leadMs: z.number().nullable(),
  /** Of its returns with theirs at that lead; null with it. */
  leadCorrelation: z.number().nullable(),
});
export type CrossVenueRow = z.infer<typeof crossVenueRow>;

const spreadCell = z.object({
  /** Venues, by the instrument of the market that lies there. */
  buyAt: z.number().int(),
  sellAt: z.number().int(),
  /** After both taker fees, at the best prices; before depth, age risk and what bringing coins back costs. Null: a side has no live price. */
  netBps: bps.nullable(),
  /** Before fees. */
  grossBps: bps.nullable(),
  /**
   * With hysteresis: `pays` is above 0, `near` above −5, `below` above −25 bps; null with netBps, of a quarantined market, and where an
   * order costs something besides, as it is for the size to show whether it pays.
   */
  band: z.enum(['far', 'below', 'near', 'pays']).nullable(),
});
export type SpreadCell = z.infer<typeof spreadCell>;

const crossMarket = z.object({
  /** One of its instruments. */
  instrumentId: z.number().int(),
  base: z.string(),
  quote: z.string(),
  venues: z.number().int(),
  /** Of all its pairs of venues; null: no two have a live price. */
  bestBps: bps.nullable(),
  /** Its coin may not be the same one at all its venues: `bestBps` is no edge then, and no route trades it. */
  isQuarantined: z.boolean(),
});
export type CrossMarket = z.infer<typeof crossMarket>;

export const crossVenueView = z.object({
  base: z.string(),
  quote: z.string(),
  /** Its coin is quarantined: it may not be the same one at these venues, and no route trades it. */
  isQuarantined: z.boolean(),
  /** The market at each of its venues, in the order of the plan. */
  rows: z.array(crossVenueRow),
  /** Every pair of two of its venues, both ways. */
  cells: z.array(spreadCell),
  /** All markets that lie at two venues or more. */
  markets: z.array(crossMarket),
});
export type CrossVenueView = z.infer<typeof crossVenueView>;

const venueRecord = z.object({
  venue: z.string(),
  /** Orders that left, and of them those that traded something, nothing, were refused by the venue, or have no known end. */
  orders: z.number().int(),
  filled: z.number().int(),
  empty: z.number().int(),
  rejected: z.number().int(),
  unknown: z.number().int(),
  /** `filled` of those with a known end, from 0 to 1; null: none has ended. */
  fillRate: z.number().nullable(),
  /** From the order's creation until its end was known here, of IOC orders, in µs; null: none ended. */
  latencyP50Us: z.number().nullable(),
  latencyP95Us: z.number().nullable(),
  /** Mean fill against the worst price that the plan counted on, the mean of all planned legs that filled; above 0: worse. Null: none did. */
  slippageBps: bps.nullable(),
  /** Executions that had to be unwound or were stranded because a leg at this venue filled least. */
  failedLegs: z.number().int(),
  /** What these executions lost, in the home currency; below 0: they earned. */
  failedCost: decimalText,
});
export type VenueRecord = z.infer<typeof venueRecord>;

export const venueComparison = z.object({
  homeAsset: z.string(),
  /** Orders that were read. */
  orders: z.number().int(),
  /** There are older ones that were not. */
  isCut: z.boolean(),
  /** Of the oldest order that was read; null: none. */
  sinceUs: timeUs.nullable(),
  venues: z.array(venueRecord),
});
export type VenueComparison = z.infer<typeof venueComparison>;
