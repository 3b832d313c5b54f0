/** What the account holds, asset by asset, at the marks of the moment. */
import { z } from 'zod';
import { decimalText } from '../domain/value-schemas.ts';

export const position = z.object({
  asset: z.string(),
  total: decimalText,
  /** What orders and cycles under way have set aside. */
  reserved: decimalText,
  /** What the venue holds back of it for orders that were placed elsewhere, or as pledged. */
  held: decimalText,
  free: decimalText,
  /** Average cost of `total`, in the home currency. */
  costHome: decimalText,
  /** Home currency per unit; null while no price is known. */
  mark: decimalText.nullable(),
  /** Of `total`, and beyond what that cost; null without a mark. */
  valueHome: decimalText.nullable(),
  unrealizedHome: decimalText.nullable(),
  /** Percent of the equity; null without a mark, or while equity is nothing. */
  sharePct: z.number().nullable(),
  /** Of the oldest book that the mark rests on; null without a mark, 0 for the home currency. */
  markAgeUs: z.number().nullable(),
  /** There is a mark, and every book that it rests on is live. */
  isMarkLive: z.boolean(),
});
export type Position = z.infer<typeof position>;

export const positionsView = z.object({
  homeAsset: z.string(),
  /** The sum of all values. */
  equity: decimalText,
  /** The home currency first, then by value. */
  positions: z.array(position),
});
export type PositionsView = z.infer<typeof positionsView>;
