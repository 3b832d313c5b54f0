/** The last vote of an ensemble of agents, as views have it; part of a strategy's row. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

const vote = z.object({
  agent: z.string(),
  /** `no-input`: there is no feed for it here. `killed`: it threw, and is not asked any more. */
  state: z.enum(['votes', 'no-skill', 'learning', 'unknown', 'late', 'bad-answer', 'killed', 'no-input']),
  /** What it answered; null: nothing that counts. */
  score: z.number().nullable(),
  /** Of a rise where the price moves, from 0 to 1, calibrated on outcomes before. */
  probability: z.number().nullable(),
  /** Mean gain in log loss over the base rate, in nats an outcome, less its standard error; 0: it counts nothing. */
  weight: z.number(),
  gain: z.number().nullable(),
  /** Outcomes that are kept, and how many it needs. */
  outcomes: z.number().int(),
  needed: z.number().int(),
});

export const ensembleReport = z.object({
  /** Of the bar that was voted on; 0: none yet. */
  atUs: timeUs,
  regime: z.string(),
  /** 0: since the first bar. */
  regimeSinceUs: timeUs,
  regimes: z.array(z.object({ regime: z.string(), probability: z.number() })),
  votes: z.array(vote),
  /** Of a rise where the price moves; null: no agent counts. */
  probability: z.number().nullable(),
  side: z.enum(['up', 'down', 'none']),
  gates: z.array(z.object({ gate: z.string(), value: z.string(), bound: z.string(), passes: z.boolean() })),
  /** The first gate that is shut; empty: all are open. */
  shut: z.string(),
  /** Of the votes that passed the gate of probability, traded or not: how many came true, with a 95 % interval of the share. */
  hits: z.object({
    right: z.number().int(),
    count: z.number().int(),
    low: z.number(),
    high: z.number(),
  }),
});
export type EnsembleReport = z.infer<typeof ensembleReport>;
