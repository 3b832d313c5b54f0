/** What the agent keeps over a restart: what the day has cost, when it may ask again, what was asked about, and the readings that still hold. */
import { z } from 'zod';
import { MAX_SUBJECTS, sentimentReading } from '../domain/sentiment.ts';
import { timeUs } from '../domain/value-schemas.ts';
import { MAX_TEXTS } from './question.ts';

export const keptIntelligence = z.strictObject({
  /** In UTC. */
  day: z.string(),
  calls: z.int().min(0),
  tokens: z.int().min(0),
  /** When it asked last, and until when the endpoint asked it to wait. */
  askedUs: timeUs,
  notBeforeUs: timeUs,
  /** By subject: when it was asked about, and marks of the texts that were answered. */
  subjects: z.record(
    z.string(),
    z.strictObject({ askedUs: timeUs, marks: z.array(z.string().max(64)).max(MAX_TEXTS) }),
  ),
  readings: z.array(sentimentReading).max(MAX_SUBJECTS),
});
export type KeptIntelligence = z.infer<typeof keptIntelligence>;

export const NOTHING_KEPT: KeptIntelligence = {
  day: '',
  calls: 0,
  tokens: 0,
  askedUs: 0,
  notBeforeUs: 0,
  subjects: {},
  readings: [],
};

export const dayOf = (nowUs: number): string => new Date(nowUs / 1_000).toISOString().slice(0, 10);

/** Where it is not known what a day has cost: nothing more may be asked on it. */
export const spentDay = (nowUs: number): KeptIntelligence => ({
  ...NOTHING_KEPT,
  day: dayOf(nowUs),
  calls: 1_000_000,
  tokens: 1_000_000_000,
});

/** Of a new day nothing is spent yet. */
export function onDay(kept: KeptIntelligence, nowUs: number): KeptIntelligence {
  const day = dayOf(nowUs);
  return kept.day === day ? kept : { ...kept, day, calls: 0, tokens: 0 };
}
