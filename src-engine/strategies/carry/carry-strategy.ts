/**
 * Carry: holds a coin on the spot market and the same amount sold as a perpetual, as long as what longs pay shorts is worth the four fills. The two
 * cancel out whatever the price does; what is left is funding, and how far the two prices are apart at the end. The other way round (sold spot)
 * needs a loan of coins, and is never wanted. It enters by the announced rate of one payment, which may be another one at the next.
 */
import { z } from 'zod';
import type { CarryReason } from '../../domain/carry-reason.ts';
import type { FundingNow, StrategyModule } from '../strategy-port.ts';

const HOUR_US = 3_600_000_000;
const MINUTE_US = 60_000_000;
const BPS = 10_000;
/** An announcement that is older decides nothing. */
export const MAX_AGE_US = 120_000_000;

const PARAMETERS = z.strictObject({
  /** For so long the announced rate is counted on when it is held against the costs. */
  holdHours: z.number().min(1).max(2_160).default(72),
  /** What an entry must leave after all costs, in bps. */
  minEdgeBps: z.number().min(0).max(1_000).default(5),
  /** It is left when a payment of less is announced, in bps; below 0: what longs may be paid meanwhile. */
  exitRateBps: z.number().min(-100).max(100).default(0),
  /** It is left only in the last minutes before a payment: rates swing until then. */
  decideMinutes: z.number().min(1).max(480).default(30),
});
export type CarryParameters = z.infer<typeof PARAMETERS>;
export const DEFAULT_CARRY: CarryParameters = PARAMETERS.parse({});
export const CARRY_PARAMETERS = PARAMETERS;

/** What the announced rate brings over the time that it is counted on, in bps; NaN: it is not known. */
export function expectedBps({ rate, everyUs }: FundingNow, holdHours: number): number {
  return rate * BPS * ((holdHours * HOUR_US) / everyUs);
}

export const carry: StrategyModule<CarryParameters> = {
  manifest: {
    name: 'carry',
    version: 2,
    summary: 'Holds spot against a sold perpetual while its funding is worth the costs of both.',
    markets: 2,
    input: 'bars',
    may: 'position',
    parameters: PARAMETERS,
    features: () => [],
  },
  create({ holdHours, minEdgeBps, exitRateBps, decideMinutes }) {
    return {
      onBar({ steps: [spot, perpetual], funding, positions, atUs }, out) {
        const now = funding?.[1];
        if (spot === undefined || perpetual === undefined || now === undefined) return;
        if (!(now.ageUs <= MAX_AGE_US)) return;
        const want = (position: number, reason: CarryReason): void => {
          out.want(0, position, reason);
          out.want(1, -position, reason);
        };
        if ((positions[0] ?? 0) > 0) {
          // A payment at an unknown time may be the next minute's.
          const isNear = !(now.nextUs - atUs > decideMinutes * MINUTE_US);
          if (isNear && now.rate * BPS < exitRateBps) want(0, 'rate-too-low');
          return;
        }
        if (!Number.isFinite(now.nextUs)) {
          want(0, 'next-payment-unknown');
          return;
        }
        const basisBps = (perpetual.close / spot.close - 1) * BPS;
        // A perpetual below the spot price is bought back at a higher price by the time that both meet; what lies above is not counted on.
        const edgeBps = expectedBps(now, holdHours) + Math.min(0, basisBps) - now.costBps;
        if (edgeBps >= minEdgeBps && now.rate * BPS >= exitRateBps) want(1, 'funding-pays');
        else want(0, 'costs-more');
      },
      save: () => '',
      load: () => undefined,
    };
  },
};
