/** A weekly training as the database has it. */
import { z } from 'zod';
import { MAX_RETRAININGS, retrainResult, retrainSettings } from '../../contract/retrain-operations.ts';
import { timeUs } from '../../domain/value-schemas.ts';

/** Of a schedule: a session has no more strategies. */
export const MAX_OLDS = 32;

const storedRetraining = z.object({
  settings: retrainSettings,
  /** Up to then nothing is due. */
  handledUs: timeUs,
  last: retrainResult.optional(),
  /** The strategy that its shadow is; empty: none was set. */
  shadowOf: z.string().max(300),
  /** The version whose shadow is being set, so that an engine which ends meanwhile knows it for its own; empty: none is. */
  claimed: z.string().max(64).optional(),
  /** Its shadows of before that could not be taken away yet: they hold something, or wait for a session that has their market. */
  olds: z.array(z.string().max(300)).max(MAX_OLDS).optional(),
  /** What the training before gave; empty: there was none. */
  knownSha256: z.string().max(64),
  /** Whoever set the schedule, for the audit rows of what the engine does by it. */
  setBy: z.string().max(100).optional(),
});
export type StoredRetraining = z.infer<typeof storedRetraining>;

export const storedRetrainings = z.array(storedRetraining).max(MAX_RETRAININGS);
