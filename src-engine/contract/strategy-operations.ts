/** Operations on the strategies of a session; part of the table in operations.ts. */
import { z } from 'zod';
import { eventOf } from '../domain/event-schemas.ts';
import { amountText } from '../domain/value-schemas.ts';
import {
  accountMode,
  knownStrategy,
  MAX_STRATEGY_EVENTS,
  strategiesView,
  strategyGates,
  strategyRow,
} from './strategy-records.ts';

/** `canary` and `full` are known, so that whoever asks for them here is led to `promoteStrategy`. */
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
      'Switches a strategy of the session off, to shadow, or to paper, or from full back to canary. What it holds is sold when it is switched off.',
    input: z.strictObject({ strategy, mode }),
    output: strategyRow,
    role: 'operator',
    changes: true,
  },
  getStrategyGates: {
    summary:
      'What stands between a strategy and an account: each gate of its own record with its value and bound, and what refuses it whatever these say.',
    input: z.strictObject({ strategy, to: accountMode.default('canary') }),
    output: strategyGates,
    role: 'viewer',
    changes: false,
  },
  promoteStrategy: {
    summary:
      'Lets a strategy trade an account that is armed: as a canary with a hundredth of its stake, then in full. It is taken back by itself when it has lost its budget, when an order of it halts trading, and when its model drifts.',
    input: z.strictObject({
      strategy,
      to: accountMode,
      /** The strategy once more, as it is listed: a step that is not taken by a slip. */
      confirm: strategy,
      /** Loss in quote at which it is taken back; a tenth of what it may hold where it is left out. */
      lossBudget: amountText.optional(),
      why: z.string().max(500).default(''),
      /** `OVERRIDE` promotes one that does not pass its gates, for the reason in `why`; both are kept. */
      override: z.string().max(20).default(''),
    }),
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
