/** Operations on the portfolio of a session; part of the table in operations.ts. The portfolio is the strategy `portfolio`: the operations of strategies switch it off and remove it. */
import { z } from 'zod';
import { amountText } from '../domain/value-schemas.ts';
import { MOST_COINS } from './portfolio-records.ts';
import { strategyRow } from './strategy-records.ts';

const percent = z.number().min(0).max(100);

export const portfolioOperations = {
  getPortfolio: {
    summary:
      'Targets of the portfolio beside what it holds: each coin with its band, the trade that would bring it back, what that costs, what it is expected to bring, and why it is not made. Null: none is set.',
    input: z.strictObject({}),
    output: z.object({
      portfolio: strategyRow.nullable(),
      /** Markets of one that the session lacks: with what it holds it is kept for a session that has them; null: there is none. */
      keptFor: z.array(z.string().max(100)).max(MOST_COINS).nullable(),
    }),
    role: 'viewer',
    changes: false,
  },
  setPortfolio: {
    summary:
      'Sets a portfolio: coins at shares of a capital of its own, each with a band. A coin that left its band is traded back where the expected benefit exceeds fee, spread and slippage. What it holds stays when its targets change, and so does what is left out here.',
    input: z.strictObject({
      coins: z
        .array(
          z.strictObject({
            /** `BTC/USD@VENUE`. */
            market: z.string().min(3).max(100),
            /** Percent of the portfolio. */
            weight: percent,
            /** Percent of the portfolio that the share may be away from it; 5 where it was not set before. */
            band: z.number().gt(0).max(100).optional(),
          }),
        )
        .min(1)
        .max(MOST_COINS),
      /** Shadow at first; of one that is off the mode that it had. */
      mode: z.enum(['off', 'shadow', 'paper', 'canary', 'full']).optional(),
      /** What it has to invest, in quote; 1000 at first. */
      capital: amountText.optional(),
      /** Percent that at least stays cash; 2 at first. */
      cash: percent.optional(),
      /** 60 at first. */
      barSeconds: z.number().int().min(1).max(86_400).optional(),
      /** 20 at first. */
      maxSlippageBps: z.number().min(0).max(500).optional(),
      /** For how long a deviation would last: what it costs in growth over that time is the benefit of a trade; 90 at first. */
      horizonDays: z.number().min(0.01).max(3_650).optional(),
      /** Trades to the edge of the band that was left, and not to the target; false at first. */
      toEdge: z.boolean().optional(),
      /** Whether what other strategies of the session say moves the targets; true at first. */
      signals: z.boolean().optional(),
      /** Part of Kelly's share that is taken, and by how many percent of the portfolio a target moves at most; 0.25 and 10 at first. */
      kelly: z.number().min(0.01).max(1).optional(),
      maxTilt: percent.optional(),
    }),
    output: strategyRow,
    role: 'operator',
    changes: true,
  },
} as const;
