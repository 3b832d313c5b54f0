/** Follows the return of the last bars where it is large against what the market's own noise would give. */
import { z } from 'zod';
import type { StrategyModule } from '../strategy-port.ts';

const PARAMETERS = z.strictObject({
  bars: z.int().min(2).max(500).default(20),
  /** Of the return against volatility × √bars. */
  entry: z.number().min(0.1).max(10).default(1.5),
  exit: z.number().min(0).max(10).default(0.2),
  short: z.boolean().default(false),
});

export const momentum: StrategyModule<z.infer<typeof PARAMETERS>> = {
  manifest: {
    name: 'momentum',
    version: 1,
    summary:
      'Follows a return that is large against the noise of the market; leaves when it is not any more.',
    markets: 1,
    input: 'bars',
    may: 'position',
    parameters: PARAMETERS,
    features: ({ bars }: z.infer<typeof PARAMETERS>) => [`return:${bars}`, `volatility:${bars}`],
  },
  create: ({ bars, entry, exit, short }) => ({
    onBar({ features: [row], positions: [held = 0] }, out) {
      const [change = Number.NaN, noise = Number.NaN] = row ?? [];
      const score = noise > 0 ? change / (noise * Math.sqrt(bars)) : Number.NaN;
      if (Number.isNaN(score)) out.want(0, 0, 'not-warm');
      else if (score >= entry) out.want(0, 1, 'rises');
      else if (score <= -entry && short) out.want(0, -1, 'falls');
      else if (held !== 0 && Math.sign(held) * score <= exit) out.want(0, 0, 'spent');
      else if (held === 0) out.want(0, 0, 'no-trend');
    },
    save: () => '',
    load: () => undefined,
  }),
};
