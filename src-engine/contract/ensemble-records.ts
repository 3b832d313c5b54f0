/** The last vote of an ensemble of agents, as views have it; part of a strategy's row. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

/** More agents, gates or regimes than any ensemble has. */
const MOST = 50;
const name = z.string().max(60);
const share = z.number().min(0).max(1);

const vote = z.object({
  agent: name,
  /** `no-input`: there is no feed for it here. `killed`: it threw, and is not asked any more. */
  state: z.enum(['votes', 'no-skill', 'learning', 'unknown', 'late', 'bad-answer', 'killed', 'no-input']),
  /** What it answered; null: nothing that counts. */
  score: z.number().nullable(),
  /** Of a rise where the price moves, from 0 to 1, calibrated on outcomes before. */
  probability: share.nullable(),
  /** Mean gain in log loss over the base rate, in nats an outcome, less its standard error; 0: it counts nothing. */
  weight: z.number().min(0),
  gain: z.number().nullable(),
  /** Outcomes that are kept, and how many it needs. */
  outcomes: z.number().int().min(0),
  needed: z.number().int().min(0),
});

export const ensembleReport = z.object({
  /** Of the bar that was voted on; 0: none yet. */
  atUs: timeUs,
  regime: name,
  /** 0: since the first bar. */
  regimeSinceUs: timeUs,
  regimes: z.array(z.object({ regime: name, probability: share })).max(MOST),
  votes: z.array(vote).max(MOST),
  /** Of a rise where the price moves; null: no agent counts. */
  probability: share.nullable(),
  side: z.enum(['up', 'down', 'none']),
  gates: z
    .array(
      z.object({ gate: name, value: z.string().max(200), bound: z.string().max(200), passes: z.boolean() }),
    )
    .max(MOST),
  /** The first gate that is shut; empty: all are open. */
  shut: name,
  /** Bars for which what is held lasts: until then no gate is asked. 0: they are asked at each bar. */
  holdsBars: z.number().int().min(0),
  /** Of the votes that passed the gate of probability, traded or not: how many came true, with a 95 % interval of the share. */
  hits: z.object({
    right: z.number().int().min(0),
    count: z.number().int().min(0),
    low: share,
    high: share,
  }),
});
export type EnsembleReport = z.infer<typeof ensembleReport>;
