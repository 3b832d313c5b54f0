/** Follows a lasting imbalance of the best ten levels while the spread is narrow: what one book shows, and costs mostly eat. */
import { z } from 'zod';
import type { StrategyModule } from '../strategy-port.ts';

const PARAMETERS = z.strictObject({
  /** Of the smoothed imbalance, 0 to 1. */
  entry: z.number().min(0.05).max(1).default(0.5),
  exit: z.number().min(0).max(1).default(0.1),
  maxSpreadBps: z.number().min(0).max(1_000).default(5),
  /** Weight of the newest step. */
  weight: z.number().min(0.01).max(1).default(0.2),
});

export const bookPressure: StrategyModule<z.infer<typeof PARAMETERS>> = {
  manifest: {
    name: 'book-pressure',
    version: 1,
    summary: 'Follows a lasting imbalance of the best ten levels of the book while the spread is narrow.',
    markets: 1,
    input: 'book',
    may: 'position',
    parameters: PARAMETERS,
    features: () => ['depth-imbalance', 'spread'],
  },
  create({ entry, exit, maxSpreadBps, weight }) {
    let pressure = 0;
    return {
      onBook({ features: [row], positions: [held = 0], isAfterGap }, out) {
        const [imbalance = Number.NaN, spread = Number.NaN] = row ?? [];
        if (isAfterGap) pressure = 0;
        if (Number.isNaN(imbalance) || Number.isNaN(spread)) {
          out.want(0, 0, 'no-book');
          return;
        }
        pressure += (imbalance - pressure) * weight;
        if (held === 0 && Math.abs(pressure) >= entry && spread <= maxSpreadBps) {
          out.want(0, Math.sign(pressure), 'pressure');
        } else if (held !== 0 && Math.sign(held) * pressure <= exit) out.want(0, 0, 'pressure-gone');
        else if (held === 0) out.want(0, 0, 'no-pressure');
      },
      save: () => JSON.stringify(pressure),
      load: (text) => {
        pressure = z.number().parse(JSON.parse(text));
      },
    };
  },
};
