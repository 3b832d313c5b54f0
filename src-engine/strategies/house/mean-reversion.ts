/** Buys what fell far below its mean and sells when it is back; a stop and a longest time bound what a trend costs. */
import { z } from 'zod';
import type { StrategyModule } from '../strategy-port.ts';

const PARAMETERS = z.strictObject({
  bars: z.int().min(5).max(500).default(20),
  entry: z.number().min(0.5).max(10).default(2),
  exit: z.number().min(-5).max(5).default(0.3),
  stop: z.number().min(1).max(20).default(4),
  longest: z.int().min(1).max(10_000).default(60),
  short: z.boolean().default(false),
});

const STATE = z.strictObject({
  side: z.union([z.literal(-1), z.literal(0), z.literal(1)]),
  bars: z.int().min(0),
  awaits: z.boolean(),
});

export const meanReversion: StrategyModule<z.infer<typeof PARAMETERS>> = {
  manifest: {
    name: 'mean-reversion',
    version: 1,
    summary:
      'Buys a close far below the mean of the last bars and sells when it is back, after a stop, or in time.',
    markets: 1,
    input: 'bars',
    may: 'position',
    parameters: PARAMETERS,
    features: ({ bars }: z.infer<typeof PARAMETERS>) => [`z-score:${bars}`],
  },
  create({ entry, exit, stop, longest, short }) {
    let state: z.infer<typeof STATE> = { side: 0, bars: 0, awaits: false };
    return {
      onBar({ features: [row] }, out) {
        const [z = Number.NaN] = row ?? [];
        if (Number.isNaN(z)) {
          state = { side: 0, bars: 0, awaits: false };
          out.want(0, 0, 'not-warm');
          return;
        }
        if (state.side !== 0) {
          state.bars++;
          const away = -state.side * z;
          const left =
            away <= exit
              ? 'returned'
              : away >= stop
                ? 'stopped-out'
                : state.bars >= longest
                  ? 'timed-out'
                  : undefined;
          if (left === undefined) return;
          // After a loss it waits for the mean once: a trend would be bought again at once.
          state = { side: 0, bars: 0, awaits: left !== 'returned' };
          out.want(0, 0, left);
          return;
        }
        if (Math.abs(z) <= Math.max(0, exit)) state.awaits = false;
        const isFar = Math.abs(z) >= entry && Math.abs(z) < stop;
        if (state.awaits || !isFar || (z > 0 && !short)) return;
        state = { side: z < 0 ? 1 : -1, bars: 0, awaits: false };
        out.want(0, state.side, 'far-from-mean');
      },
      save: () => JSON.stringify(state),
      load: (text) => {
        state = STATE.parse(JSON.parse(text));
      },
    };
  },
};
