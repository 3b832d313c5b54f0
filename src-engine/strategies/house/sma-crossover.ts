/** Long while the fast average of the closes is above the slow one, else out of the market, or short where that is asked for. */
import { z } from 'zod';
import type { StrategyModule } from '../strategy-port.ts';

const PARAMETERS = z.strictObject({
  fast: z.int().min(1).max(500).default(10),
  slow: z.int().min(2).max(1_000).default(30),
  short: z.boolean().default(false),
});

export const smaCrossover: StrategyModule<z.infer<typeof PARAMETERS>> = {
  manifest: {
    name: 'sma-crossover',
    version: 1,
    summary: 'Long while the fast simple average of the closes is above the slow one.',
    markets: 1,
    input: 'bars',
    may: 'position',
    parameters: PARAMETERS,
    features: ({ fast, slow }: z.infer<typeof PARAMETERS>) => [
      `sma:${fast}`,
      ...(slow === fast ? [] : [`sma:${slow}`]),
    ],
  },
  create: ({ short }) => ({
    onBar({ features: [row] }, out) {
      const [fast = Number.NaN, slow = Number.NaN] = row ?? [];
      if (fast > slow) out.want(0, 1, 'fast-above-slow');
      else if (fast < slow) out.want(0, short ? -1 : 0, 'fast-below-slow');
      else if (Number.isNaN(fast - slow)) out.want(0, 0, 'not-warm');
    },
    save: () => '',
    load: () => undefined,
  }),
};
