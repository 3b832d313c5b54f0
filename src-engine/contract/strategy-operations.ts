/** Operations on the strategies of a session; part of the table in operations.ts. */
import { z } from 'zod';
import { eventOf } from '../domain/event-schemas.ts';
import { amountText } from '../domain/value-schemas.ts';
import { knownStrategy, MAX_STRATEGY_EVENTS, strategiesView, strategyRow } from './strategy-records.ts';

/** `canary` and `full` are known, so that who asks for them hears why they are not to be had. */
const mode = z.enum(['off', 'shadow', 'paper', 'canary', 'full']);
const strategy = z.string().min(1).max(250);
/** Of a model: `model:NAME`, with `@champion`, `@challenger`, or the beginning of a hash. */
const name = z.string().min(1).max(140);

export const strategyOperations = {
  listStrategies: {
    summary:
      'The strategies of the session with their state, decisions, and profit after costs, and those that could be run: of the house, and in the data folder.',
    input: z.strictObject({}),
    output: z.object({ known: z.array(knownStrategy), ...strategiesView.shape }),
    role: 'viewer',
    changes: false,
  },
  loadStrategy: {
    summary:
      'Loads one of the trader’s own strategies, which runs its code with all rights of the engine, and answers what it is and which parameters it takes.',
    input: z.strictObject({ name }),
    output: knownStrategy,
    role: 'operator',
    changes: true,
  },
  setStrategy: {
    summary:
      'Sets a strategy on its markets (one or two, up to 12 for a portfolio): its bars, stake, parameters, and mode. In shadow its decisions are booked as the books would have filled them; on paper its orders go through risk to simulated venues.',
    input: z.strictObject({
      name,
      /** `BTC/USD@VENUE` each, in the order in which the strategy looks at them. */
      markets: z.array(z.string().min(3).max(100)).min(1).max(12),
      mode: mode.default('shadow'),
      /** 60 where it is left out; of a model, the bars that it was trained on. */
      barSeconds: z.number().int().min(1).max(86_400).optional(),
      /** What a position of 1 is worth, in quote. */
      stake: amountText.default('100'),
      maxSlippageBps: z.number().min(0).max(500).default(20),
      parameters: z
        .record(z.string().max(60), z.union([z.string().max(200), z.number(), z.boolean()]))
        .default({}),
    }),
    output: strategyRow,
    role: 'operator',
    changes: true,
  },
  setStrategyMode: {
    summary:
      'Switches a strategy of the session off, to shadow, or to paper. What it holds is sold when it is switched off.',
    input: z.strictObject({ strategy, mode }),
    output: strategyRow,
    role: 'operator',
    changes: true,
  },
  removeStrategy: {
    summary: 'Takes a strategy that is off and holds nothing out of the session.',
    input: z.strictObject({ strategy }),
    output: strategiesView,
    role: 'operator',
    changes: true,
  },
  listStrategyEvents: {
    summary:
      'What the strategies decided, what was filled of it, and why the rest was not, from the journal, newest first.',
    input: z.strictObject({
      limit: z.number().int().min(1).max(MAX_STRATEGY_EVENTS).default(100),
      /** Only events before this number of the journal. */
      beforeSeq: z.number().int().positive().optional(),
    }),
    output: z.object({
      events: z.array(
        z.object({
          seq: z.number().int(),
          event: eventOf(['strategyDecided', 'strategyFilled', 'strategyMissed']),
        }),
      ),
      unread: z.array(z.object({ seq: z.number().int(), problem: z.string() })),
    }),
    role: 'viewer',
    changes: false,
  },
} as const;
