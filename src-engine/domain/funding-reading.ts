/** What the perpetuals of a coin said, as strategies on its spot market hear it. An input of the journal: a replay has it and asks no venue. The types are made from these schemas. */
import { z } from 'zod';
import { timeUs } from './value-schemas.ts';

/** Longest that a reading holds, in seconds. */
export const MOST_FUNDING_SECONDS = 600;
/** Coins at a time. */
export const MAX_FUNDED_COINS = 200;
const COIN = /^[A-Z0-9]{1,20}$/;

export const fundingReading = z.object({
  /** Code of the coin. */
  about: z.string().regex(COIN, 'must be a coin such as BTC'),
  /** Announced for the next payment, in bps of eight hours: the middle of all perpetuals of the coin; above 0: longs pay shorts. */
  rateBps: z.number().min(-10_000).max(10_000),
  /** Marks above the middles of their spot books, in bps: the middle of all; null: none is known. */
  basisBps: z.number().min(-10_000).max(10_000).nullable(),
  /** Perpetuals that it is the middle of. */
  perpetuals: z.number().int().min(1),
  /** When the oldest of them came. */
  readUs: timeUs,
  /** From then on it has no vote. */
  validUntilUs: timeUs,
});
export type FundingReading = z.infer<typeof fundingReading>;
