/** Several local exchanges in one process that share a market: correlated prices, all from one seed. */
import type { Clock } from '../../lib/clock.ts';
import { type FaceName, seedOfExchange } from './face-names.ts';
import {
  DEFAULT_SEED,
  type LocalExchangeOptions,
  type RunningExchange,
  type SharedMarket,
  startFace,
} from './local-exchange.ts';

export type SharingExchange = Omit<LocalExchangeOptions, 'seed' | 'clock' | 'market'> &
  Omit<SharedMarket, 'seed' | 'venues'> & { readonly venue: FaceName };

/**
 * Starts exchanges that share a market.
 * @throws UserError for an option out of range, or a port that is taken; then none of them runs.
 */
export async function startSeveralExchanges(
  exchanges: readonly SharingExchange[],
  { seed = DEFAULT_SEED, clock }: { readonly seed?: number; readonly clock?: Clock } = {},
): Promise<RunningExchange[]> {
  const running: RunningExchange[] = [];
  try {
    for (const [index, { venue, lagMs, noiseBps, ...options }] of exchanges.entries()) {
      const market: SharedMarket = {
        seed,
        venues: exchanges.map((one) => ({ venue: one.venue, fees: one.fees, pairs: one.pairs })),
        ...(lagMs === undefined ? {} : { lagMs }),
        ...(noiseBps === undefined ? {} : { noiseBps }),
      };
      const own = { ...options, market, seed: seedOfExchange(seed, index) };
      running.push(await startFace(venue, clock === undefined ? own : { ...own, clock }));
    }
  } catch (error) {
    for (const exchange of running) await exchange.stop();
    throw error;
  }
  return running;
}
