/** What an ensemble shows of its last vote, and the state that a restart goes on from. */
import { z } from 'zod';
import type { TimeUs } from '../../domain/time.ts';
import { AGENT_NAMES, type AgentName } from './agents.ts';
import type { GateRow } from './gates.ts';
import { MOST_KEPT } from './record.ts';
import { type Regime, REGIMES } from './regimes.ts';

/**
 * `no-input`: the agent has nothing to look at here. `unknown`: its input is not known yet. `learning`: too few outcomes. `no-skill`: it is heard and counts nothing.
 * `late`: what it rests on is too old. `bad-answer`: no number that can be. `killed`: it threw, and is not asked any more.
 */
export const VOTE_STATES = [
  'votes',
  'no-skill',
  'learning',
  'unknown',
  'late',
  'bad-answer',
  'killed',
  'no-input',
] as const;
export type VoteState = (typeof VOTE_STATES)[number];

export type Vote = {
  readonly agent: AgentName;
  readonly state: VoteState;
  readonly score: number | null;
  /** Of a rise where the price moves. */
  readonly probability: number | null;
  /** Its skill: mean gain in log loss less its standard error. */
  readonly weight: number;
  readonly gain: number | null;
  readonly outcomes: number;
  readonly needed: number;
};

export type EnsembleReport = {
  /** Of the bar that was voted on; 0: none yet. */
  readonly atUs: TimeUs;
  readonly regime: Regime;
  readonly regimeSinceUs: TimeUs;
  readonly regimes: readonly { readonly regime: Regime; readonly probability: number }[];
  readonly votes: readonly Vote[];
  /** Of a rise where the price moves, by all that count. */
  readonly probability: number | null;
  readonly side: 'up' | 'down' | 'none';
  readonly gates: readonly GateRow[];
  /** The first gate that is shut; empty: all are open. */
  readonly shut: string;
  /** Bars for which what is held lasts: until then no gate is asked. 0: they are asked at each bar. */
  readonly holdsBars: number;
  /** Of what passed the gate of probability, whether or not it was traded. */
  readonly hits: {
    readonly right: number;
    readonly count: number;
    readonly low: number;
    readonly high: number;
  };
};

const list = z.array(z.number()).max(MOST_KEPT);
const record = z.strictObject({
  scores: list,
  outcomes: list,
  gains: list,
  since: z.int(),
  platt: z.strictObject({ kind: z.literal('platt'), a: z.number(), b: z.number() }).nullable(),
});
const agent = z.enum(AGENT_NAMES);

export const ENSEMBLE_STATE = z.strictObject({
  regimes: z.strictObject({
    p: z.array(z.number()).length(REGIMES.length),
    held: z
      .int()
      .min(0)
      .max(REGIMES.length - 1),
    sinceUs: z.number(),
    next: z.int(),
    bars: z.int(),
  }),
  records: z.partialRecord(agent, record),
  pooled: record,
  hits: list,
  killed: z.array(agent),
  weights: z.array(z.number()),
  closes: z.array(z.number()).max(200),
  move: z.number().nullable(),
  spread: z.number().nullable(),
  rises: z.number(),
  // States of before counted none apart.
  moved: z.number().min(0).max(1).default(1),
  pending: z
    .strictObject({
      close: z.number(),
      age: z.int(),
      base: z.number(),
      /** Null: it was not known. */
      row: z.array(z.number()).nullable(),
      votes: z.array(z.strictObject({ agent, score: z.number(), said: z.number().optional() })),
      logit: z.number().optional(),
      said: z.number().optional(),
    })
    .nullable(),
  bet: z.strictObject({ close: z.number(), age: z.int(), side: z.number() }).nullable(),
  left: z.int(),
  wanted: z.number(),
  /** What the last vote showed, in the order of the agents. States of before had none. */
  last: z
    .strictObject({
      atUs: z.number().min(0),
      p: z.number().min(0).max(1).nullable(),
      side: z.int().min(-1).max(1),
      counted: z.int().min(0),
      agree: z.int().min(0),
      votes: z
        .array(
          z.tuple([
            z.enum(VOTE_STATES),
            z.number().nullable(),
            z.number().min(0).max(1).nullable(),
            z.number().min(0),
          ]),
        )
        .length(AGENT_NAMES.length),
    })
    .nullable()
    .default(null),
});
