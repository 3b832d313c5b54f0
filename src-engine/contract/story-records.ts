/** The story of an execution: what is kept of it beside its orders and fills, live and in a backtest alike. */
import { z } from 'zod';
import * as values from '../domain/value-schemas.ts';

const level = z.tuple([values.decimalText, values.decimalText]);

/** A book as it stood at a moment of an execution. */
export const keptBook = z.object({
  symbol: z.string(),
  /** Of a route over several venues; else that of the execution. */
  venue: z.string().optional(),
  /** Since its last change. */
  ageUs: z.number().nonnegative(),
  /** Price and quantity, best first. */
  bids: z.array(level),
  asks: z.array(level),
});

/** One order's way in the engine's own clock, µs since 1970; null: it never came so far, or it is not known. */
export const orderTimes = z.object({
  orderId: z.string(),
  /** Its decision was made. */
  decidedUs: values.timeUs,
  /** Its intent was in the intent journal, as durable as the trader chose. */
  journaledUs: values.timeUs.nullable(),
  /** Its adapter had taken it. */
  sentUs: values.timeUs.nullable(),
  /** The venue's acceptance was heard of. */
  acknowledgedUs: values.timeUs.nullable(),
  /** Its first and its last fill were heard of. */
  firstFillUs: values.timeUs.nullable(),
  lastFillUs: values.timeUs.nullable(),
  /** Its end was heard of: filled, canceled, rejected, denied. */
  endedUs: values.timeUs.nullable(),
});
export type OrderTimes = z.infer<typeof orderTimes>;

/** The book of an order's instrument when its first fill was heard of. */
export const fillBook = keptBook.extend({ orderId: z.string() });

/** What of an execution is in none of its records. */
export const storyParts = z.object({
  /** The market data that it was decided on came at this time; null: it was not begun by a book. */
  receivedUs: values.timeUs.nullable(),
  opportunity: values.opportunity.nullable(),
  /** Of its legs, as they stood when it was chosen. */
  books: z.array(keptBook),
  fillBooks: z.array(fillBook),
  times: z.array(orderTimes),
});
export type StoryParts = z.infer<typeof storyParts>;

export const executionStory = storyParts.extend({
  execution: values.execution,
  orders: z.array(values.order),
  fills: z.array(values.fill),
  /** False: only its records are there, as it is older than what is kept, or of another version. */
  isKept: z.boolean(),
});
export type ExecutionStory = z.infer<typeof executionStory>;

/** Stories that are kept of a profile, the newest. */
export const MAX_STORIES = 2_000;
