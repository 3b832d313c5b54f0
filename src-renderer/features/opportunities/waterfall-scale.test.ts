import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { waterfallBars } from './waterfall-scale.ts';

const step = fc.double({ min: -30, max: 0, noNaN: true });

test('bars hang together, lie inside the chart, and the last one ends where the steps end', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -20, max: 60, noNaN: true }),
      fc.tuple(step, step, step, step),
      (gross, costs) => {
        const [feesBps, depthBps, roundingBps, slippageBps] = costs;
        const netBps = gross + feesBps + depthBps + roundingBps + slippageBps;
        const { bars, zero } = waterfallBars({
          grossBps: gross,
          feesBps,
          depthBps,
          roundingBps,
          slippageBps,
          netBps,
          ageUs: 0,
        });
        for (const { from, to } of bars) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(1 + 1e-9);
          expect(from).toBeLessThanOrEqual(to);
        }
        const net = bars.at(-1);
        const slippage = bars.at(-2);
        expect(Math.min(zero - (net?.from ?? 0), (net?.to ?? 0) - zero)).toBeCloseTo(0, 9);
        const end = netBps < 0 ? net?.from : net?.to;
        expect(slippage?.from).toBeCloseTo(end ?? -1, 6);
      },
    ),
  );
});
