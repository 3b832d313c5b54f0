/**
 * What a model outside of the kernel made of news: one bounded number with an age. It names no market, no amount and nothing that could be done; which coin it is about was set
 * by the trader before a text was read. The types are made from these schemas.
 */
import { z } from 'zod';
import { timeUs } from './value-schemas.ts';

/** Longest that a reading holds after it was made. */
export const MOST_SENTIMENT_HOURS = 24;
/** Subjects at a time: coins, and the market as a whole. */
export const MAX_SUBJECTS = 6;
/** A coin by its code; empty: the market as a whole. */
export const SUBJECT = /^(?:[A-Z0-9]{1,20})?$/;

export const sentimentReading = z.object({
  about: z.string().regex(SUBJECT, 'must be a coin such as BTC, or empty for the market as a whole'),
  /** -1: as bad as can be for the price; 1: as good as can be. */
  score: z.number().min(-1).max(1),
  /** How sure the model says that it is: 0 to 1. What the score is worth is measured by the ensemble, whatever is said here. */
  confidence: z.number().min(0).max(1),
  /** When the answer came. */
  answeredUs: timeUs,
  /** From then on it has no vote. */
  validUntilUs: timeUs,
});
export type SentimentReading = z.infer<typeof sentimentReading>;
