/** Several local exchanges in one process that share a market: correlated prices, all from one seed. */
import type { Asset } from '../../domain/ids.ts';
import { UserError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { MAX_LAG_US, SharedFairValues } from './core/flow/shared-fair-values.ts';
import type { FaceName } from './face-names.ts';
import {
  DEFAULT_SEED,
  type ExchangeOptions,
  FACE_FACTS,
  type RunningExchange,
  startFace,
} from './local-exchange.ts';

export type SharedExchange = Omit<ExchangeOptions, 'seed' | 'clock' | 'fairs'> & {
  readonly venue: FaceName;
  /** How much later it sees what assets are worth, in milliseconds; 0 to 5,000. 0 when left out. */
  readonly lagMs?: number;
  /** How far its prices stray from the market of all, in bps; 2 when left out. */
  readonly noiseBps?: number;
};

/** Seeds of the exchanges, so that no two have the same crowd. */
const SEED_STEP = 7_919;
const DEFAULT_NOISE_BPS = 2;
const MAX_NOISE_BPS = 1_000;

/**
 * Starts exchanges that share a market.
 * @throws UserError for an option out of range, or a port that is taken; then none of them runs.
 */
export async function startSeveralExchanges(
  exchanges: readonly SharedExchange[],
  { seed = DEFAULT_SEED, clock = new SystemClock() }: { readonly seed?: number; readonly clock?: Clock } = {},
): Promise<RunningExchange[]> {
  for (const { lagMs = 0, noiseBps = DEFAULT_NOISE_BPS } of exchanges) {
    requireWithin('lagMs', lagMs, MAX_LAG_US / 1_000);
    requireWithin('noiseBps', noiseBps, MAX_NOISE_BPS);
  }
  const assets = new Set<Asset>(exchanges.flatMap(({ venue }) => FACE_FACTS[venue].assets));
  const market = new SharedFairValues(assets, seed, clock.nowUs());
  const running: RunningExchange[] = [];
  try {
    for (const [
      index,
      { venue, lagMs = 0, noiseBps = DEFAULT_NOISE_BPS, ...options },
    ] of exchanges.entries()) {
      const own = seed + index * SEED_STEP;
      const fairs = market.view({ lagUs: lagMs * 1_000, noiseBps, seed: own });
      running.push(await startFace(venue, { ...options, seed: own, clock, fairs }));
    }
  } catch (error) {
    for (const exchange of running) await exchange.stop();
    throw error;
  }
  return running;
}

function requireWithin(field: string, value: number, max: number): void {
  if (value >= 0 && value <= max) return;
  throw new UserError({
    code: 'out-of-range',
    field,
    value: String(value),
    message: `is not a number from 0 to ${max}`,
    remedy: 'Choose one within the range.',
  });
}
